import {
  allOf,
  answer,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  must,
  probe,
  says,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, doesNotList, lists } from '../models/names.ts';
import { isNotRefused, marked, notEntitled, reached, refusal, saidByUpstream } from './accounts.ts';
import { accepted } from './keys.ts';

const severalModels = ({ upstream }: Cell): boolean => upstream === 'antigravity';

const wentElsewhere = (sight: FullSight, { upstream }: Cell): Reading => {
  const [first, ...others] = reached(sight);
  return first === upstream && others.length > 0 && !others.includes(upstream)
    ? holds()
    : deviates({ expected: `${upstream}, then another upstream`, actual: reached(sight) });
};

const wentStraightElsewhere = (sight: FullSight, { upstream }: Cell): Reading => {
  const all = reached(sight);
  return all.length === 1 && !all.includes(upstream)
    ? holds()
    : deviates({ expected: `one request, to another upstream than ${upstream}`, actual: all });
};

/** Row 2. What the caller is told where nothing answers instead is the matter of the scenarios beside this one. */
export default defineScenario({
  id: 'access/account-lacks-the-licence',
  title: 'The upstream answers 403 because the account has no licence for the model',
  matrixRow: 2,
  requires: ['model-registry', 'fallback-routes'],
  remembers: true,
  diagnosis: {
    symptom:
      'Requests for one model fail with 403, later with 503 "no usable credential", and the model vanishes from the list. The key of the caller is fine.',
    cause:
      'The vendor takes the token of the account and refuses what it asks for: no licence, a subscription without this model, or an account that has to be verified. Nobody else is asked.',
    check:
      'Compare GET /v1/models with the models that the account should have, and read error.status and details[].reason of the first 403: later answers come from the proxy and tell less.',
    remediation:
      'Assign the licence, finish the verification or take another account; until then name a fallback on "forbidden" for the model. After that end the cooldown, or wait half an hour.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['antigravity'],
      streams: [false],
    }),
    ...crossing({ clients: ['anthropic-messages', 'openai-chat'], upstreams: ['antigravity'], streams: [true] }),
    ...crossing({ clients: ['anthropic-messages'], upstreams: ['anthropic-messages'], streams: [false, true] }),
  ],
  upstream: (cell) =>
    answer('text').when((request) => request.surface === cell.upstream && marked(notEntitled)(request), refusal('not-entitled')),
  steps: ({ cell, model }) => {
    const ask = (name: string, text: string, after: readonly string[]) =>
      converse(cell, { model: name, text, maxOutputTokens: 16 }, { after });
    const listing = (after: readonly string[]) => probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after });
    return {
      inventory: listing([]),
      first: ask(model(), `Say ok. ${notEntitled}`, ['inventory']),
      second: ask(model(), `Say ok. ${notEntitled}`, ['first']),
      laterInventory: listing(['second']),
      sibling: ask(severalModels(cell) ? model('other') : model(), 'Say ok.', ['first']),
    };
  },
  expectations: [
    must('the-key-of-the-caller-is-fine', ['inventory'], ({ inventory }) => accepted(inventory)),
    must('a-model-of-the-account-is-listed', ['inventory', 'first'], ({ inventory, first }) => lists(inventory, askedName(first))),
    must('a-refused-account-does-not-fail-the-caller', ['first'], ({ first }) => isNotRefused(first)),
    must.behind('the-fallback-is-asked-after-the-refusal', ['first'], ({ first }, cell) =>
      allOf(wentElsewhere(first, cell), says(first, saidByUpstream)),
    ),
    must('a-second-request-is-answered-too', ['second'], ({ second }) => isNotRefused(second), { canary: false }),
    must.behind('a-second-request-spares-the-refused-account', ['second'], ({ second }, cell) => wentStraightElsewhere(second, cell)),
    must.behind('a-refused-model-leaves-the-list', ['laterInventory', 'first'], ({ laterInventory, first }, { upstream }) =>
      reached(first)[0] === upstream
        ? doesNotList(laterInventory, (id) => id === askedName(first), askedName(first))
        : cannotTell('not-exercised', 'the upstream was not asked'),
    ),
    must.behind(
      'another-model-of-the-account-is-still-answered-by-it',
      ['sibling'],
      ({ sibling }, { upstream }) =>
        allOf(
          says(sibling, saidByUpstream),
          reached(sibling).join() === upstream ? holds() : deviates({ expected: upstream, actual: reached(sibling) }),
        ),
      { appliesTo: severalModels },
    ),
  ],
  remedy: {
    config: {
      'disable-cooling': false,
      fallback: {
        'claude-opus-4-6-thinking': { to: 'claude-sonnet-4-6', on: ['forbidden'] },
        'claude-sonnet-4-6': { to: 'gpt-4.1-mini', on: ['forbidden'] },
      },
    },
  },
  symptom: {
    violates: () => [
      'a-refused-account-does-not-fail-the-caller',
      'the-fallback-is-asked-after-the-refusal',
      'a-second-request-is-answered-too',
      'a-second-request-spares-the-refused-account',
    ],
    config: { 'disable-cooling': false },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
