import { readBySdk, sentByClient, wentNowhereElse } from '#scenarios/kit/actions/client';
import { answer, allOf, defineScenario, must, says, type Ground } from '#scenarios/kit/index';

import { answeredThere, live, question, text, wholeShell } from './shell.ts';

const exportedLate: Ground = { client: { env: wholeShell.client?.env ?? {}, exportedLate: true } };

export default defineScenario({
  id: 'client-traffic/environment-is-stale',
  title: 'The shell names the proxy, and the client that runs in it still goes to its vendor',
  matrixRow: 14,
  requires: [],
  diagnosis: {
    symptom: 'echo $OPENAI_BASE_URL shows the proxy in the shell from which the client was started, and the client goes past it.',
    cause: 'A process has the environment that it was started with. What the shell exports later reaches only what is started later.',
    check:
      'Start the same client a second time from the same shell: that one goes through the proxy. On Linux /proc/PID/environ shows what a process was given.',
    remediation:
      'End the client and start it anew from the shell that has the variables; for a service, put them where the service is defined and restart it.',
  },
  cells: [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    running: sentByClient(question(cell, model()), { reads: readBySdk(cell) }),
    anew: sentByClient(question(cell, model()), { reads: readBySdk(cell), startedAnew: true }),
  }),
  expectations: [
    must.behind('a-client-that-runs-is-answered-by-the-proxy', ['running'], ({ running }) => answeredThere(running, text)),
    must.behind('a-client-that-is-started-anew-is-answered-by-the-proxy', ['anew'], ({ anew }) => answeredThere(anew, text)),
    must.behind('nothing-of-the-running-client-goes-past-the-proxy', ['running', 'anew'], ({ running, anew }) =>
      allOf(wentNowhereElse(running), says(anew, text)),
    ),
  ],
  ground: wholeShell,
  remedy: { config: {} },
  symptom: {
    ground: exportedLate,
    violates: () => ['a-client-that-runs-is-answered-by-the-proxy', 'nothing-of-the-running-client-goes-past-the-proxy'],
  },
  live,
});
