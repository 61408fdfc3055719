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
import { areBareEvents, endsAsCodexWaitsFor, hasTheEventsOf, messagesSent } from './frames.ts';

const withoutToken = (sight: FullSight): string =>
  JSON.stringify(sight.upstreamCalls.map(({ body }) => messagesSent(body))).replaceAll(sight.token, '');

const asksTheSame = (socket: FullSight, http: FullSight): Reading => {
  const [ours, theirs] = [withoutToken(socket), withoutToken(http)];
  return everyUpstreamCall(socket, () => (ours === theirs ? holds() : deviates({ expected: theirs, actual: ours })));
};

/** Sheet X4 (c), and edge cases 2 of row 18 and 10 of X4: builds of February called the last event by another name on WebSockets. */
export default defineScenario({
  id: 'codex-cli/turn-on-a-websocket-never-ends',
  title: 'Codex shows the whole answer of a Claude model, and then reconnects',
  matrixRow: 18,
  requires: ['responses-websocket'],
  diagnosis: {
    symptom:
      'Over WebSocket Codex prints the text of the answer and waits; then it says "stream disconnected before completion" and asks again. Over HTTP the same turn ends.',
    cause:
      'The proxy makes frames of the events and does not make them well: it names the last one response.done, leaves out the id or the usage, or keeps the framing of the event stream.',
    check: 'Look at the last frame of one turn: Codex waits for response.completed with response.id and usage.',
    remediation:
      'Upgrade the proxy (the name was right again from v6.8.46), or set supports_websockets = false for the provider in Codex’ config.toml, which then asks over HTTP.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages', 'antigravity'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const question = { model: model(), input: [userSays('Say ok.')], more: { instructions: 'Be brief.', prompt_cache_key: 'wireproof' } };
    return {
      onSocket: websocket([create(question)]),
      posted: probe({
        dialect: 'openai-responses',
        path: '/v1/responses',
        body: { json: codexBody(question) },
        stream: true,
        maxOutputTokens: 16,
      }),
    };
  },
  expectations: [
    must('a-turn-over-http-is-answered', ['posted'], ({ posted }) => says(posted, saidByUpstream)),
    must('a-turn-on-a-websocket-is-answered', ['onSocket'], ({ onSocket }) => says(answerOnSocket(onSocket), saidByUpstream)),
    must('a-turn-ends-with-response-completed', ['onSocket'], ({ onSocket }) => endsAsCodexWaitsFor(onSocket)),
    must('a-turn-over-http-ends-with-response-completed', ['posted'], ({ posted }) => endsAsCodexWaitsFor(posted)),
    must('a-frame-is-one-event-and-nothing-else', ['onSocket'], ({ onSocket }) => areBareEvents(onSocket)),
    must('a-turn-has-the-same-events-either-way', ['onSocket', 'posted'], ({ onSocket, posted }) => hasTheEventsOf(onSocket, posted)),
    must.behind('the-upstream-is-asked-the-same-either-way', ['onSocket', 'posted'], ({ onSocket, posted }) =>
      asksTheSame(onSocket, posted),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => ['a-turn-on-a-websocket-is-answered', 'a-turn-ends-with-response-completed', 'a-turn-has-the-same-events-either-way'],
    config: { persona: 'cliproxyapi-2026-02' },
  },
  live: { safe: false, because: 'a turn that shows the last frame is generated and paid for; one over HTTP shows the rest for less' },
});
