import {
  allOf,
  answer,
  cannotTell,
  defineScenario,
  deviates,
  errorIn,
  holds,
  inShort,
  must,
  probe,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

/** The words of a build that has the routes, and nobody behind them or none for this caller (sheet row 14 (c)). */
const saysForItself = /amp upstream proxy not available|restricted to localhost/;

const whoseAnswer = (sight: CallerSight): string => `${inShort(sight)}, which is not the proxy’s own answer`;

/** A path of the vendor's own server: the proxy lacks it (404), wants its key (401), or has nobody behind it. */
const answersForItself = (sight: CallerSight): Reading => {
  const isOwn = sight.status === 404 || (sight.status === 401 && errorIn(sight) !== undefined) || saysForItself.test(sight.bodyText);
  return isOwn ? holds() : deviates({ expected: '404, 401, or that nobody stands behind it', actual: whoseAnswer(sight) });
};

/** A question without content for a model that nobody has can only be refused. */
const refusesForItself = (sight: CallerSight): Reading => {
  const isOwn = sight.status === 404 || (sight.status >= 400 && sight.status < 600 && errorIn(sight) !== undefined);
  return isOwn || saysForItself.test(sight.bodyText)
    ? holds()
    : deviates({ expected: '404, or an error in the proxy’s own envelope', actual: whoseAnswer(sight) });
};

/** What answers everything alike says nothing about these paths. */
const listsModels = (listing: CallerSight): Reading => {
  const { data } = (listing.json ?? {}) as { readonly data?: unknown };
  if (listing.status === 200 && Array.isArray(data)) return holds();
  if (listing.live === true) return cannotTell('prerequisite-failed', `the proxy lists no models: ${inShort(listing)}`);
  return deviates({ expected: 'a model list', actual: inShort(listing) });
};

const dialect = 'openai-chat';

export default defineScenario({
  id: 'client-traffic/requests-are-forwarded',
  title: 'The client’s requests come to the proxy and are answered by the vendor',
  matrixRow: 14,
  requires: ['model-registry'],
  diagnosis: {
    symptom: 'The client is pointed at the proxy, the proxy’s log shows its requests, it works, and the vendor’s credits are spent.',
    cause:
      'Something on the way sends them on to the vendor: a build with a part for Amp does so with every model for which it has neither a provider nor a mapping, and with Amp’s own calls; a reverse proxy may do so with /api/.',
    check:
      'GET /api/user without a key: 404 is a build without such a part, 503 or 401 one that forwards nothing for you; anything else was answered by somebody else. In the log: “forwarding to ampcode.com (uses amp credits)”.',
    remediation:
      'Give the model a provider, or a mapping onto one that has a credential (ampcode.model-mappings); leave ampcode.upstream-url empty where nothing may be forwarded; take the path out of the reverse proxy.',
  },
  cells: [{ client: dialect, upstream: dialect, stream: false }],
  upstream: () => answer('text'),
  steps: () => ({
    user: probe({ dialect, method: 'GET', path: '/api/user', credential: {} }),
    listing: probe({ dialect, method: 'GET', path: '/v1/models' }),
    asked: probe({
      dialect,
      path: '/api/provider/openai/v1/chat/completions',
      body: { json: { model: 'wireproof-no-such-model', messages: [], max_tokens: 1 } },
    }),
  }),
  expectations: [
    must('the-vendors-own-paths-are-not-answered-by-the-vendor', ['user', 'listing'], ({ user, listing }) =>
      allOf(listsModels(listing), answersForItself(user)),
    ),
    // Behind: whoever forwards it may have to pay for it.
    must.behind('a-model-that-nobody-serves-is-not-asked-of-the-vendor', ['asked', 'listing'], ({ asked, listing }) =>
      allOf(listsModels(listing), refusesForItself(asked)),
    ),
    must('the-proxys-own-paths-are-answered-by-the-proxy', ['listing'], ({ listing }) => listsModels(listing)),
  ],
  remedy: { config: {} },
  symptom: {
    ground: { between: { buffering: 'never', elsewhere: { path: '/api/', json: '{"id":"user_of_the_vendor","credits":12}' } } },
    violates: () => ['the-vendors-own-paths-are-not-answered-by-the-vendor', 'a-model-that-nobody-serves-is-not-asked-of-the-vendor'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 0, timeoutMs: 10_000 },
});
