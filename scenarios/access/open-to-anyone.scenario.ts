import {
  allOf,
  answer,
  CLIENT_KEY,
  converse,
  defineScenario,
  must,
  reachedUpstream,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { accepted, accessCells, besideListedKey, listing, nearlyRightKey, noKey, plain, shown, turnedAway, unlistedKey } from './keys.ts';

const allTurnedAway = (...sights: readonly CallerSight[]): Reading => allOf(...sights.map(turnedAway));

export default defineScenario({
  id: 'access/open-to-anyone',
  title: 'The list of keys is empty, and the proxy serves whoever asks',
  matrixRow: 1,
  requires: ['client-keys'],
  diagnosis: {
    symptom: 'A wrong key works, and so does none. The test "the right key gets 200" has always passed.',
    cause:
      'api-keys is missing or empty, which some builds take for "no key is needed", for example when another file than the edited one is loaded.',
    check: 'GET /v1/models without any key: 200 means that everybody who reaches the port spends your accounts.',
    remediation: 'List at least one key under api-keys, and keep a check that shows none and expects 401.',
  },
  cells: accessCells,
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (credential: Parameters<typeof shown>[1] | undefined) =>
      converse(
        cell,
        { model: model(), text: 'Say ok.', maxOutputTokens: 1 },
        { credential: credential === undefined ? noKey : shown(cell, credential) },
      );
    return {
      listing: listing(cell),
      missingListing: listing(cell, { credential: noKey }),
      wrongListing: listing(cell, { credential: shown(cell, unlistedKey) }),
      nearListing: listing(cell, { credential: shown(cell, nearlyRightKey) }),
      emptyListing: listing(cell, { credential: shown(cell, '') }),
      missing: ask(undefined),
      wrong: ask(unlistedKey),
    };
  },
  expectations: [
    must('the-listed-key-opens-the-model-list', ['listing'], (sights) => accepted(sights.listing)),
    must(
      'the-model-list-is-refused-without-a-key',
      ['listing', 'missingListing'],
      (sights) => besideListedKey(sights.listing, () => turnedAway(sights.missingListing)),
      plain,
    ),
    must(
      'the-model-list-is-refused-with-a-wrong-key',
      ['listing', 'wrongListing'],
      (sights) => besideListedKey(sights.listing, () => turnedAway(sights.wrongListing)),
      plain,
    ),
    must(
      'a-key-that-only-begins-like-a-listed-one-is-refused',
      ['listing', 'nearListing'],
      (sights) => besideListedKey(sights.listing, () => turnedAway(sights.nearListing)),
      plain,
    ),
    must(
      'an-empty-key-is-refused',
      ['listing', 'emptyListing'],
      (sights) => besideListedKey(sights.listing, () => turnedAway(sights.emptyListing)),
      { ...plain, canary: false },
    ),
    must('a-question-is-refused-without-a-key', ['listing', 'missing'], (sights) =>
      besideListedKey(sights.listing, () => turnedAway(sights.missing)),
    ),
    must('a-question-is-refused-with-a-wrong-key', ['listing', 'wrong'], (sights) =>
      besideListedKey(sights.listing, () => turnedAway(sights.wrong)),
    ),
    must.behind('a-refused-question-reaches-no-upstream', ['listing', 'missing', 'wrong'], ({ listing: listed, missing, wrong }) =>
      besideListedKey(listed, () => allOf(allTurnedAway(missing, wrong), reachedUpstream(missing, 0), reachedUpstream(wrong, 0))),
    ),
  ],
  remedy: { config: { 'api-keys': [CLIENT_KEY] } },
  symptom: {
    config: { 'api-keys': [] },
    violates: ({ stream }) => [
      ...(stream
        ? []
        : [
            'the-model-list-is-refused-without-a-key',
            'the-model-list-is-refused-with-a-wrong-key',
            'a-key-that-only-begins-like-a-listed-one-is-refused',
            'an-empty-key-is-refused',
          ]),
      'a-question-is-refused-without-a-key',
      'a-question-is-refused-with-a-wrong-key',
      'a-refused-question-reaches-no-upstream',
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 0, timeoutMs: 10_000 },
});
