import {
  allOf,
  answers,
  defineScenario,
  deviates,
  holds,
  must,
  should,
  type Cell,
  type FullSight,
  type Probe,
  type Reading,
} from '#scenarios/kit/index';

import { asking, asksFor, question, withFields } from './asking.ts';
import { sentAmount, type SentAmount } from './sent-amount.ts';
import { thinkingVendors } from './thinking-vendors.ts';

/** Words and numbers of a suffix; the numbers are the last of one level and the first of the next. */
const words = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
const numbers = ['512', '1024', '1025', '8192', '8193', '24577'] as const;
const outOfRange = ['0', '1', '999999'] as const;
type Word = (typeof words)[number];
type Suffix = Word | (typeof numbers)[number] | (typeof outOfRange)[number] | 'auto' | '-1' | '-2';
type Meant = Readonly<Partial<Record<Suffix, readonly SentAmount[]>>>;

const inTokens = (table: Readonly<Partial<Record<Suffix, number>>>): Meant =>
  Object.fromEntries(Object.entries(table).map(([suffix, budget]) => [suffix, [{ budget }]]));
const inLevels = (table: Readonly<Record<string, readonly Suffix[]>>): Meant =>
  Object.fromEntries(Object.entries(table).flatMap(([level, suffixes]) => suffixes.map((suffix) => [suffix, [{ level }]])));

/** Sheet row 12, level and budget tables, for gemini-2.5-pro (128 to 32768 tokens, never off). */
const onGemini: Meant = {
  ...inTokens({ none: 128, minimal: 512, low: 1024, medium: 8192, high: 24_576, xhigh: 32_768, max: 32_768 }),
  ...inTokens({ '512': 512, '1024': 1024, '1025': 1025, '8192': 8192, '8193': 8193, '24577': 24_577 }),
  ...inTokens({ '0': 128, '1': 128, '999999': 32_768, auto: -1, '-1': -1 }),
  '-2': [{}],
};

/** For gpt-5.3-codex (low, medium, high, xhigh; never off, nothing dynamic). */
const onCodex: Meant = inLevels({
  low: ['none', 'minimal', 'low', '0', '1', '512', '1024'],
  medium: ['medium', '1025', '8192'],
  high: ['high', '8193'],
  xhigh: ['xhigh', 'max', '24577', '999999'],
});

/** For claude-sonnet-4-6 (1024 to 128000 tokens, low to max without xhigh, may be off): a level or the tokens that it stands for. */
const onClaude: Meant = {
  none: [{ budget: 0 }],
  minimal: [{ level: 'low' }, { budget: 1024 }],
  low: [{ level: 'low' }, { budget: 1024 }],
  medium: [{ level: 'medium' }, { budget: 8192 }],
  high: [{ level: 'high' }, { budget: 24_576 }],
  xhigh: [{ level: 'high' }, { budget: 32_768 }],
  max: [{ level: 'max' }, { budget: 128_000 }],
  '0': [{ budget: 0 }],
  '1': [{ level: 'low' }, { budget: 1024 }],
};

const tables: Readonly<Record<string, Meant>> = {
  'gemini-generate': onGemini,
  codex: onCodex,
  'anthropic-messages': onClaude,
};

const meant = ({ upstream }: Cell): Meant => tables[upstream] ?? {};
const has =
  (...suffixes: readonly Suffix[]) =>
  (cell: Cell): boolean =>
    suffixes.some((suffix) => suffix in meant(cell));

/** What the caller's own dialect can say in its body. */
const bodyWords: Readonly<Record<Cell['client'], readonly Word[]>> = {
  'openai-chat': ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
  'openai-responses': ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'],
  'anthropic-messages': ['none', 'low', 'medium', 'high', 'max'],
  'gemini-generate': ['minimal', 'low', 'medium', 'high'],
};

const inBody = (word: Word): `body ${Word}` => `body ${word}`;

/** Holds when each of these suffixes that the table of the cell's upstream has was sent as the table says. */
const asTheTableSays = (sights: Readonly<Partial<Record<string, FullSight>>>, cell: Cell): Reading =>
  allOf(
    ...Object.entries(sights).map(([suffix, sight]) => {
      const expected = meant(cell)[suffix as Suffix];
      return expected === undefined || sight === undefined ? holds() : allOf(asksFor(sight, expected), answers(sight));
    }),
  );

const amountOf = (sight: FullSight): string => JSON.stringify(sight.upstreamCalls.map(sentAmount));

