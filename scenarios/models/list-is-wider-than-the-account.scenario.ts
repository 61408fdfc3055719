import type { UpstreamRequest } from '#fixtures/upstreams/script';
import {
  allOf,
  answer,
  converse,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  probe,
  reachedUpstream,
  should,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { answersSomething } from '../access/accounts.ts';
import { askedName, doesNotList, lists } from './names.ts';

const modelOf = ({ body }: UpstreamRequest): string => String((body as { model?: unknown } | undefined)?.model);

/** The account has the vendor's own and DeepSeek's models and some of Zhipu's; everything else is refused without a word (sheet R10 b). */
const lacks = (request: UpstreamRequest): boolean => !/^(?:qwen|deepseek|glm)/.test(modelOf(request));

/** A prefix that no account has. */
const nobodysPrefix = 'nobodys-prefix';

const isNot = (sight: CallerSight, listing: CallerSight): Reading =>
  doesNotList(listing, (id) => id === askedName(sight), askedName(sight));

/** By name, and with whatever status: that old builds say 502 is row 5's matter. */
const refusedSomehow = (sight: CallerSight): Reading =>
  sight.status >= 400 && sight.end === 'complete' && sight.bodyText.includes(askedName(sight))
    ? holds()
    : deviates({ expected: `a refusal of ${askedName(sight)}`, actual: inShort(sight) });

const noRequestLeft = (sight: FullSight): Reading => allOf(refusedSomehow(sight), reachedUpstream(sight, 0));

/** On a live target the account may well have the model: then it is listed and answers. */
const agrees = (listing: CallerSight, sight: CallerSight): Reading =>
  lists(listing, askedName(sight)).kind === 'holds' ? answersSomething(sight) : allOf(isNot(sight, listing), refusedSomehow(sight));

const ownerOf = (listing: CallerSight, id: string): unknown => {
  const { data } = (listing.json ?? {}) as { readonly data?: readonly { readonly id?: unknown; readonly owned_by?: unknown }[] };
  return Array.isArray(data) ? data.find((entry: { readonly id?: unknown }) => entry.id === id)?.owned_by : undefined;
};

/** Row 10. That a log-in succeeded says nothing here: the model API only ever sees the account's API key. */
export default defineScenario({
  id: 'models/list-is-wider-than-the-account',
  title: 'Logged in to iFlow, and most of the models that are listed fail',
  matrixRow: 10,
  requires: ['model-registry', 'model-exclusions', 'model-aliases', 'signed-iflow'],
  diagnosis: {
    symptom:
      'The log-in succeeded and the list shows all models of the channel; qwen and deepseek answer, most others fail with an empty 406 or "not supported".',
    cause:
      'The list is the channel’s and not the account’s: the account has a subset, which no list tells. An exclusion that is written with a prefix, as iflow/name, matches nothing.',
    check:
      'Count the ids of GET /v1/models whose owned_by is iflow, and ask one of each family once for a few tokens. Ids begin with iflow/ only where the account has that prefix.',
    remediation:
      'Exclude what the account does not have by its bare upstream name under oauth-excluded-models.iflow, ask only for listed ids, and keep one model that is known to work as a canary.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
    upstreams: ['iflow'],
    streams: [false, true],
  }),
  upstream: () => answer('text').when(lacks, 'iflow/not-acceptable'),
  steps: ({ cell, model }) => {
    const ask = (name: string, after: readonly string[] = []) =>
      converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 }, { after });
    const refusals = ['dead', 'alias'];
    return {
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models' }),
      canary: ask(model('qwen')),
      family: ask(model()),
      dead: ask(model('unrouted'), ['canary']),
      alias: ask(model('dead-alias'), ['canary']),
      unlisted: ask(model('unlisted'), ['canary']),
      prefixed: ask(`${nobodysPrefix}/${model('qwen')}`, ['canary']),
      canaryAgain: ask(model('qwen'), refusals),
      listingAgain: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: refusals }),
    };
  },
  expectations: [
    must('the-canary-model-is-listed', ['listing', 'canary'], ({ listing, canary }) => lists(listing, askedName(canary))),
    must('the-canary-model-is-answered', ['canary'], ({ canary }) => answersSomething(canary)),
    must('each-listed-family-is-answered', ['canary', 'family', 'listing'], ({ canary, family, listing }) =>
      allOf(lists(listing, askedName(family)), answersSomething(canary), answersSomething(family)),
    ),
    should('the-list-tells-whose-a-model-is', ['listing', 'canary'], ({ listing, canary }) => {
      const owner = ownerOf(listing, askedName(canary));
      return owner === 'iflow' ? holds() : deviates({ expected: 'owned_by iflow', actual: owner ?? inShort(listing) });
    }),
    must('what-is-listed-is-answered-and-nothing-else', ['dead', 'alias', 'listing'], (sights) =>
      allOf(agrees(sights.listing, sights.dead), agrees(sights.listing, sights.alias)),
    ),
    must.behind('a-model-that-the-account-lacks-is-not-listed', ['listing', 'dead'], ({ listing, dead }) => isNot(dead, listing)),
    must.behind('no-request-leaves-for-a-model-that-the-account-lacks', ['dead'], ({ dead }) => noRequestLeft(dead)),
    must.behind('an-alias-goes-with-its-model', ['alias', 'listing'], (sights) => isNot(sights.alias, sights.listing)),
    must.behind('no-request-leaves-for-such-an-alias', ['alias'], (sights) => noRequestLeft(sights.alias)),
    must.behind('no-request-leaves-for-a-model-that-only-the-vendor-lists', ['unlisted'], ({ unlisted }) => noRequestLeft(unlisted)),
    must.behind('no-request-leaves-for-a-prefix-that-no-account-has', ['prefixed'], ({ prefixed }) => noRequestLeft(prefixed)),
    must(
      'the-canary-model-stays-good',
      ['canaryAgain', 'listingAgain'],
      ({ canaryAgain, listingAgain }) => allOf(answersSomething(canaryAgain), lists(listingAgain, askedName(canaryAgain))),
      { canary: false },
    ),
  ],
  remedy: {
    config: {
      'oauth-excluded-models': { iflow: ['KIMI-*', 'minimax-*'] },
      'oauth-model-alias': { iflow: [{ name: 'kimi-k2', alias: 'house-kimi', fork: true }] },
    },
  },
  symptom: {
    violates: () => [
      'what-is-listed-is-answered-and-nothing-else',
      'a-model-that-the-account-lacks-is-not-listed',
      'no-request-leaves-for-a-model-that-the-account-lacks',
      'an-alias-goes-with-its-model',
      'no-request-leaves-for-such-an-alias',
    ],
    // Exclusions are matched on upstream names, before any prefix (sheet R10 (e) 4).
    config: {
      'oauth-excluded-models': { iflow: ['iflow/*', 'iflow/kimi-k2'] },
      'oauth-model-alias': { iflow: [{ name: 'kimi-k2', alias: 'house-kimi', fork: true }] },
    },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000 },
});
