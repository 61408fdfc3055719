import {
  converse,
  crossing,
  answer,
  cannotTell,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  says,
  should,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, lists, listsSomething, saidByUpstream } from './names.ts';

const fieldOf = ({ json }: CallerSight, key: string): unknown => (json as Readonly<Record<string, unknown>> | null | undefined)?.[key];

/** Health checks say so in one word; some builds have none and tell at their root what they are (sheets 0.2, S7, R13 (e) 1). */
const saysThatItLives = (sight: CallerSight): boolean =>
  sight.status === 200 && (fieldOf(sight, 'status') === 'ok' || Array.isArray(fieldOf(sight, 'endpoints')));

/** The slugs of the catalogue that Codex asks for; `undefined` when it is no such catalogue (sheet R13 (e) 6). */
const slugsIn = (sight: CallerSight): readonly unknown[] | undefined => {
  const models = sight.status === 200 ? fieldOf(sight, 'models') : undefined;
  return Array.isArray(models) ? models.map((model) => (model as { readonly slug?: unknown } | null)?.slug) : undefined;
};

const catalogues = (sight: CallerSight, id: string): Reading => {
  const slugs = slugsIn(sight);
  return slugs?.includes(id) === true ? holds() : deviates({ expected: `a catalogue with ${id}`, actual: slugs ?? inShort(sight) });
};

/** A live model that is listed and fails is there, and in another trouble. */
const unlessListed = (listing: CallerSight, asked: CallerSight, reading: Reading): Reading =>
  asked.live === true && reading.kind !== 'holds' && lists(listing, askedName(asked)).kind === 'holds'
    ? cannotTell('prerequisite-failed', `it is listed, and fails: ${inShort(asked)}`)
    : reading;

const keyless = { credential: {} };

export default defineScenario({
  id: 'models/availability-is-unclear',
  title: 'gpt-5.3-codex is there in one environment and not in the other',
  matrixRow: 13,
  requires: ['model-registry', 'health-paths'],
  diagnosis: {
    symptom:
      'A tool finds gpt-5.3-codex through one deployment and not through another of the same version; a health check answers 404 and the proxy is taken for down.',
    cause:
      'Health paths differ between builds, and what a proxy lists depends on its accounts, exclusions and catalogue. A tool that decides by one fixed path, or by the version, decides about something else.',
    check:
      'GET /health, then /healthz, then /: one 200 is alive. Then GET /v1/models with the client’s key, without Anthropic-Version and client_version, and look for the whole id. Only a request proves that it can be used.',
    remediation:
      'Decide by the ids that are listed for your key. Where the model is missing, give the deployment an account or a key that has it, take it out of the exclusions, or bridge the name with oauth-model-alias.codex.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['codex'],
    streams: [false, true],
  }),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const get = (path: string, more: object = {}) => probe({ dialect: 'openai-chat', method: 'GET', path, ...more });
    return {
      health: get('/health', keyless),
      healthz: get('/healthz', keyless),
      root: get('/', keyless),
      listing: get('/v1/models'),
      catalogue: get('/v1/models?client_version=0.144.0'),
      asked: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }),
    };
  },
  expectations: [
    must('some-path-tells-that-it-lives', ['health', 'healthz', 'root'], (sights) =>
      Object.values(sights).some(saysThatItLives)
        ? holds()
        : deviates({ expected: 'one of /health, /healthz and / that says it lives', actual: Object.values(sights).map(inShort) }),
    ),
    // Behind: a build that has it elsewhere is in no trouble, and its operator needs no diagnosis.
    should.behind('health-is-where-the-page-says', ['health'], ({ health }) =>
      saysThatItLives(health) ? holds() : deviates({ expected: 'GET /health with status ok', actual: inShort(health) }),
    ),
    must('the-list-can-be-read', ['listing'], ({ listing }) => listsSomething(listing)),
    must('the-list-names-the-model', ['listing', 'asked'], ({ listing, asked }) => lists(listing, askedName(asked))),
    should('the-catalogue-for-codex-names-it-too', ['catalogue', 'asked'], ({ catalogue, asked }) =>
      catalogues(catalogue, askedName(asked)),
    ),
    must('the-model-can-be-used', ['asked', 'listing'], ({ asked, listing }) => unlessListed(listing, asked, says(asked, saidByUpstream))),
  ],
  remedy: { config: {} },
  symptom: {
    violates: () => [
      'health-is-where-the-page-says',
      'the-list-names-the-model',
      'the-catalogue-for-codex-names-it-too',
      'the-model-can-be-used',
    ],
    // The other environment: a build whose health check is at /healthz only, with an exclusion that somebody forgot.
    config: { persona: 'cliproxyapi-2026-08', 'oauth-excluded-models': { codex: ['gpt-5.3-codex'] } },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
