import {
  allOf,
  answer,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  reachedUpstream,
  refused,
  says,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { askedBy, refuses, tellsWait, turnedAwayAlone } from './waits.ts';

const saidByUpstream = 'Wireproof says ok.';

const tooMany = '[too many at once]';
const slowly = '[answered slowly]';
const later = '[refused a little later]';
const again = '[refused again]';

/** Long enough for requests that are sent together to be under way together; the refusal comes well before the slow answer. */
const underWayMs = 60;
const slowMs = 180;

const burst = ['one', 'two', 'three', 'four'] as const;
const herd = ['herdOne', 'herdTwo', 'herdThree', 'herdFour'] as const;

const marked =
  (mark: string) =>
  ({ bodyBytes }: { readonly bodyBytes: Buffer }): boolean =>
    bodyBytes.includes(mark);

const upstream = answer('text')
  // Without a hint, so that the length of the rest shows how often it was doubled.
  .when(marked(tooMany), (request) => refuses(request, { delayMs: underWayMs }))
  .when(marked(again), (request) => refuses(request, { headers: { 'retry-after': '20' }, delayMs: underWayMs }))
  .when(marked(later), (request) => refuses(request, { headers: { 'retry-after': '20' }, delayMs: underWayMs }))
  .when(marked(slowly), (request) => ({ exchange: `${request.surface}/text${request.stream ? '.stream' : ''}`, delayMs: slowMs }));

const severalUnderWay = (sights: readonly FullSight[], judge: () => Reading): Reading =>
  askedBy(sights) > 1 ? judge() : cannotTell('not-exercised', 'the requests were not under way together');

const asSteps = <Name extends string>(names: readonly Name[], make: () => Probe): Readonly<Record<Name, Probe>> =>
  Object.fromEntries(names.map((name) => [name, make()])) as Readonly<Record<Name, Probe>>;

export default defineScenario({
  id: 'limits/everybody-comes-back-at-once',
  title: 'When a quota’s wait is over, all that waited are sent at once and refused together',
  matrixRow: 'rate-limits',
  requires: ['quota-cooldown'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom: 'Throttling comes in waves: nothing for the length of a window, then as many refusals as there are clients.',
    cause:
      'Everybody was told the same time and the end of the wait lets all of them through before the first answer is known. Refusals of requests that were under way together may each double the wait, and an answer that was under way may end it.',
    check: 'Send ten questions at once, wait as long as the refusals say, send ten more: more than one refusal by the upstream is a herd.',
    remediation:
      'Let one request find out whether there is quota again (remedy try-quota-alone), lower the concurrency of clients, and have them add jitter to Retry-After.',
  },
  cells: [
    ...crossing({ clients: ['openai-chat', 'anthropic-messages'], upstreams: ['openai-chat'], streams: [false] }),
    { client: 'anthropic-messages', upstream: 'anthropic-messages', stream: true },
    { client: 'gemini-generate', upstream: 'gemini-generate', stream: true },
  ],
  upstream: () => upstream,
  steps: ({ cell, model }) => {
    const ask = (text: string, options: Parameters<typeof converse>[2] = {}): Probe =>
      converse(cell, { model: model(), text: `Say ok. ${text}`, maxOutputTokens: 16 }, options);
    const pastBy = (after: readonly string[], laterMs: number): Probe =>
      probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after, laterMs });
    return {
      ...asSteps(burst, () => ask(tooMany)),
      afterBurst: ask('', { after: burst }),
      restIsOver: pastBy(['afterBurst'], 2_000),
      answered: ask('', { after: ['restIsOver'] }),
      slow: ask(slowly, { after: ['answered'] }),
      refusedMeanwhile: ask(later, { after: ['answered'] }),
      afterSlow: ask('', { after: ['slow', 'refusedMeanwhile'] }),
      waitIsOver: pastBy(['afterSlow'], 21_000),
      ...asSteps(herd, () => ask(again, { after: ['waitIsOver'] })),
      served: ask('', { after: herd, laterMs: 21_000 }),
      servedToo: ask('', { after: ['served'] }),
    };
  },
  expectations: [
    must.behind('each-of-a-burst-is-refused-with-429', burst, (sights) =>
      allOf(reachedUpstream(sights.one, 1), ...burst.map((name) => refused(sights[name], 429))),
    ),
    must.behind('a-burst-is-one-step-of-the-rest', [...burst, 'afterBurst'], ({ afterBurst, ...sights }) =>
      severalUnderWay(
        burst.map((name) => sights[name]),
        () => allOf(turnedAwayAlone(afterBurst), tellsWait(afterBurst, 1, 1)),
      ),
    ),
    must.behind('after-a-rest-the-upstream-is-asked', ['answered'], ({ answered }) => says(answered, saidByUpstream)),
    must.behind(
      'an-answer-that-was-under-way-does-not-end-the-wait',
      ['slow', 'refusedMeanwhile', 'afterSlow'],
      ({ slow, refusedMeanwhile, afterSlow }) =>
        slow.status === 200 && refusedMeanwhile.upstreamCalls.length === 1
          ? turnedAwayAlone(afterSlow)
          : cannotTell('prerequisite-failed', `${inShort(slow)}; ${inShort(refusedMeanwhile)}`),
    ),
    must.behind('after-a-wait-one-request-finds-out-first', herd, (sights) => {
      const asked = askedBy(herd.map((name) => sights[name]));
      return asked === 1 ? holds() : deviates({ expected: '1 upstream request of 4', actual: asked });
    }),
    must.behind('whoever-comes-back-too-early-is-told-how-long', herd, (sights) =>
      allOf(...herd.map((name) => tellsWait(sights[name], 1, 20))),
    ),
    must.behind('when-there-is-quota-again-everybody-is-answered', ['served', 'servedToo'], ({ served, servedToo }) =>
      allOf(says(served, saidByUpstream), says(servedToo, saidByUpstream)),
    ),
  ],
  remedy: { proxy: ['try-quota-alone'], config: { 'disable-cooling': false } },
  symptom: { violates: () => ['after-a-wait-one-request-finds-out-first'] },
  live: { safe: false, because: 'it needs an upstream that refuses for quota' },
});
