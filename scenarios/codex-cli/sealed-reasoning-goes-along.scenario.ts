import {
  answer,
  crossing,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  probe,
  says,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { codexBody, create, saidByUpstream, userSays } from './asking.ts';
import { messagesSent } from './frames.ts';

/** The form of OpenAI's sealed reasoning; nobody but its vendor can read it. */
const sealed = `gAAAAABpW${'c2VhbGVkLXJlYXNvbmluZw'.repeat(4)}==`;
const earlier = 'Let me look at the file.';

/** A thread that began with a GPT model: its reasoning, sealed, and what it said. */
const thread = (): readonly unknown[] => [
  userSays('What does main.c do?'),
  { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: sealed },
  { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: earlier, annotations: [] }] },
  userSays('Say ok.'),
];

const carriesNoSeal = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ bodyBytes }) =>
    bodyBytes.includes(sealed)
      ? deviates({ expected: 'a request without the other vendor’s seal', actual: bodyBytes.toString('utf8').slice(0, 500) })
      : holds(),
  );

const carriesWhatWasSaid = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ body }) => {
    const sent = JSON.stringify(messagesSent(body));
    return sent.includes(earlier) ? holds() : deviates({ expected: `a conversation with "${earlier}"`, actual: sent.slice(0, 500) });
  });

/** Sheet row 18 (e) 3. */
export default defineScenario({
  id: 'codex-cli/sealed-reasoning-goes-along',
  title: 'A Codex thread that began with a GPT model cannot be continued with a Claude model',
  matrixRow: 18,
  requires: ['responses-websocket'],
  diagnosis: {
    symptom:
      'After /model switches to a Claude model in a running thread, every turn fails with 400 about an invalid signature in a thinking block.',
    cause:
      'Codex sends the reasoning of earlier turns back as encrypted_content. Only the vendor that sealed it can read it; made into a thinking block of another vendor, its signature is wrong.',
    check: 'Repeat the turn in a new thread: when that works, look for encrypted_content in the input of the failing one.',
    remediation: 'Let the proxy leave out sealed reasoning of another vendor. Until then, begin a new thread when the vendor changes.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages', 'antigravity'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const question = { model: model(), input: thread(), more: { include: ['reasoning.encrypted_content'] } };
    return {
      posted: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(question) },
        stream: true,
        maxOutputTokens: 16,
      }),
      onSocket: websocket([create(question)]),
    };
  },
  expectations: [
    must('a-thread-of-another-vendor-is-continued', ['posted'], ({ posted }) => says(posted, saidByUpstream)),
    must('a-thread-of-another-vendor-is-continued-on-a-websocket', ['onSocket'], ({ onSocket }) =>
      says(answerOnSocket(onSocket), saidByUpstream),
    ),
    must.behind('a-seal-of-another-vendor-is-left-out', ['posted'], ({ posted }) => carriesNoSeal(posted)),
    must.behind('a-seal-of-another-vendor-is-left-out-on-a-websocket', ['onSocket'], ({ onSocket }) => carriesNoSeal(onSocket)),
    must.behind('what-was-said-before-stays', ['posted', 'onSocket'], ({ posted, onSocket }) => {
      const overHttp = carriesWhatWasSaid(posted);
      return overHttp.kind === 'holds' ? carriesWhatWasSaid(onSocket) : overHttp;
    }),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'leaving out foreign seals is part of how the reference proxy writes requests; the kill matrix shows a proxy that hands them on',
  },
  live: { safe: false, because: 'it needs reasoning that another vendor has sealed' },
});
