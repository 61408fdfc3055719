import {
  allOf,
  answerIn,
  answers,
  cannotTell,
  crossing,
  defineScenario,
  deviates,
  holds,
  inShort,
  must,
  reachedUpstream,
  should,
  type CallerSight,
  type Cell,
  type FullSight,
  type Reading,
} from '#scenarios/kit/index';

import { askedModel, asking, asksFor, question, withFields } from './asking.ts';
import { reasoningTokensIn } from './reasoning-tokens.ts';
import { sentAmount, type SentAmount } from './sent-amount.ts';
import { thinkingVendors } from './thinking-vendors.ts';

const byGoogle = ({ upstream }: Cell): boolean => upstream === 'gemini-generate' || upstream === 'antigravity';
const ofOpenai = ({ client }: Cell): boolean => client === 'openai-chat' || client === 'openai-responses';
const ofAnthropic = ({ client }: Cell): boolean => client === 'anthropic-messages';
/** Both sides speak Responses: the caller's own words reach the upstream without anybody's help. */
const ownDialect = ({ client, upstream }: Cell): boolean => client === 'openai-responses' && upstream === 'codex';
/** The mode has no part in what is read of a request: the edges of that are tried once. */
const once = ({ stream }: Cell): boolean => !stream;
/** Anthropic tells callers and proxies nothing of it. */
const countsReasoning = (cell: Cell): boolean => once(cell) && ofOpenai(cell) && cell.upstream !== 'anthropic-messages';
const straysArePossible = (cell: Cell): boolean => once(cell) && ofOpenai(cell) && byGoogle(cell);
const strayTokens = 2048;

type Wish = 'low' | 'high' | 'none' | 'max' | typeof strayTokens;

/** What a wish means to a model: sheet row 12, level table and capability families. */
const meanings: readonly (readonly [models: RegExp, Readonly<Record<Wish, readonly SentAmount[]>>])[] = [
  [
    /^gemini-2\.5-pro/,
    {
      low: [{ budget: 1024 }],
      high: [{ budget: 24_576 }],
      none: [{ budget: 128 }],
      max: [{ budget: 32_768 }],
      [strayTokens]: [{ budget: strayTokens }],
    },
  ],
  [
    /^claude-/,
    {
      low: [{ level: 'low' }, { budget: 1024 }],
      high: [{ level: 'high' }, { budget: 24_576 }],
      none: [{ budget: 0 }],
      max: [{ level: 'max' }, { budget: 128_000 }],
      [strayTokens]: [{ budget: strayTokens }],
    },
  ],
  [
    /^gpt-5\.[0-5]/,
    {
      low: [{ level: 'low' }],
      high: [{ level: 'high' }],
      none: [{ level: 'low' }],
      max: [{ level: 'xhigh' }],
      [strayTokens]: [{ level: 'medium' }],
    },
  ],
];

const means = (sight: FullSight, wish: Wish): Reading => {
  const model = askedModel(sight);
  if (model === '') return deviates({ expected: `an upstream request that asks for ${wish}`, actual: inShort(sight) });
  const meaning = meanings.find(([models]) => models.test(model))?.[1];
  return meaning === undefined ? cannotTell('not-exercised', `nothing is known of how ${model} thinks`) : asksFor(sight, meaning[wish]);
};

const declaresALoss = ({ headers }: CallerSight): boolean =>
  /extra_body|google|thinking|reasoning/i.test(`${headers['wireproof-losses'] ?? ''} ${headers['warning'] ?? ''}`);

/** In whichever envelope: whether that is the caller's is another row's question. */
const isRefused = (sight: CallerSight, names = /./): Reading => {
  const error = (sight.json as { readonly error?: unknown } | null | undefined)?.error;
  const fits = sight.status === 400 && sight.end === 'complete' && error !== undefined && names.test(sight.bodyText);
  return fits ? holds() : deviates({ expected: `an error with status 400 that matches ${names}`, actual: inShort(sight) });
};

/** Carried, refused, or declared: all but an answer as if nothing had been asked. */
const isNotSilentlyLost = (sight: FullSight): Reading => {
  if (sight.status === 400) return isRefused(sight);
  if (sight.status === 200 && declaresALoss(sight)) return answers(sight);
  const carried = sight.upstreamCalls.some((call) => Object.keys(sentAmount(call)).length > 0);
  return carried
    ? answers(sight)
    : deviates({ expected: 'the amount is carried, refused with 400 or declared as a loss', actual: inShort(sight) });
};

