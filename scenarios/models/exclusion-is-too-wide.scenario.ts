import { answer, converse, crossing, defineScenario, must, probe, says, should } from '#scenarios/kit/index';

import { askedName, doesNotList, lists, refusedAtTheDoor, refusedByName, saidByUpstream } from './names.ts';

export default defineScenario({
  id: 'models/exclusion-is-too-wide',
  title: 'A pattern that was to hide one model hides others',
  matrixRow: 5,
  requires: ['model-registry', 'model-aliases', 'model-exclusions'],
  diagnosis: {
    symptom: 'A model that the account has is unknown and not in the list, although nobody excluded it by name.',
    cause:
      'An entry of excluded-models or oauth-excluded-models has a wildcard that matches more than was meant; upper and lower case are alike there.',
    check: 'Hold every pattern of the channel against the upstream’s own name of the model, not against its alias.',
    remediation: 'Narrow the pattern, or name the models to hide one by one. The list shows the model as soon as the file is read again.',
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
      kept: ask(model('kept')),
      excluded: ask(model('excluded')),
      aliased: ask(model('alias')),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
    };
  },
  expectations: [
    must('a-model-beside-the-excluded-one-is-answered', ['kept'], ({ kept }) => says(kept, saidByUpstream)),
    must('a-model-beside-the-excluded-one-is-listed', ['listing', 'kept'], ({ listing, kept }) => lists(listing, askedName(kept))),
    // Which models a deployment excludes is its own business.
    must(
      'an-excluded-model-is-not-listed',
      ['listing', 'excluded'],
      ({ listing, excluded }) => doesNotList(listing, (id) => id === askedName(excluded), askedName(excluded)),
      { canary: false },
    ),
    must('an-excluded-model-is-refused', ['excluded'], ({ excluded }) => refusedByName(excluded), { canary: false }),
    must.behind('an-excluded-model-costs-no-upstream-request', ['excluded'], ({ excluded }) => refusedAtTheDoor(excluded)),
    should('an-exclusion-of-an-alias-hides-nothing', ['aliased'], ({ aliased }) => says(aliased, saidByUpstream)),
  ],
  // Upper case, and a pattern for an alias: neither may change what is hidden (sheet R5 (e) 2).
  remedy: { config: { 'oauth-excluded-models': { codex: ['*CODEX-MINI', 'house-*'] } } },
  symptom: {
    violates: () => ['a-model-beside-the-excluded-one-is-answered', 'a-model-beside-the-excluded-one-is-listed'],
    config: { 'oauth-excluded-models': { codex: ['GPT-*.1-codex-*', 'house-*'] } },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
