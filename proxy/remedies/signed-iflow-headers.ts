import { createHmac } from 'node:crypto';

import { defineRemedy } from './remedy.ts';

/**
 * The acceptance rule of a mocked, closed service (sheet R9): requests for third-party models need these headers, and the user agent is
 * part of the signed message. It is test data of that rule, not a disguise; nothing else in this proxy sends it.
 */
const userAgent = 'iFlow-Cli';

/** Lower-case hex HMAC-SHA256 over `<user agent>:<session id>:<timestamp>`, with the secret that is also sent as Bearer. */
export const iflowSignature = (secret: string, sessionId: string, timestamp: number): string =>
  createHmac('sha256', secret).update(`${userAgent}:${sessionId}:${timestamp}`).digest('hex');

export default defineRemedy({
  id: 'signed-iflow-headers',
  matrixRow: 9,
  about: 'Requests to iFlow carry its session, timestamp and signature headers, made afresh for every attempt.',
  onAttempt: ({ provider, call, credential, now, attemptId }) => {
    if (provider !== 'iflow') return call;
    const sessionId = `session-${attemptId}`;
    // The agent is set here too: a custom header of the credential would break the signature (R9 (e) 7).
    const signed = {
      'user-agent': userAgent,
      'session-id': sessionId,
      'x-iflow-timestamp': String(now),
      'x-iflow-signature': iflowSignature(credential.secret, sessionId, now),
    };
    return { ...call, headers: { ...call.headers, ...signed } };
  },
});
