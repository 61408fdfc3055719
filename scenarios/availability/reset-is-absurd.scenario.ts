import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  mentions,
  must,
  reachedUpstream,
  refused,
  says,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { saysWhen, secondsToWait } from './used-up.ts';

const saidByUpstream = 'Wireproof says ok.';
const aDay = 86_400;

/** Written into the user's text, so that one upstream can say both. */
const farAway = '[the quota resets in ages]';
const atOnce = '[the quota resets at once]';

const hintless = answer('text')
  .when(
    ({ bodyBytes }) => bodyBytes.includes(farAway),
    ({ surface }) => ({ exchange: `${surface}/quota-resets-in-ages` }),
  )
  .when(
    ({ bodyBytes }) => bodyBytes.includes(atOnce),
    ({ surface }) => ({ exchange: `${surface}/quota-resets-at-once` }),
  );

/** Holds for a 429 that, if it says when to come back, does not say so of a day that nobody will wait for. */
const waitsADayAtMost = (sight: CallerSight): Reading =>
  allOf(
    refused(sight, 429),
    (secondsToWait(sight) ?? 0) <= aDay ? holds() : deviates({ expected: `at most ${aDay} s`, actual: secondsToWait(sight) }),
  );

export default defineScenario({
  id: 'availability/reset-is-absurd',
  title: 'A quota that says it resets in days, in years or in the past',
  matrixRow: 19,
  requires: ['quota-failover'],
  remembers: true,
  clock: 'stands',
  diagnosis: {
    symptom:
      'A model stays away for days with 429 model_cooldown and a huge reset_seconds, although the account has been topped up; or an exhausted account is asked without a pause.',
    cause:
      'The proxy believes whatever time the upstream names: days of a weekly limit, a year, the year 3000, zero or a time in the past. Nobody asks in between, so nobody learns that there is quota again.',
    check:
      'Read reset_seconds or Retry-After of the 429, and the upstream’s own retryDelay, quotaResetDelay, resets_at or resets_in_seconds in the log. More than a day, or nothing at all, is this.',
    remediation:
      'Bound what is believed (a day at most, a back-off where the hint is no time at all), or end the rest by hand with POST /v0/management/reset-quota.',
  },
  cells: crossing({ clients: ['openai-chat'], upstreams: ['gemini-generate', 'antigravity', 'codex'], streams: [false, true] }),
  upstream: () => hintless,
  steps: ({ cell, model }) => {
    const ask = (name: string, text: string, more: { readonly after?: readonly string[]; readonly laterMs?: number } = {}) =>
      converse(cell, { model: name, text: `Say ok. ${text}`, maxOutputTokens: 16 }, more);
    return {
      far: ask(model('spent'), farAway),
      farAgain: ask(model('spent'), farAway, { after: ['far'] }),
      atOnce: ask(model('spent-too'), atOnce),
      atOnceAgain: ask(model('spent-too'), atOnce, { after: ['atOnce', 'farAgain'], laterMs: 2_000 }),
      nextDay: ask(model('spent'), 'It is tomorrow.', { after: ['farAgain', 'atOnceAgain'], laterMs: (aDay + 60) * 1000 }),
    };
  },
  expectations: [
    must.behind('a-quota-is-told-in-its-own-words', ['far', 'atOnce'], ({ far, atOnce: soon }) =>
      allOf(...[far, soon].map((sight) => refused(sight, 429, (error) => mentions(error, /quota|usage limit/i)))),
    ),
    must.behind('no-reset-is-believed-for-days', ['farAgain'], ({ farAgain }) => waitsADayAtMost(farAgain)),
    must.behind('an-account-that-waits-is-not-asked', ['farAgain'], ({ farAgain }) =>
      allOf(refused(farAgain, 429), reachedUpstream(farAgain, 0)),
    ),
    must.behind('a-reset-in-no-time-is-no-invitation', ['atOnceAgain'], ({ atOnceAgain }) =>
      allOf(refused(atOnceAgain, 429), reachedUpstream(atOnceAgain, 0)),
    ),
    should.behind('a-bounded-wait-is-told', ['farAgain', 'atOnceAgain'], ({ farAgain, atOnceAgain }) =>
      allOf(saysWhen(farAgain, aDay), saysWhen(atOnceAgain, aDay)),
    ),
    must.behind('after-a-day-the-account-is-asked-again', ['nextDay'], ({ nextDay }) => says(nextDay, saidByUpstream)),
  ],
  remedy: { proxy: ['used-up-quota'], config: { 'disable-cooling': false } },
  symptom: {
    // A thousand years, as Gemini says here, are more than any build believes.
    violates: (cell) =>
      cell.upstream === 'gemini-generate'
        ? []
        : [
            'no-reset-is-believed-for-days',
            'a-reset-in-no-time-is-no-invitation',
            'a-bounded-wait-is-told',
            'after-a-day-the-account-is-asked-again',
            // That build hands Google's envelope to Chat clients as it is.
            ...(cell.upstream === 'antigravity' ? ['a-quota-is-told-in-its-own-words'] : []),
          ],
    config: { 'disable-cooling': false, persona: 'cliproxyapi-2026-08' },
  },
  live: { safe: false, because: 'it needs an upstream that names an absurd time' },
});
