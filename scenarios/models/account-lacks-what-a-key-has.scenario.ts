import { planOf } from '#fixtures/upstreams/plan-claim';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  must,
  probe,
  reachedUpstream,
  says,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, doesNotList, lists, refusedAtTheDoor, saidByUpstream } from './names.ts';

const retiredForAccounts = 'gpt-5.1';

/** Under the same prefix, what only the largest plan has (sheet R13 (d)): never listed, so no profile names it. */
const ofLargestPlan = (planned: string): string => planned.replace(/[^/]+$/, 'gpt-5.3-codex-spark');

const modelOf = ({ body }: UpstreamRequest): unknown => (body as { readonly model?: unknown } | undefined)?.model;

/** An account’s token tells its plan; a key tells nothing. */
const isAccount = ({ headers }: UpstreamRequest): boolean => planOf(headers['authorization'] ?? '') !== undefined;

const codexRules = answer('text').when(
  (request) => isAccount(request) && modelOf(request) === retiredForAccounts,
  'codex/model-for-keys-only',
);

const whoWasAsked = (sight: FullSight): string =>
  sight.upstreamCalls.map((call) => (isAccount(call) ? 'an account' : 'a key')).join(', ') || 'nobody';

const lastAskedAKey = (sight: FullSight): Reading =>
  whoWasAsked(sight).endsWith('a key') ? holds() : deviates({ expected: 'a key asked in the end', actual: whoWasAsked(sight) });

export default defineScenario({
  id: 'models/account-lacks-what-a-key-has',
  title: 'A model works with an API key and not with an account of the same vendor',
  matrixRow: 13,
  requires: ['model-registry', 'credential-tiers', 'key-and-account', 'model-prefixes'],
  remembers: true,
  diagnosis: {
    symptom:
      'The same model name answers in an environment with an API key and fails with 400 {"detail": "… not supported when using Codex with a ChatGPT account."} where there are accounts only, although the list shows it.',
    cause:
      'Vendors offer and retire models by kind of credential and by plan: gpt-5.3-codex went from ChatGPT accounts and stayed with the API. A list made of a catalogue, or of the largest plan, promises what the account does not have.',
    check:
      'GET /v1/models in both environments; then ask once, and read "detail". Compare the plan that the account’s token claims with the ids that are listed for it.',
    remediation:
      'Put a key beside the accounts under the same model name, so that a refusal goes on to it; let models follow the plan, and name what an account may use in its models list.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['codex'],
    streams: [false, true],
  }),
  upstream: () => codexRules,
  steps: ({ cell, model }) => {
    const ask = (name: string, after: readonly string[] = []) =>
      converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 }, { after });
    return {
      first: ask(model('by-kind')),
      second: ask(model('by-kind'), ['first']),
      keysOnly: ask(model('keys-only')),
      planned: ask(model('planned')),
      beyondPlan: ask(ofLargestPlan(model('planned'))),
      unplanned: ask(model('unplanned')),
      beyondUnplanned: ask(ofLargestPlan(model('unplanned'))),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['second'] }),
    };
  },
  expectations: [
    must('a-model-that-accounts-lack-is-answered', ['first'], ({ first }) => says(first, saidByUpstream)),
    must.behind('who-has-the-model-is-asked-in-the-end', ['first'], ({ first }) => lastAskedAKey(first)),
    must.behind('a-second-request-goes-straight-there', ['second'], ({ second }) =>
      allOf(reachedUpstream(second, 1), lastAskedAKey(second)),
    ),
    must('the-model-stays-listed-while-somebody-has-it', ['listing', 'first'], ({ listing, first }) => lists(listing, askedName(first))),
    must('a-model-of-keys-alone-is-answered', ['keysOnly'], ({ keysOnly }) => says(keysOnly, saidByUpstream)),
    must.behind('no-account-is-asked-for-a-model-of-keys', ['keysOnly'], ({ keysOnly }) =>
      whoWasAsked(keysOnly) === 'a key' ? holds() : deviates({ expected: 'a key', actual: whoWasAsked(keysOnly) }),
    ),
    must('a-model-of-the-plan-is-listed-and-answered', ['listing', 'planned'], ({ listing, planned }) =>
      allOf(lists(listing, askedName(planned)), says(planned, saidByUpstream)),
    ),
    must('a-model-beyond-the-plan-is-not-listed', ['listing', 'beyondPlan'], ({ listing, beyondPlan }) =>
      doesNotList(listing, (id) => id === askedName(beyondPlan), askedName(beyondPlan)),
    ),
    must.behind('a-model-beyond-the-plan-costs-no-upstream-request', ['beyondPlan'], ({ beyondPlan }) => refusedAtTheDoor(beyondPlan)),
    must(
      'an-account-without-a-plan-is-promised-least',
      ['listing', 'unplanned', 'beyondUnplanned'],
      ({ listing, unplanned, beyondUnplanned }) =>
        allOf(
          lists(listing, askedName(unplanned)),
          doesNotList(listing, (id) => id === askedName(beyondUnplanned), askedName(beyondUnplanned)),
        ),
      // An account without a plan is made for the purpose: deployments have none.
      { canary: false },
    ),
  ],
  remedy: { proxy: ['model-support-cooldown'], config: {} },
  symptom: {
    violates: ({ client }) => [
      'a-model-that-accounts-lack-is-answered',
      'who-has-the-model-is-asked-in-the-end',
      'a-second-request-goes-straight-there',
      'a-model-of-keys-alone-is-answered',
      'no-account-is-asked-for-a-model-of-keys',
      'an-account-without-a-plan-is-promised-least',
      // That build’s refusals have OpenAI’s envelope for Gemini’s clients, too.
      ...(client === 'gemini-generate' ? ['a-model-beyond-the-plan-costs-no-upstream-request'] : []),
    ],
    // A build that takes an account without a plan for the largest, in an environment without keys.
    config: { persona: 'cliproxyapi-2026-08', 'codex-api-key': [] },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
