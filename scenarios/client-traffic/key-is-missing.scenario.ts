import { sentByClient, wentNowhereElse, type ReadsEnvironment } from '#scenarios/kit/actions/client';
import { allOf, answer, defineScenario, must, says, type Ground } from '#scenarios/kit/index';

import { answeredThere, live, question, text, wholeShell } from './shell.ts';

const openai: ReadsEnvironment = { address: ['OPENAI_BASE_URL'], key: ['OPENAI_API_KEY'], mount: '/v1' };
const amp: ReadsEnvironment = { address: ['AMP_URL'], key: ['AMP_API_KEY'], mount: '' };

/** The shell names the proxy to both clients. One of them has no key in it, the other the key of last month. */
const shellWithoutKeys = (): Ground => {
  const { OPENAI_API_KEY: _gone, ...env } = wholeShell.client?.env ?? {};
  return { client: { env: { ...env, AMP_API_KEY: 'wireproof-client-key-of-last-month' } } };
};

/** The page's other variable: OPENAI_API_KEY, and a shell whose variables are stale. */
export default defineScenario({
  id: 'client-traffic/key-is-missing',
  title: 'A client comes to the proxy without its key, or with an old one, and is turned away',
  matrixRow: 14,
  requires: ['client-keys'],
  diagnosis: {
    symptom:
      'The client says 401 or “Missing API key” as soon as it is pointed at the proxy. Pointed at its vendor again it works, and there it stays.',
    cause:
      'The address is exported in the client’s shell and the key is not, or it is the one from before the last change of api-keys. The vendor’s own key, with which the client works otherwise, is not one of the proxy’s.',
    check:
      'Send one small request to the proxy’s own endpoint with the key from the shell that starts the client (test -n "$OPENAI_API_KEY" there). Then wireproof trace -- CLIENT: its requests come to the proxy and get 401.',
    remediation:
      'Export a key that is in api-keys, beside the address and in the same shell, under the name that this client reads; start the client anew. Afterwards the proxy’s log shows its requests with 200.',
  },
  cells: [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    direct: question(cell, model()),
    keyless: sentByClient(question(cell, model()), { reads: openai }),
    stale: sentByClient(question(cell, model()), { reads: amp }),
  }),
  expectations: [
    must.behind('a-direct-request-with-a-good-key-is-answered', ['direct'], ({ direct }) => says(direct, text)),
    must.behind('a-client-that-finds-its-key-is-answered-by-the-proxy', ['keyless'], ({ keyless }) => answeredThere(keyless, text)),
    must.behind('a-client-whose-key-is-up-to-date-is-answered-by-the-proxy', ['stale'], ({ stale }) => answeredThere(stale, text)),
    // Whoever is turned away must not be sent elsewhere: the bill would be the vendor's again.
    must.behind('none-of-them-goes-past-the-proxy', ['keyless', 'stale', 'direct'], ({ keyless, stale, direct }) =>
      allOf(wentNowhereElse(keyless), wentNowhereElse(stale), says(direct, text)),
    ),
  ],
  ground: wholeShell,
  remedy: { config: {} },
  symptom: {
    ground: shellWithoutKeys(),
    violates: () => ['a-client-that-finds-its-key-is-answered-by-the-proxy', 'a-client-whose-key-is-up-to-date-is-answered-by-the-proxy'],
  },
  live,
});
