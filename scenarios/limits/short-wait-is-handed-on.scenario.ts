import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  must,
  reachedUpstream,
  refused,
  says,
  type Cell,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { refuses, tellsWait } from './waits.ts';

const saidByUpstream = 'Wireproof says ok.';

const once = '[refused once, for a moment]';
const forAMinute = '[refused for a minute]';
const always = '[refused whenever it is asked]';

/** A moment that can be waited out for real. */
const momentMs = 20;
const aMoment = { headers: { 'retry-after-ms': String(momentMs) } };
const minute = 60;

/** What one question of a caller may cost at most: more is a storm as soon as clients retry, too (sheet X3 e5). */
const mostAttempts = 4;

const marked =
  (mark: string) =>
  ({ bodyBytes }: { readonly bodyBytes: Buffer }): boolean =>
    bodyBytes.includes(mark);

const upstream = answer('text')
  .when(
    (request) => marked(once)(request) && request.callIndex === 0,
    (request) => refuses(request, aMoment),
  )
  .when(marked(forAMinute), (request) => refuses(request, { headers: { 'retry-after': String(minute) } }))
  .when(marked(always), (request) => refuses(request, aMoment));

const cells: readonly Cell[] = (['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const).flatMap((client) =>
  crossing({ clients: [client], upstreams: [client], streams: [false, true] }),
);

const attemptsOf = ({ upstreamCalls: { length } }: FullSight): Reading =>
  length > 0 && length <= mostAttempts ? holds() : deviates({ expected: `1 to ${mostAttempts} upstream requests`, actual: length });

export default defineScenario({
  id: 'limits/short-wait-is-handed-on',
  title: 'A refusal for a moment reaches the caller, who gives up or retries at once',
  matrixRow: 'rate-limits',
  requires: ['short-waits'],
  remembers: true,
  diagnosis: {
    symptom: 'Bursts of 429 that are over in a second make agents give up, or their retries make the burst longer.',
    cause:
      'Nothing waits: request-retry and max-retry-interval are 0 where they are left out. The other way round every round multiplies, clients × their retries × rounds × credentials.',
    check:
      'Compare the requests in the metrics with those in the upstream’s own; look at request-retry, max-retry-interval and retry-budget.',
    remediation:
      'Let the proxy wait out what is short (request-retry: 1, max-retry-interval: a few seconds), tell callers what is long, and keep retries in one place.',
  },
  cells,
  upstream: () => upstream,
  steps: ({ cell, model }) => {
    const ask = (text: string, options: Parameters<typeof converse>[2] = {}): Probe =>
      converse(cell, { model: model(), text: `Say ok. ${text}`, maxOutputTokens: 16 }, options);
    return {
      short: ask(once),
      afterwards: ask('', { after: ['short'], laterMs: 2_000 }),
      stubborn: ask(always, { after: ['afterwards'], laterMs: 2_000 }),
      long: ask(forAMinute, { after: ['stubborn'], laterMs: 2_000 }),
    };
  },
  expectations: [
    must.behind('a-short-wait-is-waited-out-for-the-caller', ['short'], ({ short }) =>
      allOf(says(short, saidByUpstream), reachedUpstream(short, 2)),
    ),
    must.behind('what-was-waited-out-is-over', ['short', 'afterwards'], ({ afterwards }) =>
      allOf(says(afterwards, saidByUpstream), reachedUpstream(afterwards, 1)),
    ),
    must.behind('a-caller-is-not-kept-waiting-without-end', ['stubborn'], ({ stubborn }) =>
      allOf(attemptsOf(stubborn), refused(stubborn, 429)),
    ),
    must.behind('a-long-wait-is-told-and-not-waited-out', ['long'], ({ long }) =>
      allOf(reachedUpstream(long, 1), tellsWait(long, minute - 1, minute)),
    ),
  ],
  remedy: { config: { 'disable-cooling': false, 'request-retry': 1, 'max-retry-interval': 5 } },
  symptom: {
    config: { 'disable-cooling': false },
    violates: () => ['a-short-wait-is-waited-out-for-the-caller'],
  },
  live: { safe: false, because: 'it needs an upstream that refuses for quota' },
});
