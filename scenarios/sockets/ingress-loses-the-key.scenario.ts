import { answer, crossing, defineScenario, must, probe, says } from '#scenarios/kit/index';
import { answerOnSocket, websocket } from '#scenarios/kit/actions/websocket';

import { codexBody, create, saidByUpstream, userSays } from '../codex-cli/asking.ts';

const ingress = { buffering: 'never' } as const;

/** Sheet X4 (d) and (e) 11: upgrades go through a block of their own in the ingress's configuration. */
export default defineScenario({
  id: 'sockets/ingress-loses-the-key',
  title: 'Behind the ingress the WebSocket is refused with 401, and POST works with the same key',
  matrixRow: 'streaming',
  requires: ['responses-websocket', 'client-keys'],
  diagnosis: {
    symptom:
      'Through the public address Codex gets 401 for its WebSocket and falls back, or ends; POST to the same address is answered, and so is the proxy’s own address.',
    cause:
      'The ingress hands upgrades on with headers of its own and leaves Authorization out, so that the proxy sees a caller without a key.',
    check: 'Ask for the upgrade at the public and at the proxy’s own address, with the same key. 401 at the public one only is this case.',
    remediation:
      'In nginx, proxy_set_header Upgrade and Connection, and nothing that clears Authorization; speak HTTP/1.1 to the proxy, with no buffering and a read timeout of five minutes at least.',
  },
  cells: crossing({ clients: ['openai-responses'], upstreams: ['anthropic-messages'], streams: [true] }),
  upstream: () => answer('text'),
  steps: ({ model }) => {
    const question = { model: model(), input: [userSays('Say ok.')] };
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
    must('an-upgrade-through-the-ingress-is-answered', ['onSocket'], ({ onSocket }) => says(answerOnSocket(onSocket), saidByUpstream)),
    must('a-post-through-the-ingress-is-answered', ['posted'], ({ posted }) => says(posted, saidByUpstream)),
  ],
  remedy: { config: {} },
  ground: { between: { ...ingress, upgrades: 'whole' } },
  symptom: {
    violates: () => ['an-upgrade-through-the-ingress-is-answered'],
    ground: { between: { ...ingress, upgrades: 'without-authorization' } },
  },
  live: { safe: false, because: 'which hop loses the header needs both addresses; row 1 shows a live target whether it takes the key' },
});
