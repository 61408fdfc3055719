import { readBySdk, sentByClient, wentNowhereElse } from '#scenarios/kit/actions/client';
import { allOf, answer, crossing, defineScenario, must, reachedUpstream, says, type Cell } from '#scenarios/kit/index';

import { answeredThere, live, question, shellWith, text, wholeShell } from './shell.ts';

/** Each SDK has variables of its own; one of them streams, to see that streams too come through the tracer. */
const cells: readonly Cell[] = [
  ...crossing({ clients: ['openai-chat'], upstreams: ['openai-chat'], streams: [false, true] }),
  { client: 'anthropic-messages', upstream: 'anthropic-messages', stream: false },
  { client: 'gemini-generate', upstream: 'gemini-generate', stream: false },
];

export default defineScenario({
  id: 'client-traffic/environment-is-missing',
  title: 'A client goes to its vendor, as nothing in its environment names the proxy',
  matrixRow: 14,
  requires: [],
  diagnosis: {
    symptom: 'The client works, the proxy’s log stays empty, and the vendor’s bill grows.',
    cause:
      'The process of the client has the key and not the address: the variable that names the proxy was never exported in the shell that started it. SDKs then go to their vendor without a word.',
    check:
      'Send one small request to the proxy’s own endpoint with the client’s credentials: an answer shows that proxy and key are well. Then wireproof trace -- CLIENT shows where its requests go.',
    remediation:
      'Export the address in the shell that starts the client, under the name that this client reads, and start it there. wireproof trace --give -- CLIENT tries it out; afterwards the proxy’s log shows the client’s requests.',
  },
  cells,
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    direct: question(cell, model()),
    client: sentByClient(question(cell, model()), { reads: readBySdk(cell) }),
  }),
  expectations: [
    must.behind('a-direct-request-with-the-same-credentials-is-answered', ['direct'], ({ direct }) => says(direct, text)),
    must.behind('the-clients-model-call-is-answered-by-the-proxy', ['client'], ({ client }) => answeredThere(client, text)),
    must.behind('nothing-of-the-client-goes-past-the-proxy', ['client', 'direct'], ({ client, direct }) =>
      allOf(wentNowhereElse(client), says(direct, text)),
    ),
    must.behind('the-clients-model-call-reaches-the-upstream-once', ['client'], ({ client }) => reachedUpstream(client, 1)),
  ],
  ground: wholeShell,
  remedy: { config: {} },
  symptom: {
    ground: shellWith(),
    violates: () => [
      'the-clients-model-call-is-answered-by-the-proxy',
      'nothing-of-the-client-goes-past-the-proxy',
      'the-clients-model-call-reaches-the-upstream-once',
    ],
  },
  live,
});
