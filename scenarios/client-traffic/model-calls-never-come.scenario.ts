import { cameThrough, readBySdk, sentByClient } from '#scenarios/kit/actions/client';
import { allOf, answer, defineScenario, must, says } from '#scenarios/kit/index';

import { answeredThere, live, question, shellWith, text, wholeShell } from './shell.ts';

export default defineScenario({
  id: 'client-traffic/model-calls-never-come',
  title: 'The client’s own affairs come to the proxy, its questions to models do not',
  matrixRow: 14,
  requires: [],
  diagnosis: {
    symptom:
      'The proxy’s log shows /api/user, /api/threads and the like, and never a request that asks a model, while the client answers well.',
    cause:
      'The variable that is set steers the client’s own affairs only. Its questions follow another one, or are asked by the vendor’s servers on its behalf, as newer Amp does through /api/thread-actors.',
    check: 'wireproof trace --need-model-call -- CLIENT: requests came, none of them asks a model. What else it reached for is listed.',
    remediation:
      'Where the questions follow a variable of their own, export that too. Where the vendor’s servers ask, no environment mends it: use a version or a mode of the client that asks by itself, or another client.',
  },
  cells: [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    direct: question(cell, model()),
    client: sentByClient(question(cell, model()), { reads: readBySdk(cell), control: { path: '/api/user', address: ['AMP_URL'] } }),
  }),
  expectations: [
    must.behind('the-clients-own-affairs-come-to-the-proxy', ['client', 'direct'], ({ client, direct }) =>
      allOf(cameThrough(client, 'control'), says(direct, text)),
    ),
    must.behind('the-clients-questions-are-answered-by-the-proxy', ['client'], ({ client }) => answeredThere(client, text)),
  ],
  ground: wholeShell,
  remedy: { config: {} },
  symptom: { ground: shellWith('AMP_URL'), violates: () => ['the-clients-questions-are-answered-by-the-proxy'] },
  live,
});
