import {
  allOf,
  cannotTell,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  inShort,
  must,
  says,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { asking, failingRequests, failingSteps, failingUpstream, saidByUpstream, words } from './failing-requests.ts';
import { everyPair } from './upstreams.ts';

/** Holds when the upstream saw its connection go with the caller, instead of going on for nobody. */
const letGo = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ receipt }) => {
    if (receipt?.ended === 'client-left') return holds();
    // Who collects streams gives the caller no occasion to leave; that is another complaint.
    const inTime = sight.errorCode === 'CALLER_LEFT' && receipt?.held !== words[0];
    if (!inTime || (receipt !== undefined && receipt.held === undefined))
      return cannotTell('not-exercised', `no occasion to leave: ${inShort(sight)}`);
    return deviates({ expected: 'an upstream request that ends when its caller leaves', actual: 'one that goes on for nobody' });
  });

/** Complaint 6 of ten (see README.md): LiteLLM 12685, 15128, 27954 and 6404: every failure leaves something behind, and days later nothing works. */
export default defineScenario({
  id: 'complaints/failures-leave-connections-behind',
  title: 'Callers who leave and requests that fail hold connections for ever',
  matrixRow: 'complaints',
  requires: [],
  diagnosis: {
    symptom:
      'Memory and open connections grow from day to day, latency with them, until only a restart helps. Vendors bill answers that nobody read.',
    cause:
      'A caller who leaves, or a stream that breaks, is noticed on one side only: the other side stays open, with its buffers and its place in every limit.',
    check:
      'Leave a streamed request in its middle a few times and count the proxy’s connections to the upstream. Let npm run soak send an hour of failing traffic and look at the slope of the memory.',
    remediation:
      'Tie both sides of an exchange together: one abort ends both, in every way that either can end, and what was reserved for it is given back in one place.',
  },
  cells: everyPair(true),
  upstream: () => failingUpstream,
  steps: ({ cell, model }) => {
    const ask = asking(cell, { model: model() });
    const next = (): ReturnType<typeof ask> => ask('Say ok.', { after: failingSteps });
    return { ...failingRequests(ask), next: next(), nextToo: next() };
  },
  expectations: [
    must.behind('who-leaves-ends-the-upstream-request-too', ['left', 'leftToo'], ({ left, leftToo }) => allOf(letGo(left), letGo(leftToo))),
    must('the-next-requests-are-answered', ['next', 'nextToo'], ({ next, nextToo }) =>
      allOf(says(next, saidByUpstream), says(nextToo, saidByUpstream)),
    ),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'both sides of an exchange end together in the reference proxy, which has no other way; the kill matrix shows proxies that have',
  },
  live: { safe: false, because: 'a real upstream cannot be asked to fail' },
});
