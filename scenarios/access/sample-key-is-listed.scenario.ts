import {
  answer,
  CLIENT_KEY,
  converse,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { accepted, accessCells, besideListedKey, listing, shown } from './keys.ts';

/** A key of the file that everybody gets as an example: the whole world knows it. */
const sampleKey = 'your-api-key-1';

const opensNothing = (sight: CallerSight): Reading =>
  sight.status === 401 || sight.status === 403 ? holds() : deviates({ expected: '401 or 403', actual: inShort(sight) });

export default defineScenario({
  id: 'access/sample-key-is-listed',
  title: 'The right key gets 403, because a key of the example file is listed beside it',
  matrixRow: 1,
  requires: ['client-keys'],
  diagnosis: {
    symptom: 'Every request fails with 403, with the right key too, since the proxy was updated; a wrong key gets the same answer.',
    cause:
      'api-keys still has a line of the example file, such as your-api-key-1. Builds from v7.2.51 serve nobody as long as it is there, for anybody could use it.',
    check:
      'GET /v1/models with the right key: 403 "unsafe_example_api_key", with X-CPA-SAFE-MODE in builds that send it, is this case and not the key.',
    remediation: 'Take the lines of the example out of api-keys, and keep your own. The file is read again by itself.',
  },
  cells: accessCells.filter(({ client, upstream, stream }) => upstream === client && !stream),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    listing: listing(cell),
    ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }),
    sample: listing(cell, { credential: shown(cell, sampleKey) }),
  }),
  expectations: [
    must('a-key-of-ones-own-opens-the-model-list', ['listing'], (sights) => accepted(sights.listing)),
    must('a-key-of-ones-own-is-answered', ['ask'], ({ ask }) => says(ask, 'Wireproof says ok.'), { canary: false }),
    must('the-key-of-the-example-opens-nothing', ['listing', 'sample'], ({ listing: listed, sample }) =>
      // Live, 403 for a key of one's own is what this row is about, and no reason to doubt what the other key gets.
      listed.live === true && listed.status === 403 ? opensNothing(sample) : besideListedKey(listed, () => opensNothing(sample)),
    ),
  ],
  remedy: { config: { 'api-keys': [CLIENT_KEY] } },
  symptom: {
    config: { persona: 'cliproxyapi-2026-08', 'api-keys': [sampleKey, CLIENT_KEY] },
    violates: () => ['a-key-of-ones-own-opens-the-model-list', 'a-key-of-ones-own-is-answered'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 10_000, round: 'thorough' },
});
