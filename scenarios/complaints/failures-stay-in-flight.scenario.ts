import { deviates, defineScenario, holds, inShort, must, probe, type CallerSight, type Reading } from '#scenarios/kit/index';

import { asking, failingRequests, failingSteps, failingUpstream } from './failing-requests.ts';

/** Requests that are being answered, by a gauge of Prometheus' text format whose name says so; the scrape itself may be one. */
const inFlight = /^[a-z_:]*(?:in_flight|inflight)[a-z_]*(?:\{[^}]*\})? ([0-9.e+]+)$/gim;

const noneLeft = (sight: CallerSight): Reading => {
  const gauges = [...sight.bodyText.matchAll(inFlight)].map((match) => Number(match[1]));
  if (sight.status !== 200 || gauges.length === 0) return deviates({ expected: 'a gauge of requests in flight', actual: inShort(sight) });
  const most = Math.max(...gauges);
  return most <= 1 ? holds() : deviates({ expected: 'nothing in flight but the scrape', actual: `${most} requests in flight` });
};

/** Complaint 6 of ten (see README.md): the same from the proxy's own point of view, where it has one. */
export default defineScenario({
  id: 'complaints/failures-stay-in-flight',
  title: 'Requests that failed count as in flight for ever',
  matrixRow: 'complaints',
  requires: ['in-flight-gauge'],
  remembers: true,
  diagnosis: {
    symptom: 'The gauge of requests in flight only ever grows; a limit that builds on it turns callers away although nobody is asking.',
    cause: 'What was counted in at the start of a request is counted out at its good end, and some of the bad ones are forgotten.',
    check: 'While nobody asks, read GET /metrics: nothing may be in flight. Leave a streamed request in its middle, and read it again.',
    remediation:
      'Count out in one place that every end of a request goes through, and end an exchange as a whole when either side is gone.',
  },
  // Each has a proxy to itself.
  cells: [
    { client: 'anthropic-messages', upstream: 'openai-chat', stream: true },
    { client: 'gemini-generate', upstream: 'gemini-generate', stream: true },
  ],
  upstream: () => failingUpstream,
  steps: ({ cell, model }) => ({
    ...failingRequests(asking(cell, { model: model() })),
    gauge: probe({ dialect: cell.client, method: 'GET', path: '/metrics', after: failingSteps }),
  }),
  expectations: [must('nothing-is-in-flight-when-all-have-ended', ['gauge'], ({ gauge }) => noneLeft(gauge))],
  remedy: { config: {} },
  symptom: {
    violates: () => [],
    none: 'the reference proxy counts out in one place, and has no other way; the kill matrix shows a proxy that forgets',
  },
  live: { safe: false, because: 'a real upstream cannot be asked to fail, and other callers are in flight too' },
});