const endedAtItsLimit = (sight: CallerSight): boolean => ['length', 'incomplete'].includes(answerIn(sight)?.stop ?? '');

const saysItOnce = (sight: FullSight): Reading => {
  const [call] = sight.upstreamCalls;
  if (call === undefined) return deviates({ expected: 'an upstream request', actual: inShort(sight) });
  const { level, budget } = sentAmount(call);
  if (level === undefined && budget === undefined) return cannotTell('not-exercised', 'the upstream was told nothing of reasoning');
  return level === undefined || budget === undefined ? holds() : deviates({ expected: 'a level or a budget', actual: sentAmount(call) });
};

export default defineScenario({
  id: 'reasoning/effort-lost',
  title: 'How long a model thinks cannot be steered from another dialect',
  matrixRow: 12,
  requires: ['reasoning-effort'],
  diagnosis: {
    symptom: 'Answers look normal, but they cost the same reasoning tokens whatever effort is asked for. There is no error anywhere.',
    cause:
      'The translator to the upstream’s dialect has no place for the effort and leaves it out; the upstream then thinks as it does by default.',
    check:
      'Send an invented level and one token of output: a proxy that reads the field refuses it and names the levels, one that drops it answers 200.',
    remediation:
      'Run a build that maps the effort to the level or budget of the model at hand. Until then, send the upstream’s own dialect through the proxy.',
  },
  cells: [
    ...crossing({
      clients: ['anthropic-messages', 'openai-chat', 'openai-responses'],
      upstreams: ['gemini-generate'],
      streams: [false, true],
    }),
    ...crossing({
      clients: ['openai-chat', 'openai-responses', 'anthropic-messages'],
      upstreams: ['antigravity', 'codex'],
      streams: [false, true],
    }),
    ...crossing({ clients: ['openai-chat', 'openai-responses'], upstreams: ['anthropic-messages'], streams: [false, true] }),
  ],
  upstream: () => thinkingVendors,
  steps: ({ cell, model }) => {
    // A Claude model's budget has to stay below what it may write, more than a canary spends. Only to compare amounts some room is needed.
    const [spare, room] = cell.upstream === 'antigravity' ? [4096, 32_000] : once(cell) ? [400, 400] : [16, 16];
    const ask = (word: string) => asking(cell, model(), word, room);
    const plain = (fields: Readonly<Record<string, unknown>>) => withFields(question(cell, model(), spare), fields);
    const google = { thinking_config: { thinking_budget: strayTokens, include_thoughts: true } };
    return {
      invented: asking(cell, model(), 'zzz', 1),
      low: ask('low'),
      high: ask('high'),
      none: ask('none'),
      most: ask('max'),
      unasked: plain({}),
      empty: plain(cell.client === 'openai-chat' ? { reasoning_effort: '' } : { reasoning: { effort: '' } }),
      nothing: plain(cell.client === 'openai-chat' ? { reasoning_effort: null } : { reasoning: { effort: null } }),
      tokens: withFields(question(cell, model(), 4096), { thinking: { type: 'enabled', budget_tokens: strayTokens } }),
      adaptive: plain({ thinking: { type: 'adaptive' } }),
      extraBody: plain({ extra_body: { google } }),
      extraEffort: plain({ extra_body: { reasoning_effort: 'high' } }),
      atTheTop: plain({ thinking_budget: strayTokens }),
      otherDialect: plain(cell.client === 'openai-chat' ? { reasoning: { effort: 'high' } } : { reasoning_effort: 'high' }),
    };
  },
  expectations: [
    must('an-invented-level-is-refused', ['invented'], ({ invented }) => isRefused(invented)),
    should('the-refusal-names-the-level', ['invented'], ({ invented }) => isRefused(invented, /zzz/)),
    should.behind('an-invented-level-costs-no-upstream-request', ['invented'], ({ invented }) =>
      allOf(isRefused(invented), reachedUpstream(invented, 0)),
    ),
    must('every-amount-is-answered', ['low', 'high', 'none'], ({ low, high, none }) => allOf(answers(low), answers(high), answers(none)), {
      canary: false,
    }),
    must('an-amount-is-answered', ['high'], ({ high }) => answers(high)),
    must.behind('the-effort-reaches-the-upstream', ['low', 'high'], ({ low, high }) => allOf(means(low, 'low'), means(high, 'high'))),
    must.behind('none-means-as-little-as-the-model-can', ['none'], ({ none }) => means(none, 'none')),
    must.behind('the-most-is-what-the-model-can', ['most'], ({ most }) => means(most, 'max'), {
      appliesTo: (cell) => once(cell) && byGoogle(cell),
    }),
    must.behind('a-budget-stays-that-budget', ['tokens'], ({ tokens }) => means(tokens, strayTokens), {
      appliesTo: (cell) => once(cell) && ofAnthropic(cell),
    }),
    must.behind('level-and-budget-are-never-sent-together', ['low', 'high'], ({ low, high }) => allOf(saysItOnce(low), saysItOnce(high)), {
      appliesTo: byGoogle,
    }),
    must.behind('what-nobody-asks-for-is-not-sent', ['unasked'], ({ unasked }) => allOf(answers(unasked), asksFor(unasked, [{}])), {
      appliesTo: byGoogle,
    }),
    must.behind(
      'an-empty-level-is-none-at-all',
      ['empty', 'nothing'],
      ({ empty, nothing }) => allOf(answers(empty), asksFor(empty, [{}]), answers(nothing), asksFor(nothing, [{}])),
      { appliesTo: straysArePossible },
    ),
    should.behind('adaptive-leaves-the-amount-to-the-model', ['adaptive'], ({ adaptive }) => asksFor(adaptive, [{ budget: -1 }, {}]), {
      appliesTo: (cell) => once(cell) && ofAnthropic(cell) && cell.upstream === 'gemini-generate',
    }),
    must.behind(
      'an-amount-in-extra-body-is-not-silently-lost',
      ['extraBody', 'extraEffort'],
      ({ extraBody, extraEffort }) => allOf(isNotSilentlyLost(extraBody), isNotSilentlyLost(extraEffort)),
      { appliesTo: straysArePossible },
    ),
    must.behind(
      'an-amount-in-another-dialects-place-is-not-silently-lost',
      ['atTheTop', 'otherDialect'],
      ({ atTheTop, otherDialect }) => allOf(isNotSilentlyLost(atTheTop), isNotSilentlyLost(otherDialect)),
      { appliesTo: straysArePossible },
    ),
    should(
      'more-effort-thinks-longer',
      ['low', 'high'],
      ({ low, high }) => {
        const unanswered = allOf(answers(low), answers(high));
        if (unanswered.kind !== 'holds') return unanswered;
        const [brief, long] = [reasoningTokensIn(low), reasoningTokensIn(high)];
        if (brief === undefined || long === undefined) return cannotTell('not-visible-here', 'the answers count no reasoning tokens');
        if (long > brief) return holds();
        if (endedAtItsLimit(low) || endedAtItsLimit(high)) return cannotTell('model-declined', 'an answer was cut at its limit of output');
        return deviates({ expected: `more than ${brief} reasoning tokens`, actual: long });
      },
      { appliesTo: countsReasoning },
    ),
  ],
  remedy: { proxy: ['carry-reasoning-effort'] },
  symptom: {
    violates: (cell) => {
      // The upstream itself refuses what its own dialect brings; it is only asked in vain.
      if (ownDialect(cell)) {
        return ['an-invented-level-costs-no-upstream-request', 'every-amount-is-answered', 'none-means-as-little-as-the-model-can'];
      }
      return [
        'an-invented-level-is-refused',
        'the-refusal-names-the-level',
        'an-invented-level-costs-no-upstream-request',
        'the-effort-reaches-the-upstream',
        'none-means-as-little-as-the-model-can',
        ...(once(cell) && byGoogle(cell) ? ['the-most-is-what-the-model-can'] : []),
        ...(once(cell) && ofAnthropic(cell) ? ['a-budget-stays-that-budget'] : []),
        ...(straysArePossible(cell)
          ? ['an-amount-in-extra-body-is-not-silently-lost', 'an-amount-in-another-dialects-place-is-not-silently-lost']
          : []),
        ...(countsReasoning(cell) ? ['more-effort-thinks-longer'] : []),
      ];
    },
  },
  live: { safe: true, idempotent: true, maxOutputTokens: 400, timeoutMs: 60_000 },
});
