import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  inShort,
  must,
  reachedUpstream,
  says,
  should,
  type Cell,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { inVendorsOwnPlace, refuses, tellsWait, turnedAwayAlone, type Refusal } from './waits.ts';

const saidByUpstream = 'Wireproof says ok.';
const day = 86_400;

/** One way in which an upstream says when to come back, or fails to. */
interface Form {
  readonly id: string;
  /** @param nowMs milliseconds since the epoch on the proxy's clock */
  readonly refusal: (request: UpstreamRequest, nowMs: number) => Refusal;
  /** The waits in seconds that a caller may then be told. */
  readonly told: readonly [least: number, most: number];
}

const retryAfter = (value: string) => (): Refusal => ({ headers: { 'retry-after': value } });

/** Without a word that can be believed, a short rest that grows with the next refusals (sheet X3 c2). */
const short = [1, 2] as const;

/** The upstream's clock goes on while the proxy's stands: what is told as a time may be some seconds further off. */
const untilATime = [14, 60] as const;

/** In the order in which they are tried; each step forward in time is long enough for the form before it. */
const forms = [
  { id: 'a-wait-in-seconds-is-kept', refusal: retryAfter('20'), told: [20, 20] },
  {
    id: 'a-wait-until-a-date-is-kept',
    refusal: (_request, nowMs) => ({ headers: { 'retry-after': new Date(nowMs + 21_000).toUTCString() } }),
    told: untilATime,
  },
  {
    id: 'a-wait-in-the-vendors-own-place-is-kept',
    refusal: ({ surface }, nowMs) => inVendorsOwnPlace[surface]?.(20, nowMs) ?? {},
    told: untilATime,
  },
  { id: 'without-a-wait-the-rest-is-short', refusal: () => ({}), told: short },
  { id: 'a-wait-of-zero-is-a-short-rest', refusal: retryAfter('0'), told: short },
  { id: 'a-negative-wait-is-a-short-rest', refusal: retryAfter('-20'), told: short },
  { id: 'a-wait-in-words-is-a-short-rest', refusal: retryAfter('soon'), told: short },
  { id: 'a-date-that-is-past-is-a-short-rest', refusal: retryAfter('Wed, 21 Oct 2015 07:28:00 GMT'), told: short },
  { id: 'an-overflowing-wait-is-a-short-rest', refusal: retryAfter('99999999999'), told: short },
  { id: 'a-wait-of-weeks-is-cut-to-a-day', refusal: retryAfter(String(30 * day)), told: [day, day] },
] as const satisfies readonly Form[];

type FormId = (typeof forms)[number]['id'];
type Step = `${FormId}.refused` | `${FormId}.then` | `${FormId}.over`;

const waitsOver = forms.map(({ id }) => `${id}.over` as const);

const mark = (id: FormId): string => `[${id}]`;

/** How far the proxy's clock is ahead when a form is tried: after every form before it more has passed than any of them asked for. */
const stepMs = 90_000;
const aheadMs = (index: number): number => index * stepMs;

const upstream = forms.reduce(
  (script, { id, refusal }, index) =>
    script.when(
      ({ bodyBytes }) => bodyBytes.includes(mark(id)),
      (request) => refuses(request, refusal(request, request.at + aheadMs(index))),
    ),
  answer('text'),
);

const cells: readonly Cell[] = (
  [
    ['openai-chat', 'openai-chat'],
    ['openai-responses', 'openai-responses'],
    ['anthropic-messages', 'anthropic-messages'],
    ['gemini-generate', 'gemini-generate'],
    ['openai-chat', 'codex'],
    ['gemini-generate', 'antigravity'],
  ] as const
).flatMap(([client, upstream]) => crossing({ clients: [client], upstreams: [upstream], streams: [false] }));

const kept = (refused: FullSight, then: FullSight, [least, most]: Form['told']): Reading =>
  refused.upstreamCalls.length === 0
    ? deviates({ expected: 'a request to the upstream', actual: `none; the caller got ${inShort(refused)}` })
    : allOf(turnedAwayAlone(then), tellsWait(then, least, most));

export default defineScenario<Step>({
  id: 'limits/announced-wait-is-misread',
  title: 'Callers are not told when to come back, or a time that nobody can wait for',
  matrixRow: 'rate-limits',
  requires: ['quota-cooldown'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom: 'Clients come back at once, or a model stays away for weeks although its vendor serves again.',
    cause:
      'Upstreams say when to come back in many forms: Retry-After in seconds or as a date, a field of the body, a header of their own, nothing, or nonsense. A form that is not read is a wait that is not kept; one that is believed without a bound blocks the account until somebody restarts the proxy.',
    check: 'Look at Retry-After and reset_seconds of two refusals a second apart: 1, 2, 4 is a guess, a large number was read somewhere.',
    remediation:
      'Read every form, believe none beyond a day, rest shortly where nothing can be believed, and tell callers the wait in whole seconds. A wait that is wrong all the same ends with DELETE /v0/management/cooldowns.',
  },
  cells,
  upstream: () => upstream,
  steps: ({ cell, model }) => {
    const ask = (text: string, options: Parameters<typeof converse>[2]): Probe =>
      converse(cell, { model: model(), text, maxOutputTokens: 16 }, options);
    const ofForms = forms.flatMap(({ id }, index): readonly (readonly [Step, Probe])[] => {
      const before = forms[index - 1];
      const passes = index === forms.length - 1 ? day * 1000 : stepMs;
      return [
        [`${id}.refused`, ask(`Say ok. ${mark(id)}`, { after: before === undefined ? [] : [`${before.id}.over`] })],
        [`${id}.then`, ask('Say ok.', { after: [`${id}.refused`] })],
        // An answer in between, so that no rest is longer for the refusals before it.
        [`${id}.over`, ask('Say ok.', { after: [`${id}.then`], laterMs: passes })],
      ];
    });
    return Object.fromEntries(ofForms) as Record<Step, Probe>;
  },
  expectations: [
    ...forms.map(({ id, told }) =>
      must.behind(id, [`${id}.refused`, `${id}.then`] as const, (sights) => kept(sights[`${id}.refused`], sights[`${id}.then`], told)),
    ),
    must.behind('after-every-wait-the-upstream-is-asked-again', waitsOver, (sights) =>
      allOf(...waitsOver.map((name) => allOf(reachedUpstream(sights[name], 1), says(sights[name], saidByUpstream)))),
    ),
    should.behind('the-first-refusal-tells-the-wait-as-well', ['a-wait-in-seconds-is-kept.refused'], (sights) =>
      tellsWait(sights['a-wait-in-seconds-is-kept.refused'], 20, 20),
    ),
  ],
  remedy: { config: { persona: 'documented', 'disable-cooling': false } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-08', 'disable-cooling': false },
    violates: () => [
      ...forms.map(({ id }) => id),
      'after-every-wait-the-upstream-is-asked-again',
      'the-first-refusal-tells-the-wait-as-well',
    ],
  },
  live: { safe: false, because: 'it needs an upstream that refuses for quota, and hours on the proxy’s clock' },
});
