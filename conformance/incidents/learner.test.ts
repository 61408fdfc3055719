import { describe, expect, it } from 'vitest';

import type { Incident } from '../history/records.ts';
import type { HistoryStore } from '../history/store.ts';
import { createLearner } from './learner.ts';
import type { Sample } from './learned.ts';
import { scenarioOf, targetOf } from './testing/played-rounds.ts';

const scenario = 'area/one';
const target = targetOf([scenarioOf(scenario)], {
  latency: { factor: 2, atLeastMs: 10, last: 2, learnMs: 1000, learnAtLeast: 3 },
});

const historyOf = (samples: readonly Sample[], open: readonly Pick<Incident, 'rule' | 'scenario' | 'openedAt'>[] = []) => {
  const asked: Parameters<HistoryStore['samples']>[0][] = [];
  const store: Pick<HistoryStore, 'samples' | 'incidents'> = {
    samples: (query) => {
      asked.push(query);
      return Promise.resolve(samples.filter(({ at }) => at >= query.from).slice(-query.limit));
    },
    incidents: () => Promise.resolve(open as readonly Incident[]),
  };
  return { store, asked };
};

const five: readonly Sample[] = [100, 300, 200, 900, 800].map((totalMs, index) => ({
  at: 1000 + index,
  totalMs,
  firstByteMs: totalMs / 10,
}));

const passed = (at: number, totalMs: number) =>
  ({
    id: '',
    round: '',
    target: 'one',
    location: 'here',
    scenario,
    row: 3,
    at,
    durationMs: 1,
    verdict: 'pass',
    warned: false,
    spent: { requests: 1, inputTokens: 0, outputTokens: 0, usd: 0 },
    totalMs,
  }) as const;

describe('a learner', () => {
  it('learns medians from all but the last ones, within its window', async () => {
    const { store, asked } = historyOf(five);
    const learned = await createLearner({ store }).learned(target, 'here', 1500);
    expect([...learned]).toEqual([[scenario, { samples: 3, totalMs: 200, firstByteMs: 20, last: five.slice(3) }]]);
    expect(asked).toEqual([{ target: 'one', scenario, location: 'here', from: 500, limit: 400 }]);
  });

  it('reads again only when what it knows has become old, also where the clock was set back', async () => {
    const { store, asked } = historyOf(five);
    const learner = createLearner({ store, refreshMs: 100 });
    for (const now of [1500, 1599, 1600, 1550, 1499]) await learner.learned(target, 'here', now);
    expect(asked.map(({ from }) => from)).toEqual([500, 600, 499]);
  });

  it('knows the last results meanwhile, and those that pass alone', async () => {
    const learner = createLearner({ store: historyOf(five).store });
    await learner.learned(target, 'here', 1500);
    learner.observe(target, 'here', [passed(1501, 50), { ...passed(1502, 60), verdict: 'fail' }]);
    learner.observe(target, 'elsewhere', [passed(1503, 70)]);
    const learned = await learner.learned(target, 'here', 1510);
    expect(learned.get(scenario)).toEqual({ samples: 3, totalMs: 200, firstByteMs: 20, last: [five[4], { at: 1501, totalMs: 50 }] });
  });

  it('does not learn from a regression that is open', async () => {
    const slow = { rule: 'latency', scenario, openedAt: 1002 };
    const learned = await createLearner({ store: historyOf(five, [slow, { ...slow, scenario: 'area/two', openedAt: 0 }]).store }).learned(
      target,
      'here',
      1500,
    );
    expect(learned.get(scenario)).toEqual({ samples: 2, totalMs: 100, firstByteMs: 20, last: five.slice(3) });
  });

  it('knows nothing of what the history does not have', async () => {
    expect([...(await createLearner({ store: historyOf([]).store }).learned(target, 'here', 1500))]).toEqual([
      [scenario, { samples: 0, last: [] }],
    ]);
  });
});
