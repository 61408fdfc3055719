import { readBySdk, sentByClient } from '#scenarios/kit/actions/client';
import { answer, cannotTell, defineScenario, deviates, holds, inShort, must, type CallerSight, type Reading } from '#scenarios/kit/index';

import { manage, managementKey, shown } from '../management/operators.ts';
import { answeredThere, live, question, shellWith, text, wholeShell } from './shell.ts';

/** Builds that log to files alone say so (sheet X2 (d)), and then the file is the place to look. */
const isElsewhere = ({ status, bodyText }: CallerSight): boolean => status === 400 && /logging to file/i.test(bodyText);

/** Holds when a line of the log has the path that was asked. */
const showsRequest = (logs: CallerSight, path: string): Reading => {
  if (isElsewhere(logs)) return cannotTell('not-visible-here', 'this build shows its log only where it is written to a file');
  const { lines } = (logs.json ?? {}) as { readonly lines?: unknown };
  if (logs.status !== 200 || !Array.isArray(lines)) return deviates({ expected: 'the lines of the log', actual: inShort(logs) });
  const found = lines.some((line) => JSON.stringify(line).includes(path));
  return found ? holds() : deviates({ expected: `a line with ${path}`, actual: `${lines.length} lines without` });
};

/** The end of the page's remediation: "then verify proxy logs show Amp traffic". */
export default defineScenario({
  id: 'client-traffic/log-shows-no-traffic',
  title: 'The client answers, and the proxy’s log has nothing of it',
  matrixRow: 14,
  requires: ['management-api'],
  remembers: true,
  diagnosis: {
    symptom:
      'A client that was pointed at the proxy works, and GET /v0/management/logs has no line of its requests, while a request with curl is there at once.',
    cause:
      'The client’s process does not have the address, and goes to its vendor. Or the proxy writes no line for a request, and then its log proves nothing either way.',
    check:
      'Send one small request to the proxy with curl and look for its path in GET /v0/management/logs; then start the client, and look for another line. The first says that the log can be believed, the second that the client came.',
    remediation:
      'Export the address in the shell that starts the client, start it anew, and look for its requests in the log. Where curl’s request is missing too, log requests: a proxy without a line for each cannot show who goes past it.',
  },
  cells: [{ client: 'openai-chat', upstream: 'openai-chat', stream: false }],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    client: sentByClient(question(cell, model()), { reads: readBySdk(cell) }),
    logs: manage('logs', { credential: shown(managementKey), after: ['client'] }),
  }),
  expectations: [
    must.behind('the-client-is-answered-by-the-proxy', ['client'], ({ client }) => answeredThere(client, text)),
    must.behind('the-log-shows-the-clients-request', ['client', 'logs'], ({ client, logs }) => showsRequest(logs, client.probe.path)),
  ],
  ground: wholeShell,
  remedy: { config: { 'remote-management': { 'secret-key': managementKey } } },
  symptom: {
    config: { 'remote-management': { 'secret-key': managementKey } },
    ground: shellWith(),
    violates: () => ['the-client-is-answered-by-the-proxy', 'the-log-shows-the-clients-request'],
  },
  live,
});
