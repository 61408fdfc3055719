import { readBySdk, sentByClient, wentNowhereElse, type ReadsEnvironment } from '#scenarios/kit/actions/client';
import { allOf, answer, defineScenario, must, says } from '#scenarios/kit/index';

import { answeredThere, live, question, shellWith, text, wholeShell } from './shell.ts';

const older: ReadsEnvironment = { address: ['OPENAI_API_BASE'], key: ['OPENAI_API_KEY'], mount: '/v1' };
/** Amp names the server, not the API on it (sheet row 14 (a)). */
const amp: ReadsEnvironment = { address: ['AMP_URL'], key: ['AMP_API_KEY'], mount: '' };

export default defineScenario({
  id: 'client-traffic/environment-is-spelled-otherwise',
  title: 'The address is exported under a name that this client does not read',
  matrixRow: 14,
  requires: [],
  diagnosis: {
    symptom: 'OPENAI_API_BASE is exported in the very shell that starts the client, another program goes by it, and the client does not.',
    cause:
      'Each client reads names of its own: OPENAI_API_BASE is the older spelling, SDKs since version 1 read OPENAI_BASE_URL, and Amp reads AMP_URL and AMP_API_KEY. A name that nobody reads is no error.',
    check: 'wireproof trace -- CLIENT: it says which of the known names point at the proxy, and where the requests went instead.',
    remediation:
      'Export the name that the client reads; OPENAI_BASE_URL beside OPENAI_API_BASE does no harm, nor does AMP_URL. Start the client anew.',
  },
  cells: [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    newer: sentByClient(question(cell, model()), { reads: readBySdk(cell) }),
    older: sentByClient(question(cell, model()), { reads: older }),
    amp: sentByClient(question(cell, model()), { reads: amp }),
  }),
  expectations: [
    must.behind('a-client-of-the-newer-spelling-is-answered-by-the-proxy', ['newer'], ({ newer }) => answeredThere(newer, text)),
    must.behind('a-client-of-the-older-spelling-is-answered-by-the-proxy', ['older'], (sights) => answeredThere(sights.older, text)),
    must.behind('a-client-with-a-name-of-its-own-is-answered-by-the-proxy', ['amp'], (sights) => answeredThere(sights.amp, text)),
    must.behind('none-of-them-goes-past-the-proxy', ['newer', 'older', 'amp'], (sights) =>
      allOf(...Object.values(sights).map(wentNowhereElse), says(sights.older, text)),
    ),
  ],
  ground: wholeShell,
  remedy: { config: {} },
  symptom: {
    ground: shellWith('OPENAI_API_BASE'),
    violates: () => [
      'a-client-of-the-newer-spelling-is-answered-by-the-proxy',
      'a-client-with-a-name-of-its-own-is-answered-by-the-proxy',
      'none-of-them-goes-past-the-proxy',
    ],
  },
  live,
});
