import {
  allOf,
  answer,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import {
  asBearer,
  cells,
  clientKey,
  isThere,
  listing,
  listsModels,
  manage,
  managementKey,
  refusedWith,
  showsConfiguration,
  shown,
} from './operators.ts';

/** What the page's own list of useful endpoints asks for; without `logging-to-file` some builds say so instead. */
const showsLog = (sight: CallerSight): Reading => {
  const { lines, error } = (sight.json ?? {}) as { readonly lines?: unknown; readonly error?: unknown };
  const saysWhyNot = sight.status === 400 && typeof error === 'string' && /logging to file/i.test(error);
  return (sight.status === 200 && Array.isArray(lines)) || saysWhyNot
    ? holds()
    : deviates({ expected: 'lines, or that nothing is logged to a file', actual: inShort(sight) });
};

const is404 = (sight: CallerSight): Reading => (sight.status === 404 ? holds() : deviates({ expected: 404, actual: inShort(sight) }));
const is401 = (sight: CallerSight): Reading => (sight.status === 401 ? holds() : deviates({ expected: 401, actual: inShort(sight) }));

export default defineScenario({
  id: 'management/switched-off',
  title: 'The management API answers 404 although the proxy runs',
  matrixRow: 'management',
  requires: ['management-api'],
  diagnosis: {
    symptom: 'Everything under /v0/management is 404 with whatever key, while models are listed and answered.',
    cause:
      'remote-management.secret-key is empty, or nothing but spaces, so that the management API does not exist. A 404 with an HTML page comes from a reverse proxy in front that forwards other paths only.',
    check:
      'GET /v0/management/oauth-callback without any key: 400 says switched on, 404 says off. It counts as no failed try; the page’s loop with the client key does, and five of those lock an address out.',
    remediation:
      'Set remote-management.secret-key to a long text of your own. The file is read again without a restart where it is watched; then GET /v0/management/config with that key.',
  },
  cells,
  upstream: () => answer('text'),
  steps: () => ({
    callback: manage('oauth-callback'),
    listing: listing(),
    config: manage('config', { credential: shown(managementKey) }),
    byBearer: manage('config', { credential: asBearer(managementKey) }),
    bare: manage('config', { credential: { headers: { authorization: managementKey } } }),
    bySecretHeader: manage('config', { credential: { headers: { 'x-management-secret': managementKey } } }),
    byClientKey: manage('config', { credential: clientKey }),
    models: listing({ credential: asBearer(managementKey) }),
    logs: manage('logs', { credential: shown(managementKey) }),
    unknown: manage('wireproof-no-such-endpoint', { credential: shown(managementKey) }),
    posted: { ...manage('config', { credential: shown(managementKey) }), method: 'POST' },
  }),
  expectations: [
    must('the-management-api-is-there', ['callback'], ({ callback }) => isThere(callback)),
    must('models-are-listed-beside-it', ['listing'], (sights) => listsModels(sights.listing)),
    should.behind('it-says-without-a-key-that-it-is-there', ['callback'], ({ callback }) => refusedWith(callback, 400, /state/)),
    must.behind('its-key-opens-the-configuration', ['config'], ({ config }) => showsConfiguration(config)),
    must.behind('its-key-may-be-shown-as-bearer-or-bare', ['byBearer', 'bare'], ({ byBearer, bare }) =>
      allOf(showsConfiguration(byBearer), showsConfiguration(bare)),
    ),
    must.behind('a-header-that-nobody-reads-opens-nothing', ['bySecretHeader'], ({ bySecretHeader }) =>
      refusedWith(bySecretHeader, 401, /missing/i),
    ),
    must.behind('a-clients-key-does-not-open-it', ['byClientKey'], ({ byClientKey }) => refusedWith(byClientKey, 401, /invalid/i)),
    must.behind('its-key-opens-no-models', ['config', 'models'], ({ config, models }) => allOf(showsConfiguration(config), is401(models))),
    should.behind('its-key-is-not-in-the-configuration-that-it-shows', ['config'], ({ config }) =>
      allOf(
        showsConfiguration(config),
        config.bodyText.includes(managementKey) ? deviates({ expected: 'a mask for the key', actual: 'the key itself' }) : holds(),
      ),
    ),
    must.behind('the-log-can-be-read', ['logs'], ({ logs }) => showsLog(logs)),
    must.behind('what-it-does-not-have-is-404', ['config', 'unknown', 'posted'], ({ config, unknown, posted }) =>
      allOf(showsConfiguration(config), is404(unknown), is404(posted)),
    ),
    should.behind('its-answers-say-which-version-answers', ['config'], ({ config }) =>
      Object.keys(config.headers).some((name) => /^x-(wireproof|cpa)-version$/.test(name))
        ? holds()
        : deviates({ expected: 'a header with the version', actual: Object.keys(config.headers) }),
    ),
  ],
  remedy: { config: { 'remote-management': { 'secret-key': managementKey } } },
  symptom: {
    violates: () => [
      'the-management-api-is-there',
      'it-says-without-a-key-that-it-is-there',
      'its-key-opens-the-configuration',
      'its-key-may-be-shown-as-bearer-or-bare',
      'a-header-that-nobody-reads-opens-nothing',
      'a-clients-key-does-not-open-it',
      'its-key-opens-no-models',
      'its-key-is-not-in-the-configuration-that-it-shows',
      'the-log-can-be-read',
      'what-it-does-not-have-is-404',
      'its-answers-say-which-version-answers',
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 0, timeoutMs: 10_000 },
});
