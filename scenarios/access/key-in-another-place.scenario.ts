import {
  allOf,
  answer,
  CLIENT_KEY,
  converse,
  defineScenario,
  deviates,
  everyUpstreamCall,
  holds,
  must,
  says,
  type Probe,
  type ShownKey,
} from '#scenarios/kit/index';

import { accepted, accessCells, besideListedKey, listing, shown, turnedAway, unlistedKey } from './keys.ts';

const saidByUpstream = 'Wireproof says ok.';

/** Where clients put their key, whichever dialect they speak (sheet 1.1, R1 (e) 3). */
const places = {
  bearer: { headers: { authorization: `Bearer ${CLIENT_KEY}` } },
  lowerCaseBearer: { headers: { authorization: `bearer ${CLIENT_KEY}` } },
  spacedBearer: { headers: { authorization: `Bearer   ${CLIENT_KEY}` } },
  bare: { headers: { authorization: CLIENT_KEY } },
  xApiKey: { headers: { 'x-api-key': CLIENT_KEY } },
  xGoogApiKey: { headers: { 'x-goog-api-key': CLIENT_KEY } },
  queryKey: { query: { key: CLIENT_KEY } },
  queryToken: { query: { auth_token: CLIENT_KEY } },
  /** Another gateway in front of the proxy has put its own Authorization over the client's. */
  besideAnother: { headers: { authorization: `Bearer ${unlistedKey}`, 'x-api-key': CLIENT_KEY } },
} satisfies Readonly<Record<string, ShownKey>>;

const ids = {
  bearer: 'a-key-as-bearer-is-accepted',
  lowerCaseBearer: 'the-word-bearer-may-be-in-lower-case',
  spacedBearer: 'spaces-before-the-key-do-not-matter',
  bare: 'a-key-without-a-scheme-is-accepted',
  xApiKey: 'a-key-as-x-api-key-is-accepted',
  xGoogApiKey: 'a-key-as-x-goog-api-key-is-accepted',
  queryKey: 'a-key-as-query-parameter-key-is-accepted',
  queryToken: 'a-key-as-query-parameter-auth-token-is-accepted',
  besideAnother: 'a-listed-key-beside-an-unlisted-one-is-accepted',
} as const satisfies Readonly<Record<Place, string>>;

/** Spellings of one place: a canary asks for the places. */
const isSpelling = (place: Place): boolean => ['lowerCaseBearer', 'spacedBearer', 'bare', 'queryToken'].includes(place);

type Place = keyof typeof places;
const placeNames = Object.keys(places) as Place[];

export default defineScenario({
  id: 'access/key-in-another-place',
  title: 'A client shows its key where the proxy does not look',
  matrixRow: 1,
  requires: ['client-keys', 'key-places'],
  diagnosis: {
    symptom: 'One client gets 401 with a key with which another client is served.',
    cause:
      'The key is listed nowhere that this client’s form of it would match: vendors’ SDKs differ in header, scheme and query, and gateways in front put their own Authorization over the client’s.',
    check:
      'GET /v1/models with the same key as bearer, as x-api-key, as x-goog-api-key and as ?key=. Basic authorization is no form of it.',
    remediation:
      'Let the proxy look at every place. Where it does, look which key arrives: a front gateway may have replaced it, and the list must then hold that one.',
  },
  cells: accessCells.filter(({ client, upstream, stream }) => upstream === client && !stream),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (credential: ShownKey): Probe => converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }, { credential });
    const listings = Object.fromEntries(placeNames.map((place) => [place, listing(cell, { credential: places[place] })]));
    return {
      ...(listings as Readonly<Record<Place, Probe>>),
      basic: listing(cell, { credential: { headers: { authorization: `Basic ${CLIENT_KEY}` } } }),
      inAnotherQuery: listing(cell, { credential: { query: { api_token: CLIENT_KEY } } }),
      asksByHeader: ask(shown(cell, CLIENT_KEY)),
      asksByQuery: ask(places.queryKey),
      asksBesideAnother: ask(places.besideAnother),
    };
  },
  expectations: [
    ...placeNames.map((place) =>
      must(ids[place], [place], (sights) => accepted(sights[place]), isSpelling(place) ? { canary: false } : {}),
    ),
    must('a-key-under-another-scheme-is-refused', ['bearer', 'basic'], ({ bearer, basic }) =>
      besideListedKey(bearer, () => turnedAway(basic)),
    ),
    must('a-key-under-an-unknown-name-is-refused', ['bearer', 'inAnotherQuery'], ({ bearer, inAnotherQuery }) =>
      besideListedKey(bearer, () => turnedAway(inAnotherQuery)),
    ),
    must('a-question-is-answered-wherever-the-key-is', ['asksByHeader', 'asksByQuery', 'asksBesideAnother'], (sights) =>
      allOf(
        says(sights.asksByHeader, saidByUpstream),
        says(sights.asksByQuery, saidByUpstream),
        says(sights.asksBesideAnother, saidByUpstream),
      ),
    ),
    must.behind('no-key-of-the-caller-travels-on', ['asksByHeader', 'asksByQuery', 'asksBesideAnother'], (sights) =>
      allOf(
        ...[sights.asksByHeader, sights.asksByQuery, sights.asksBesideAnother].map((sight) =>
          everyUpstreamCall(sight, ({ headers, path, query }) => {
            const carrying = Object.entries({ ...headers, path, query })
              .filter(([, value]) => value.includes(CLIENT_KEY) || value.includes(unlistedKey))
              .map(([place]) => place);
            return carrying.length === 0 ? holds() : deviates({ expected: 'no key of the caller', actual: carrying });
          }),
        ),
      ),
    ),
  ],
  remedy: { config: { 'api-keys': [CLIENT_KEY] } },
  symptom: {
    config: { 'api-keys': ['wireproof-key-of-the-front-gateway'] },
    violates: () => [...Object.values(ids), 'a-question-is-answered-wherever-the-key-is'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 0, timeoutMs: 10_000, round: 'thorough' },
});
