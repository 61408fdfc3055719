import { allOf, answers, crossing, defineScenario, must, should, type FullSight, type Reading } from '#scenarios/kit/index';

import { asking, asksFor, question } from './asking.ts';
import type { SentAmount } from './sent-amount.ts';
import { thinkingVendors } from './thinking-vendors.ts';

const asks = (sight: FullSight, ...expected: readonly SentAmount[]): Reading => allOf(asksFor(sight, expected), answers(sight));

/** The levels of a hybrid may be sent as such or as the tokens they stand for: both are documented. */
const low: readonly SentAmount[] = [{ level: 'low' }, { budget: 1024 }];

export default defineScenario({
  id: 'reasoning/effort-misses-the-model',
  title: 'An effort is sent in a form that the Gemini model at hand does not take',
  matrixRow: 12,
  requires: ['reasoning-effort', 'reasoning-families'],
  diagnosis: {
    symptom: 'An effort works for one Gemini model and is refused or ignored by the next: level not supported, budget 0 is invalid.',
    cause: 'Every model gets the same form, although some have budgets only, some two levels, some four, and some cannot be switched off.',
    check: 'Ask models of different generations with the same effort and compare the reasoning tokens; none tells them apart at once.',
    remediation: 'Run a build that knows the model, or declare for it what it can; until then use only efforts that all of them have.',
  },
  cells: crossing({
    clients: ['openai-chat', 'openai-responses', 'anthropic-messages'],
    upstreams: ['gemini-generate'],
    streams: [false],
  }),
  upstream: () => thinkingVendors,
  steps: ({ cell, model }) => {
    const ask = (role: string, word: string) => asking(cell, model(role), word);
    return {
      off: ask('can-be-off', 'none'),
      flashHigh: ask('can-be-off', 'high'),
      flashMost: ask('can-be-off', 'max'),
      dynamic: question(cell, `${model('can-be-off')}(auto)`),
      between: ask('two-levels', 'medium'),
      below: ask('two-levels', 'minimal'),
      lowest: ask('two-levels', 'none'),
      number: question(cell, `${model('two-levels')}(8192)`),
      least: ask('four-levels', 'minimal'),
      above: ask('four-levels', 'xhigh'),
      thoughtless: ask('never-thinks', 'high'),
    };
  },
  expectations: [
    must.behind('a-model-that-can-be-off-is-switched-off', ['off'], ({ off }) => asks(off, { budget: 0 })),
    must.behind('a-budget-model-gets-a-budget-in-its-range', ['flashHigh', 'flashMost'], ({ flashHigh, flashMost }) =>
      allOf(asks(flashHigh, { budget: 24_576 }), asks(flashMost, { budget: 24_576 })),
    ),
    should.behind('auto-leaves-the-amount-to-the-model', ['dynamic'], ({ dynamic }) => asks(dynamic, { budget: -1 })),
    must.behind('a-level-between-two-goes-down', ['between'], ({ between }) => asks(between, { level: 'low' }, { budget: 8192 })),
    must.behind('a-level-below-all-becomes-the-lowest', ['below'], ({ below }) => asks(below, ...low, { budget: 512 })),
    must.behind('a-level-above-all-becomes-the-highest', ['above'], ({ above }) =>
      asks(above, { level: 'high' }, { budget: 24_576 }, { budget: 32_768 }),
    ),
    must.behind('a-level-that-the-model-has-is-sent-as-it-is', ['least'], ({ least }) =>
      asks(least, { level: 'minimal' }, { budget: 512 }),
    ),
    must.behind('none-is-the-least-of-a-model-that-cannot-be-off', ['lowest'], ({ lowest }) =>
      asks(lowest, { level: 'low' }, { budget: 128 }),
    ),
    should.behind('a-number-stays-a-number-where-the-model-takes-both', ['number'], ({ number }) => asks(number, { budget: 8192 })),
    must.behind('a-model-that-does-not-think-is-not-asked-to', ['thoughtless'], ({ thoughtless }) => asks(thoughtless, {})),
  ],
  remedy: { proxy: ['carry-reasoning-effort'] },
  symptom: {
    violates: () => [
      'a-model-that-can-be-off-is-switched-off',
      'a-budget-model-gets-a-budget-in-its-range',
      'auto-leaves-the-amount-to-the-model',
      'a-level-between-two-goes-down',
      'a-level-below-all-becomes-the-lowest',
      'a-level-above-all-becomes-the-highest',
      'a-level-that-the-model-has-is-sent-as-it-is',
      'none-is-the-least-of-a-model-that-cannot-be-off',
      'a-number-stays-a-number-where-the-model-takes-both',
    ],
  },
  live: { safe: false, because: 'every check looks at what the upstream is sent, and no answer shows that' },
});
