import {
  allOf,
  answer,
  cannotTell,
  CLIENT_KEY,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  says,
  type CallerSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, doesNotList, lists, listsSomething, saidByUpstream } from './names.ts';

const clients = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;

/** Refused, and not for the key as such: that one opens something. */
const outOfScope = (sight: CallerSight): Reading =>
  [403, 404].includes(sight.status) && sight.json !== undefined
    ? holds()
    : deviates({ expected: '403 or 404 with a JSON body', actual: inShort(sight) });

export default defineScenario({
  id: 'models/key-may-not-ask-for-it',
  title: 'One client’s key does not see a model that others use',
  matrixRow: 5,
  requires: ['model-registry', 'key-scopes'],
  diagnosis: {
    symptom: 'A model is answered with one client’s key and refused with another’s, and the second one’s list does not have it.',
    cause: 'The key is limited to other models: the list of each key is its own.',
    check: 'GET /v1/models with the very key that fails, not with the operator’s.',
    remediation: 'Add the model to the models of that key in api-keys, or take the limit away; the file is read again without a restart.',
  },
  cells: clients.flatMap((client) => crossing({ clients: [client], upstreams: [client], streams: [false] })),
  upstream: () => answer('text'),
  steps: ({ cell, model }) => ({
    listing: probe({ dialect: cell.client, method: 'GET', path: cell.client === 'gemini-generate' ? '/v1beta/models' : '/v1/models' }),
    ask: converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 16 }),
    other: converse(cell, { model: model('unlimited'), text: 'Say ok.', maxOutputTokens: 16 }),
  }),
  expectations: [
    must('the-key-opens-a-list', ['listing'], ({ listing }) => listsSomething(listing)),
    must('a-model-of-the-key-is-listed-for-it', ['listing', 'ask'], (sights) => lists(sights.listing, askedName(sights.ask))),
    // A canary goes by the list: a listed model may fail for many reasons.
    must('a-model-of-the-key-is-answered', ['ask'], ({ ask }) => says(ask, saidByUpstream), { canary: false }),
    must.behind('a-model-of-others-is-not-listed-for-it', ['listing', 'other'], (sights) => {
      const name = askedName(sights.other);
      return doesNotList(sights.listing, (id) => id === name, name);
    }),
    must.behind('a-model-of-others-is-refused-without-asking-for-it', ['listing', 'other'], (sights) =>
      sights.listing.status === 200
        ? allOf(
            outOfScope(sights.other),
            sights.other.upstreamCalls.length === 0
              ? holds()
              : deviates({ expected: 'no upstream request', actual: sights.other.upstreamCalls.length }),
          )
        : cannotTell('prerequisite-failed', inShort(sights.listing)),
    ),
  ],
  remedy: {
    config: { 'api-keys': [{ key: CLIENT_KEY, models: ['gpt-4.1-mini', 'gpt-5.4', 'claude-sonnet-4-6', 'gemini-2.5-pro', 'house-*'] }] },
  },
  symptom: {
    config: { 'api-keys': [{ key: CLIENT_KEY, models: ['house-*', 'gemini-2.0-flash'] }] },
    violates: () => ['a-model-of-the-key-is-listed-for-it', 'a-model-of-the-key-is-answered'],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
