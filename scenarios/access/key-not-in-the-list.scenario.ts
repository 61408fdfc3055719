import {
  allOf,
  answer,
  cannotTell,
  CLIENT_KEY,
  converse,
  defineScenario,
  deviates,
  errorIn,
  everyUpstreamCall,
  holds,
  inShort,
  mentions,
  must,
  refused,
  replay,
  says,
  should,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { accepted, accessCells, addressOf, listing, noKey, plain, shown, turnedAway, unlistedKey } from './keys.ts';

const saidByUpstream = 'Wireproof says ok.';

/** The user's text that makes the vendor refuse the proxy's own key. */
const deadUpstreamKey = '[the key of the proxy is dead]';

const messageIn = (sight: CallerSight): string => errorIn(sight)?.message ?? sight.bodyText;

/** Only the vendor's refusal can show how it is passed on. */
const whenVendorRefused = (sight: FullSight, judge: () => Reading): Reading =>
  sight.upstreamCalls.length > 0 ? judge() : cannotTell('not-exercised', `nothing reached the upstream; the caller got ${inShort(sight)}`);

const withoutCallersKey = (sight: FullSight): Reading =>
  everyUpstreamCall(sight, ({ headers, path, query }) => {
    const places = Object.entries({ ...headers, path, query }).filter(([, value]) => value.includes(CLIENT_KEY));
    return places.length === 0 ? holds() : deviates({ expected: 'no key of the caller', actual: places.map(([place]) => place) });
  });

/**
 * Row 1. A key is rotated by listing the new one, moving the callers, and taking the old one out; the symptom arm is the moment in which
 * a caller was forgotten. A step cannot rewrite the target's configuration, so that a rotated key works without a restart, and that reloads
 * under traffic lose no request, is left to proxy/live/hot-reload.test.ts.
 */
export default defineScenario({
  id: 'access/key-not-in-the-list',
  title: 'Every request is refused with 401 because the key is not in the list',
  matrixRow: 1,
  requires: ['client-keys'],
  diagnosis: {
    symptom: 'Every request gets 401, the model list too, while the health check answers 200. Nothing is seen at the vendors.',
    cause:
      'The key that the caller shows is none of api-keys: mistyped, rotated away, or listed in another file than the one that was loaded.',
    check:
      'GET /v1/models three times: with the key, without one, and with a wrong one. If all three get 401 it is the key; an error about the vendor’s key comes from behind the proxy.',
    remediation:
      'List the key under api-keys. To rotate one, add the new key, move every caller to it, and only then take the old one out; the file is read again without a restart.',
  },
  cells: accessCells,
  upstream: () =>
    answer('text').when(
      ({ bodyBytes }) => bodyBytes.includes(deadUpstreamKey),
      replay(({ surface }) => ({ exchange: `${surface}/dead-key` })),
    ),
  steps: ({ cell, model }) => {
    const ask = (text: string, options: Parameters<typeof converse>[2] = {}) =>
      converse(cell, { model: model(), text, maxOutputTokens: 16 }, options);
    const fromOneAddress = { 'x-forwarded-for': addressOf(cell) };
    return {
      listing: listing(cell),
      wrongListing: listing(cell, { credential: shown(cell, unlistedKey) }),
      guess: listing(cell, { credential: shown(cell, unlistedKey), headers: fromOneAddress }),
      afterGuess: listing(cell, { headers: fromOneAddress, after: ['guess'] }),
      missingListing: listing(cell, { credential: noKey }),
      ask: ask('Say ok.'),
      missing: ask('Say ok.', { credential: noKey }),
      wrong: ask('Say ok.', { credential: shown(cell, unlistedKey) }),
      vendorRefuses: ask(deadUpstreamKey, { after: ['ask'] }),
    };
  },
  expectations: [
    must('a-listed-key-opens-the-model-list', ['listing'], (sights) => accepted(sights.listing), plain),
    must('a-listed-key-is-answered', ['ask'], ({ ask }) => says(ask, saidByUpstream)),
    must('a-wrong-key-locks-nobody-out', ['guess', 'afterGuess'], ({ afterGuess }) => accepted(afterGuess), { ...plain, canary: false }),
    must(
      'a-refused-key-is-answered-with-401-in-json',
      ['missingListing', 'wrongListing'],
      ({ missingListing, wrongListing }) => allOf(turnedAway(missingListing), turnedAway(wrongListing)),
      plain,
    ),
    should(
      'a-missing-key-is-told-from-a-wrong-one',
      ['missingListing', 'wrongListing'],
      ({ missingListing, wrongListing }) => {
        const [none, other] = [messageIn(missingListing), messageIn(wrongListing)];
        return allOf(
          turnedAway(missingListing),
          turnedAway(wrongListing),
          none === other ? deviates({ expected: 'two messages', actual: none }) : holds(),
        );
      },
      plain,
    ),
    should('a-refusal-of-the-key-has-the-callers-own-envelope', ['missing', 'wrong'], ({ missing, wrong }) =>
      allOf(...[missing, wrong].map((sight) => refused(sight, 401, (error) => mentions(error, /key|credential|token|unauthori[sz]ed/i)))),
    ),
    must(
      'a-refusal-does-not-repeat-the-key',
      ['wrongListing'],
      ({ wrongListing }) =>
        allOf(
          turnedAway(wrongListing),
          wrongListing.bodyText.includes(unlistedKey)
            ? deviates({ expected: 'no key in the answer', actual: inShort(wrongListing) })
            : holds(),
        ),
      plain,
    ),
    must.behind('the-callers-key-stays-with-the-proxy', ['ask'], ({ ask }) => withoutCallersKey(ask)),
    must.behind('a-vendors-401-is-an-error-to-the-caller', ['vendorRefuses'], ({ vendorRefuses }) =>
      whenVendorRefused(vendorRefuses, () =>
        vendorRefuses.status >= 400 && vendorRefuses.end === 'complete' && vendorRefuses.json !== undefined
          ? holds()
          : deviates({ expected: 'an error status with a JSON body', actual: inShort(vendorRefuses) }),
      ),
    ),
    should.behind('a-vendors-401-has-the-callers-own-envelope', ['vendorRefuses'], ({ vendorRefuses }) =>
      whenVendorRefused(vendorRefuses, () => refused(vendorRefuses, vendorRefuses.status)),
    ),
    must.behind('a-vendors-401-does-not-read-like-the-callers-own', ['vendorRefuses', 'wrong', 'missing'], (sights) =>
      whenVendorRefused(sights.vendorRefuses, () => {
        const message = messageIn(sights.vendorRefuses);
        const own = [sights.wrong, sights.missing].map(messageIn);
        return own.includes(message) ? deviates({ expected: 'another message than for the caller’s key', actual: message }) : holds();
      }),
    ),
  ],
  remedy: { config: { 'api-keys': ['wireproof-the-new-client-key', CLIENT_KEY] } },
  symptom: {
    config: { 'api-keys': ['wireproof-the-new-client-key'] },
    violates: ({ stream }) =>
      stream
        ? ['a-listed-key-is-answered']
        : ['a-listed-key-opens-the-model-list', 'a-listed-key-is-answered', 'a-wrong-key-locks-nobody-out'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 0, timeoutMs: 10_000 },
});
