import { allOf, answer, CLIENT_KEY, converse, defineScenario, must, says } from '#scenarios/kit/index';

import { accepted, accessCells, besideListedKey, listing, nearlyRightKey, noKey, shown, turnedAway } from './keys.ts';

/** What web pages and chats put between words so that they may break there; it is no space, so nobody trims it. */
const zeroWidthSpace = '\u200b';

export default defineScenario({
  id: 'access/invisible-character-in-the-list',
  title: 'A key is refused although it stands in the list, for what stands around it there',
  matrixRow: 1,
  requires: ['client-keys'],
  diagnosis: {
    symptom: '401 for a key that is in the list to whoever reads it; typing it anew helps, copying it does not.',
    cause:
      'The list has the key with something around it that cannot be seen: a zero-width space from a web page, or quotes within quotes.',
    check: 'Look at the bytes of the line, for example with cat -A config.yaml, and ask for /v1/models with the key as it is typed.',
    remediation: 'Write the key anew. Ordinary spaces and line ends around it do no harm: they are taken off.',
  },
  cells: accessCells.filter(({ client, upstream, stream }) => upstream === client && !stream),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    listing: listing(cell),
    ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }),
    nearly: listing(cell, { credential: shown(cell, nearlyRightKey) }),
    none: listing(cell, { credential: noKey }),
  }),
  expectations: [
    must('spaces-around-a-listed-key-do-no-harm', ['listing'], (sights) => accepted(sights.listing)),
    must('a-key-with-spaces-around-it-in-the-list-is-answered', ['ask'], ({ ask }) => says(ask, 'Wireproof says ok.')),
    must('a-key-that-only-begins-like-it-is-refused', ['listing', 'nearly', 'none'], (sights) =>
      besideListedKey(sights.listing, () => allOf(turnedAway(sights.nearly), turnedAway(sights.none))),
    ),
  ],
  remedy: { config: { 'api-keys': [`  ${CLIENT_KEY}\t\n`] } },
  symptom: {
    config: { 'api-keys': [`${zeroWidthSpace}${CLIENT_KEY}`] },
    violates: () => ['spaces-around-a-listed-key-do-no-harm', 'a-key-with-spaces-around-it-in-the-list-is-answered'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 0, timeoutMs: 10_000, round: 'thorough' },
});
