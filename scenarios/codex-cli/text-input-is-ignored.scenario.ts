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
  TOKEN,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { codexBody, create, saidByUpstream } from './asking.ts';
import { messagesSent } from './frames.ts';

const question = 'Say ok, in one word.';

const isAsked = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ body }) => {
    const sent = JSON.stringify(messagesSent(body));
    return sent.includes(question) ? holds() : deviates({ expected: `a message with "${question}"`, actual: sent.slice(0, 300) });
  });

/** Sheet row 18 (b): the translator for Claude converts only lists, those for other vendors take text, too. */
export default defineScenario({
  id: 'codex-cli/text-input-is-ignored',
  title: 'Responses requests with a plain text as input fail for Claude models only',
  matrixRow: 18,
  requires: ['responses-websocket'],
  diagnosis: {
    symptom:
      'A script that sends "input": "…" gets a 400 about empty messages from Claude models, or an answer to another question, while Codex and GPT models work.',
    cause:
      'The translator from Responses to Messages reads input only where it is a list, and drops a text, although the dialect has both.',
    check: 'Repeat the request with the text as a list of one user message. When that works, it is this case.',
    remediation: 'Let the proxy take a text for one user message, as the dialect says; until then, send a list.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages', 'antigravity'], streams: [false, true] }),
  upstream: () => answer('text'),
  steps: ({ model, cell }) => {
    const ask = { model: model(), input: `${question} ${TOKEN}` };
    return {
      posted: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody({ ...ask, more: { stream: cell.stream } }) },
        stream: cell.stream,
        maxOutputTokens: 16,
      }),
      onSocket: websocket([create(ask)]),
    };
  },
  expectations: [
    must('text-as-input-is-answered', ['posted'], ({ posted }) => says(posted, saidByUpstream)),
    must.behind('text-as-input-is-the-users-message', ['posted'], ({ posted }) => isAsked(posted)),
    must('text-as-input-is-answered-on-a-websocket', ['onSocket'], ({ onSocket }) => says(answerOnSocket(onSocket), saidByUpstream), {
      appliesTo: ({ stream }) => stream,
    }),
    must.behind('text-as-input-is-the-users-message-on-a-websocket', ['onSocket'], ({ onSocket }) => isAsked(onSocket), {
      appliesTo: ({ stream }) => stream,
    }),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'taking text is part of how the reference proxy reads Responses; the kill matrix shows a proxy that ignores it',
  },
  live: { safe: false, because: 'whether the text was read is the model’s word; what was sent is seen at the upstream' },
});