/** Holds when the body asked for what the same word or number as a suffix asks for, and that was asked for at all. */
const meansTheSame = (body: FullSight, suffix: FullSight): Reading =>
  amountOf(body) === amountOf(suffix) && suffix.upstreamCalls.some((call) => Object.keys(sentAmount(call)).length > 0)
    ? answers(body)
    : deviates({ expected: `as by the suffix: ${amountOf(suffix)}`, actual: amountOf(body) });

const budgetField = (cell: Cell, tokens: number): Readonly<Record<string, unknown>> =>
  cell.client === 'gemini-generate'
    ? { generationConfig: { thinkingConfig: { thinkingBudget: tokens } } }
    : { thinking: { type: 'enabled', budget_tokens: tokens } };
const hasBudgetField = ({ client }: Cell): boolean => client === 'gemini-generate' || client === 'anthropic-messages';

export default defineScenario({
  id: 'reasoning/amounts-by-another-table',
  title: 'A level means another amount than the one that was meant',
  matrixRow: 12,
  requires: ['reasoning-effort', 'reasoning-suffix', 'reasoning-families'],
  diagnosis: {
    symptom:
      'An effort does have an effect, but medium costs like low, a budget is refused as too small, or two clients get different lengths for one word.',
    cause:
      'Levels and budgets are turned into each other by a table of the proxy’s own, or by none: numbers at the edge of a level fall to the wrong side, and those outside of the model’s range are sent as they are.',
    check:
      'Compare "original config from request" and "processed config to apply" in the debug log for one level and one number; without a log, compare the reasoning tokens of low, medium and high.',
    remediation:
      'Run a build with the documented table: 512, 1024, 8192, 24576 and 32768 tokens for minimal to xhigh, brought into the range of the model at hand.',
  },
  cells: [
    { client: 'openai-chat', upstream: 'gemini-generate', stream: false },
    { client: 'gemini-generate', upstream: 'codex', stream: false },
    { client: 'anthropic-messages', upstream: 'codex', stream: false },
    { client: 'openai-responses', upstream: 'anthropic-messages', stream: false },
  ],
  upstream: () => thinkingVendors,
  steps: ({ cell, model }) => {
    // A Claude model's budget has to stay below what it may write.
    const room = cell.upstream === 'anthropic-messages' ? 200_000 : 400;
    const suffixed = (suffix: Suffix): Probe => question(cell, `${model()}(${suffix})`, room);
    const every: readonly Suffix[] = [...words, ...numbers, ...outOfRange, 'auto', '-1', '-2'];
    const asked = words.map((word) => [inBody(word), asking(cell, model(), word, room)] as const);
    return {
      ...(Object.fromEntries(every.map((suffix) => [suffix, suffixed(suffix)])) as Readonly<Record<Suffix, Probe>>),
      ...(Object.fromEntries(asked) as Readonly<Record<`body ${Word}`, Probe>>),
      budget: withFields(question(cell, model(), 12_000), budgetField(cell, 8193)),
    };
  },
  expectations: [
    must.behind('a-level-is-the-amount-of-the-table', words, asTheTableSays),
    must.behind('a-number-is-the-level-of-the-table', numbers, asTheTableSays, { appliesTo: has(...numbers) }),
    must.behind('a-number-out-of-range-is-brought-into-it', outOfRange, asTheTableSays),
    should.behind('auto-and-minus-one-leave-the-amount-to-the-model', ['auto', '-1'], asTheTableSays, { appliesTo: has('auto') }),
    should.behind('another-negative-number-asks-for-nothing', ['-2'], asTheTableSays, { appliesTo: has('-2') }),
    must.behind('a-level-in-the-body-is-that-level-as-suffix', [...words, ...words.map(inBody)], (sights, { client }) =>
      allOf(...bodyWords[client].map((word) => meansTheSame(sights[inBody(word)], sights[word]))),
    ),
    must.behind(
      'a-number-in-the-body-is-that-number-as-suffix',
      ['budget', '8193'],
      (sights) => meansTheSame(sights.budget, sights['8193']),
      {
        appliesTo: hasBudgetField,
      },
    ),
  ],
  remedy: { proxy: ['carry-reasoning-effort'] },
  symptom: {
    violates: (cell) => [
      'a-level-is-the-amount-of-the-table',
      ...(has(...numbers)(cell) ? ['a-number-is-the-level-of-the-table'] : []),
      'a-number-out-of-range-is-brought-into-it',
      ...(has('auto')(cell) ? ['auto-and-minus-one-leave-the-amount-to-the-model'] : []),
      'a-level-in-the-body-is-that-level-as-suffix',
      ...(hasBudgetField(cell) ? ['a-number-in-the-body-is-that-number-as-suffix'] : []),
    ],
  },
  live: { safe: false, because: 'every check looks at what the upstream is sent, and no answer shows that' },
});
