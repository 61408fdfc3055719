import { answer, converse, crossing, defineScenario, must, probe, says } from '#scenarios/kit/index';

import { askedName, lists, saidByUpstream } from './names.ts';

const aliased = (fork: boolean) => [{ name: 'gpt-5.3-codex', alias: 'house-codex', fork }];

export default defineScenario({
  id: 'models/alias-replaces-the-original',
  title: 'Old clients break at the moment at which an alias is added',
  matrixRow: 5,
  requires: ['model-registry', 'model-aliases'],
  diagnosis: {
    symptom: 'Since an alias was added, the alias answers and the upstream’s own name is unknown.',
    cause: 'An alias of an OAuth channel renames: without fork the original name leaves the list and the routing.',
    check: 'Compare GET /v1/models: the alias is there, the original is not.',
    remediation: 'Give the alias fork: true; every alias of the model needs it, one without it takes the original away.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['codex'],
    streams: [false],
  }),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (name: string) => converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 });
    return {
      original: ask(model()),
      aliased: ask(model('alias')),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
    };
  },
  expectations: [
    must('the-original-name-is-answered', ['original'], ({ original }) => says(original, saidByUpstream)),
    must('the-original-name-is-listed', ['listing', 'original'], ({ listing, original }) => lists(listing, askedName(original))),
    must('the-alias-is-answered-beside-it', ['aliased'], (sights) => says(sights.aliased, saidByUpstream)),
    must('the-alias-is-listed-beside-it', ['listing', 'aliased'], (sights) => lists(sights.listing, askedName(sights.aliased))),
  ],
  remedy: { config: { 'oauth-model-alias': { codex: aliased(true) } } },
  symptom: {
    violates: () => ['the-original-name-is-answered', 'the-original-name-is-listed'],
    config: { 'oauth-model-alias': { codex: aliased(false) } },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
