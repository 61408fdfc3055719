import { isBlocked } from '#fixtures/upstreams/blocked-account';
import type { UpstreamRequest } from '#fixtures/upstreams/script';
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
  must,
  probe,
  reachedUpstream,
  refused,
  type CallerSight,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { answersSomething } from '../access/accounts.ts';
import { askedName, doesNotList, listedIds, lists } from './names.ts';

const modelOf = ({ body }: UpstreamRequest): string => String((body as { model?: unknown } | undefined)?.model);

/** Nobody has the one; of the other's two accounts the first lacks it. */
const lacks = (request: UpstreamRequest): boolean => !/^(?:qwen|deepseek)/.test(modelOf(request)) || isBlocked(request);

const askedAccounts = ({ upstreamCalls }: FullSight): readonly string[] =>
  upstreamCalls.map((call) => (isBlocked(call) ? 'lacks it' : 'has it'));

const asked = (sight: FullSight, ...expected: readonly string[]): Reading =>
  askedAccounts(sight).join() === expected.join() ? holds() : deviates({ expected, actual: askedAccounts(sight) });

/** A list and a refusal of what it lists contradict each other, and so do an answer and a list without it. */
const agrees = (listing: CallerSight, sight: CallerSight): Reading => {
  if (answersSomething(sight).kind === 'holds') return lists(listing, askedName(sight));
  // Live, an empty 406 is row 9's: it may as well be the signature.
  if (sight.live === true && sight.status === 406) return cannotTell('prerequisite-failed', inShort(sight));
  return sight.status >= 400 && sight.end === 'complete'
    ? doesNotList(listing, (id) => id === askedName(sight), askedName(sight))
    : deviates({ expected: 'an answer or a refusal', actual: inShort(sight) });
};

/** The page's own filter: `^iflow/`. */
const ofTheChannel = (listing: CallerSight): readonly string[] => (listedIds(listing) ?? []).filter((id) => id.startsWith('iflow/'));

const owners = (listing: CallerSight): readonly unknown[] => {
  const { data } = (listing.json ?? {}) as { readonly data?: readonly { readonly id: string; readonly owned_by?: unknown }[] };
  const wanted = new Set(ofTheChannel(listing));
  return Array.isArray(data)
    ? data.flatMap((entry: { id: string; owned_by?: unknown }) => (wanted.has(entry.id) ? [entry.owned_by] : []))
    : [];
};

export default defineScenario({
  id: 'models/refused-model-stays-listed',
  title: 'A model that every account was refused stays in the list and is asked for again and again',
  matrixRow: 10,
  requires: ['model-registry', 'model-prefixes', 'account-pools'],
  remembers: true,
  diagnosis: {
    symptom: 'A listed iFlow model fails each time it is asked for; with two accounts it fails every other time. The list never changes.',
    cause:
      'The proxy learns nothing from "this model is not supported": the static list of the channel stays as it is, and each request pays for the same refusal again.',
    check:
      'Ask twice for the model and look at GET /v1/models after it. The same refusal and the same list mean that nothing was learnt; look whether the vendor saw both requests.',
    remediation:
      'Run a build that takes a model that is refused to an account out of the routing, and out of the list when no account is left. Until then exclude the id by hand.',
  },
  // A proxy of its own each: all callers plain, two of them streaming, are enough for what is remembered.
  cells: [
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      upstreams: ['iflow'],
      streams: [false],
    }),
    ...crossing({ clients: ['openai-responses', 'gemini-generate'], upstreams: ['iflow'], streams: [true] }),
  ],
  upstream: () => answer('text').when(lacks, 'iflow/model-not-supported'),
  steps: ({ cell, model }) => {
    const ask = (name: string, after: readonly string[]) =>
      converse(cell, { model: name, text: 'Say ok.', maxOutputTokens: 16 }, { after });
    return {
      first: ask(model('unrouted'), []),
      second: ask(model('unrouted'), ['first']),
      shared: ask(model('pool'), []),
      sharedAgain: ask(model('pool'), ['shared']),
      canary: ask(model('qwen'), ['second', 'sharedAgain']),
      listing: probe({ dialect: 'openai-chat', method: 'GET', path: '/v1/models', after: ['second', 'sharedAgain'] }),
    };
  },
  expectations: [
    must.behind('a-refusal-of-a-model-stays-a-404', ['first'], ({ first }) => allOf(refused(first, 404), reachedUpstream(first, 1))),
    must('the-list-agrees-with-the-answers', ['listing', 'second'], ({ listing, second }) => agrees(listing, second)),
    must.behind('a-refused-model-is-asked-for-once', ['first', 'second'], ({ first, second }) =>
      allOf(reachedUpstream(first, 1), reachedUpstream(second, 0)),
    ),
    must('an-account-that-lacks-a-model-does-not-show', ['shared', 'sharedAgain'], ({ shared, sharedAgain }) =>
      allOf(answersSomething(shared), answersSomething(sharedAgain)),
    ),
    must.behind('an-account-that-lacks-a-model-is-asked-for-it-once', ['shared', 'sharedAgain'], ({ shared, sharedAgain }) =>
      allOf(asked(shared, 'lacks it', 'has it'), asked(sharedAgain, 'has it')),
    ),
    must('a-model-that-another-account-has-stays-listed', ['listing', 'sharedAgain'], ({ listing, sharedAgain }) =>
      lists(listing, askedName(sharedAgain)),
    ),
    must('the-filter-of-the-page-finds-ids-of-the-channel-only', ['listing'], ({ listing }) => {
      const found = owners(listing);
      return found.length > 0 && found.every((owner) => owner === 'iflow')
        ? holds()
        : deviates({
            expected: 'ids that begin with iflow/, owned by iflow',
            actual: found.length > 0 ? found : (listedIds(listing) ?? inShort(listing)),
          });
    }),
    must('the-canary-model-is-answered-after-the-refusals', ['canary', 'listing'], ({ canary, listing }) =>
      allOf(answersSomething(canary), lists(listing, askedName(canary))),
    ),
  ],
  remedy: { proxy: ['model-support-cooldown'], config: { routing: { strategy: 'fill-first' } } },
  symptom: {
    violates: () => [
      'the-list-agrees-with-the-answers',
      'a-refused-model-is-asked-for-once',
      'an-account-that-lacks-a-model-is-asked-for-it-once',
    ],
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 16, timeoutMs: 60_000, round: 'thorough' },
});
