import { answer, converse, crossing, defineScenario, must, probe, says, should, type Cell } from '#scenarios/kit/index';

import {
  askedName,
  carriesTheAskedName,
  lists,
  nobodysModel,
  refusedAtTheDoor,
  refusedByName,
  saidByUpstream,
  sendsTheSameName,
  suggests,
} from './names.ts';

/** An API-key entry writes its aliases beside its address, which only the target knows: there the symptom cannot be configured here. */
const byAuthFile = ({ upstream }: Cell): boolean => upstream === 'codex';
const anthropic = ({ client }: Cell): boolean => client === 'anthropic-messages';
const google = ({ client }: Cell): boolean => client === 'gemini-generate';

const aliased = { name: 'gpt-5.3-codex', alias: 'house-codex', fork: true, 'force-mapping': true };

export default defineScenario({
  id: 'models/alias-is-missing',
  title: 'The name that callers use is no name of the proxy',
  matrixRow: 5,
  requires: ['model-registry', 'model-aliases'],
  diagnosis: {
    symptom: 'A client fails with "model not found", while the same account answers under the upstream’s own name.',
    cause:
      'No alias maps the client’s name to an upstream model, or it is written for another channel. Names are compared letter by letter, upper and lower case too.',
    check: 'Look for the whole name in GET /v1/models; an alias that is in effect is listed there like any other model.',
    remediation:
      'Add the alias under the channel that offers the model, with fork so that the original stays, or ask for a name that is listed. The file is read again by itself.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['codex', 'openai-chat'],
      streams: [false],
    }),
    // Another caller comes first here: the kill matrix looks at the first of each mode.
    ...crossing({
      clients: ['gemini-generate', 'anthropic-messages', 'openai-responses', 'openai-chat'],
      upstreams: ['codex'],
      streams: [true],
    }),
    ...crossing({
      clients: ['anthropic-messages', 'gemini-generate', 'openai-responses', 'openai-chat'],
      upstreams: ['openai-chat'],
      streams: [true],
    }),
  ],
  upstream: () => answer('text'),
  steps: ({ cell, model }) => {
    const ask = (name: string) => converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 });
    const alias = model('alias');
    return {
      aliased: ask(alias),
      original: ask(model()),
      unlisted: ask(nobodysModel),
      misspelt: ask(alias.slice(0, -1)),
      shouted: ask(alias.toUpperCase()),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
      // Whoever sends this header gets the list in Anthropic's shape.
      anthropicListing: probe({
        dialect: 'anthropic-messages',
        method: 'GET',
        path: '/v1/models',
        headers: { 'anthropic-version': '2023-06-01' },
      }),
      googleListing: probe({ dialect: 'gemini-generate', method: 'GET', path: '/v1beta/models' }),
    };
  },
  expectations: [
    must('an-alias-is-answered', ['aliased'], ({ aliased: sight }) => says(sight, saidByUpstream)),
    must.behind('the-upstream-hears-its-own-name', ['aliased', 'original'], (sights) => sendsTheSameName(sights.aliased, sights.original)),
    should('the-answer-carries-the-alias', ['aliased'], (sights) => carriesTheAskedName(sights.aliased)),
    must('an-alias-is-listed', ['listing', 'aliased'], (sights) => lists(sights.listing, askedName(sights.aliased))),
    must(
      'an-alias-is-in-googles-list-too',
      ['googleListing', 'aliased'],
      (sights) => lists(sights.googleListing, askedName(sights.aliased)),
      { appliesTo: google },
    ),
    must(
      'an-alias-is-in-anthropics-list-too',
      ['anthropicListing', 'aliased'],
      (sights) => lists(sights.anthropicListing, askedName(sights.aliased)),
      { appliesTo: anthropic },
    ),
    must('an-original-stays-listed', ['listing', 'original'], ({ listing, original }) => lists(listing, askedName(original))),
    must('an-original-stays-beside-its-alias', ['original'], ({ original }) => says(original, saidByUpstream)),
    must('an-unlisted-name-is-refused', ['unlisted'], ({ unlisted }) => refusedByName(unlisted), { canary: false }),
    must.behind('an-unlisted-name-costs-no-upstream-request', ['unlisted'], ({ unlisted }) => refusedAtTheDoor(unlisted)),
    should(
      'a-near-miss-is-told-the-listed-name',
      ['misspelt', 'aliased'],
      (sights) => suggests(sights.misspelt, askedName(sights.aliased)),
      { canary: false },
    ),
    should.behind('upper-case-is-another-name', ['shouted'], ({ shouted }) => refusedAtTheDoor(shouted)),
  ],
  remedy: { config: { 'oauth-model-alias': { codex: [aliased] } } },
  symptom: {
    violates: (cell) =>
      byAuthFile(cell)
        ? [
            'an-alias-is-answered',
            'the-upstream-hears-its-own-name',
            'the-answer-carries-the-alias',
            'an-alias-is-listed',
            'a-near-miss-is-told-the-listed-name',
            ...(google(cell) ? ['an-alias-is-in-googles-list-too'] : []),
            ...(anthropic(cell) ? ['an-alias-is-in-anthropics-list-too'] : []),
          ]
        : [],
    config: { 'oauth-model-alias': { codex: [] } },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
