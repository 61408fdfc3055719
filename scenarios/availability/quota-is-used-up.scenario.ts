import {
  allOf,
  answer,
  cannotTell,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  mentions,
  must,
  probe,
  reachedUpstream,
  refused,
  says,
  should,
  type CallerSight,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { askedName, lists } from '../models/names.ts';
import { eachAccountOnce, isUsedUp, onlyWhoHasQuota, saysWhen } from './used-up.ts';

const saidByUpstream = 'Wireproof says ok.';

/** Written into the user's text: this upstream tells its quota with the status of a missing permission. */
const toldAs403 = '[the quota is told as 403]';

const quotaBody = ({ surface }: UpstreamRequest) => ({
  exchange: `${surface}/${surface === 'openai-chat' ? 'free-quota-used-up' : 'quota-used-up'}`,
});

const byAccount = answer('text')
  .when((request) => isUsedUp(request) && request.bodyBytes.includes(toldAs403), 'openai-chat/free-tier-only')
  .when(isUsedUp, quotaBody);

/** Only Qwen and its like tell a quota with more than one status; with a time to come back there is nothing to repeat. */
const isQwen = (cell: Cell): boolean => cell.upstream === 'openai-chat';

const toldAsQuota = (sight: CallerSight): Reading => refused(sight, 429, (error) => mentions(error, /quota|usage limit|free tier/i));

const turnedAway = (sight: FullSight): Reading => allOf(refused(sight, 429), reachedUpstream(sight, 0));

interface Counts {
  readonly failure_count?: unknown;
  readonly success_rate?: unknown;
}

/** Holds when some provider's row says that not all went well. */
const countsFailures = (sight: CallerSight): Reading => {
  if (sight.status === 404) return cannotTell('not-visible-here', 'the target has no metrics of providers');
  const rows = sight.status === 200 && typeof sight.json === 'object' ? Object.values((sight.json ?? {}) as Record<string, Counts>) : [];
  return rows.some(({ failure_count: failed, success_rate: rate }) => Number(failed) > 0 && Number(rate) < 1)
    ? holds()
    : deviates({ expected: 'a provider with failures and a success rate below 1', actual: inShort(sight) });
};

export default defineScenario({
  id: 'availability/quota-is-used-up',
  title: 'Free allocated quota exceeded, while another account has quota left',
  matrixRow: 19,
  requires: ['quota-failover', 'model-registry'],
  remembers: true,
  diagnosis: {
    symptom:
      'Requests end with 429 "Free allocated quota exceeded." or its like, some or all of them, while other accounts or projects have quota left.',
    cause:
      'The allowance belongs to one account or project, and the proxy stays with it: it does not go on to the next one, or it asks the exhausted one again with every request and in every round.',
    check:
      'Read code and message of the 429, ask again after a second, and look at the failures of the provider in GET /v1/metrics/providers. The upstream’s words both times: nobody remembers. model_cooldown: the proxy waits, and nobody else has quota.',
    remediation:
      'Add an account or project with quota and let quota-exceeded.switch-project go on to it, let exhausted accounts rest (disable-cooling: false), and send fewer requests at once until the allowance is renewed.',
  },
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['openai-chat'],
      streams: [false, true],
    }),
    ...crossing({ clients: ['openai-chat'], upstreams: ['gemini-generate', 'antigravity', 'codex'], streams: [false, true] }),
    ...crossing({ clients: ['gemini-generate'], upstreams: ['antigravity'], streams: [false] }),
  ],
  upstream: () => byAccount,
  steps: ({ cell, model }) => {
    const ask = (name: string, after: readonly string[] = [], text = 'Say ok.') =>
      converse(cell, { model: name, text, maxOutputTokens: 16 }, { after });
    return {
      first: ask(model('quota')),
      second: ask(model('quota'), ['first']),
      spent: ask(model('spent')),
      spentAgain: ask(model('spent'), ['spent']),
      toldAs403: ask(model('spent-too'), [], `Say ok. ${toldAs403}`),
      inventory: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['first'] }),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['first', 'spentAgain', 'toldAs403'] }),
      metrics: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/metrics/providers', after: ['spent'] }),
    };
  },
  expectations: [
    must('a-request-goes-on-to-an-account-with-quota', ['first'], ({ first }) => says(first, saidByUpstream)),
    must('the-model-is-listed-whoever-has-quota', ['inventory', 'first'], ({ inventory, first }) => lists(inventory, askedName(first))),
    must.behind('no-account-is-asked-twice-for-one-request', ['first'], ({ first }) => eachAccountOnce(first)),
    must('the-next-request-is-answered-too', ['second'], ({ second }) => says(second, saidByUpstream), { canary: false }),
    must.behind('an-account-without-quota-is-left-alone', ['second'], ({ second }) => onlyWhoHasQuota(second)),
    must.behind('without-any-quota-the-caller-is-told-so', ['spent'], ({ spent }) => toldAsQuota(spent)),
    must.behind('a-used-up-quota-is-not-asked-for-in-rounds', ['spent'], ({ spent }) => reachedUpstream(spent, 1)),
    must.behind('waiting-for-a-quota-costs-no-upstream-request', ['spentAgain'], ({ spentAgain }) => turnedAway(spentAgain)),
    // Half an hour: a guess that lasts until the vendor's midnight outlives a quota that was bought meanwhile (sheet R19 (e) 4 and 5).
    should.behind('a-refusal-for-quota-says-when-to-come-back', ['spentAgain'], ({ spentAgain }) => saysWhen(spentAgain, 1_800)),
    must.behind('a-403-that-means-quota-is-told-as-429', ['toldAs403'], ({ toldAs403: told }) => toldAsQuota(told), { appliesTo: isQwen }),
    must.behind('a-model-that-waits-for-quota-stays-listed', ['listing', 'spent', 'toldAs403'], ({ listing, spent, toldAs403: told }) =>
      allOf(lists(listing, askedName(spent)), lists(listing, askedName(told))),
    ),
    must.behind('the-failures-of-the-provider-are-counted', ['metrics', 'spent'], ({ metrics }) => countsFailures(metrics)),
  ],
  // Rounds are allowed, and long enough to wait for a quota's first second, so that not using them is the proxy's own decision.
  remedy: {
    proxy: ['used-up-quota'],
    config: { 'disable-cooling': false, 'request-retry': 1, 'max-retry-interval': 2, routing: { strategy: 'fill-first' } },
  },
  symptom: {
    violates: (cell) => [
      'a-request-goes-on-to-an-account-with-quota',
      'no-account-is-asked-twice-for-one-request',
      'the-next-request-is-answered-too',
      'an-account-without-quota-is-left-alone',
      'waiting-for-a-quota-costs-no-upstream-request',
      // Google’s own refusal says when.
      ...(cell.upstream === 'gemini-generate' ? [] : ['a-refusal-for-quota-says-when-to-come-back']),
      ...(isQwen(cell) ? ['a-used-up-quota-is-not-asked-for-in-rounds', 'a-403-that-means-quota-is-told-as-429'] : []),
    ],
    config: {
      'quota-exceeded': { 'switch-project': false },
      'disable-cooling': true,
      'request-retry': 1,
      'max-retry-interval': 0.01,
      routing: { strategy: 'fill-first' },
    },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 32, timeoutMs: 60_000 },
});
