import { isBlocked, shownAccount } from '#fixtures/upstreams/blocked-account';
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
  says,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedName, lists } from '../models/names.ts';
import { isNotRefused, refusal, saidByUpstream } from './accounts.ts';

/** Gemini tells a dead key with a 400 that reads like a fault of the request (sheet R2, row 2 of the page). */
const refusalAt = ({ upstream }: Cell): string => (upstream === 'gemini-generate' ? 'dead-key' : 'not-entitled');

const askedAccounts = ({ upstreamCalls }: FullSight): string =>
  upstreamCalls.map((call) => (isBlocked(call) ? 'the blocked account' : 'another account')).join(', then ');

const asked = (sight: FullSight, expected: string): Reading => {
  const accounts = new Set(sight.upstreamCalls.map(shownAccount));
  return askedAccounts(sight) === expected && accounts.size === sight.upstreamCalls.length
    ? holds()
    : deviates({ expected, actual: askedAccounts(sight) || 'nobody' });
};

export default defineScenario({
  id: 'access/one-blocked-account-stops-all',
  title: 'One of several accounts is blocked and its refusals reach the callers',
  matrixRow: 2,
  requires: ['model-registry', 'account-pools'],
  remembers: true,
  diagnosis: {
    symptom:
      'Some or all requests for a model fail with 403 (Gemini: 400 "API key not valid"), although another account of the same model works.',
    cause:
      'The proxy gives up after the account that it asked first: max-retry-credentials is 1, a conversation is bound to the account, or the refusal is taken for a fault of the request. Without cooldowns it is asked first again each time.',
    check:
      'Ask several times with different conversations. Answers and refusals in turn, or twice the time for the answers, mean one blocked account of several.',
    remediation:
      'Let max-retry-credentials be 0 and disable-cooling false, so that the other accounts answer and the blocked one rests. Then mend or disable its auth file.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['antigravity'],
      streams: [false],
    }),
    ...crossing({ clients: ['gemini-generate', 'openai-responses'], upstreams: ['antigravity'], streams: [true] }),
    ...crossing({ clients: ['gemini-generate', 'openai-chat'], upstreams: ['gemini-generate'], streams: [false] }),
  ],
  upstream: (cell) => answer('text').when(isBlocked, refusal(refusalAt(cell))),
  steps: ({ cell, model }) => {
    const ask = (after: readonly string[]) => converse(cell, { model: model('pool'), text: 'Say ok.', maxOutputTokens: 16 }, { after });
    return {
      first: ask([]),
      second: ask(['first']),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['second'] }),
    };
  },
  expectations: [
    must('a-blocked-account-does-not-show', ['first'], ({ first }) => isNotRefused(first)),
    must.behind('another-account-is-asked-in-the-same-request', ['first'], ({ first }) =>
      allOf(asked(first, 'the blocked account, then another account'), says(first, saidByUpstream)),
    ),
    must('a-second-request-is-answered-too', ['second'], ({ second }) => isNotRefused(second)),
    must.behind('a-second-request-spares-the-blocked-account', ['second'], ({ second }) => asked(second, 'another account')),
    must('a-model-of-a-working-account-stays-listed', ['listing', 'first'], ({ listing, first }) => lists(listing, askedName(first))),
  ],
  remedy: { config: { 'disable-cooling': false, 'max-retry-credentials': 0, routing: { strategy: 'fill-first' } } },
  symptom: {
    violates: () => [
      'a-blocked-account-does-not-show',
      'another-account-is-asked-in-the-same-request',
      'a-second-request-is-answered-too',
      'a-second-request-spares-the-blocked-account',
    ],
    config: { 'disable-cooling': true, 'max-retry-credentials': 1, routing: { strategy: 'fill-first' } },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
