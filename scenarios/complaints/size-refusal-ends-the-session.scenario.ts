import { allOf, answer, converse, defineScenario, must, refused, says } from '#scenarios/kit/index';

import { limit, sized } from '../limits/sized.ts';
import { samePairs } from './upstreams.ts';

const saidByUpstream = 'Wireproof says ok.';

/** Far enough above for what a translation may take away. */
const bytes = limit + 32_768;

/** Complaint 10 of ten (see README.md): cortex 860, claude-code 8092: a client that cannot read the refusal ends the session, or repeats it for ever. */
export default defineScenario({
  id: 'complaints/size-refusal-ends-the-session',
  title: 'A refusal for size is one that no client can read',
  matrixRow: 'complaints',
  requires: ['body-limits'],
  diagnosis: {
    symptom:
      'Above the proxy’s limit a client shows an unknown error, a page of HTML or a lost connection, and tries the same request again and again.',
    cause:
      'The limit for bodies is that of the web server under the proxy, which knows nothing of dialects: it answers in its own words, or hangs up.',
    check: 'Send a body above the limit with and without Content-Length, in each dialect, and look at status and envelope of the answer.',
    remediation:
      'Answer 413 in the envelope of the dialect that the path belongs to, whichever layer has found the size, and keep serving the client.',
  },
  cells: samePairs(false, true),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    over: sized(cell, { model: model(), bytes }),
    chunked: sized(cell, { model: model(), bytes }, { framing: 'chunked' }),
    next: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { after: ['over', 'chunked'] }),
  }),
  expectations: [
    must('the-refusal-is-413-in-the-callers-dialect', ['over', 'chunked'], ({ over, chunked }) =>
      allOf(refused(over, 413), refused(chunked, 413)),
    ),
    must('the-session-goes-on', ['next'], ({ next }) => says(next, saidByUpstream)),
  ],
  remedy: { config: { 'max-request-body-bytes': limit } },
  symptom: { violates: () => ['the-refusal-is-413-in-the-callers-dialect'] },
  live: { safe: false, because: 'it would upload 300 KB twice and needs to know the limit that the deployment sets' },
});
