import { describe, expect, it } from 'vitest';

import type { ScenarioState } from '../../history/records.ts';
import type { RoundWritten } from '../../outputs/output.ts';
import { virtualClock, type VirtualClock } from '../clock.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import type { Asking, RoundTask } from '../round/run-round.ts';
import { nextDue } from '../schedule/next-due.ts';
import { plainScenario } from '../testing/plain-scenario.ts';
import { plainTarget } from '../testing/round-setting.ts';
import { scheduleRounds, type ScheduleOptions } from './schedule-rounds.ts';

const minute = 60_000;
const start = 1_000 * minute;

const target = (name: string, everyMs = minute): CanaryTarget =>
  plainTarget('http://127.0.0.1:9', {
    name,
    scenarios: [plainScenario({ id: 'a' }), plainScenario({ id: 'b' })],
    schedule: { when: { everyMs }, jitterMs: 0, timeZone: 'UTC', blackouts: [] },
  });

const dues = (name: string, count: number, from = start): readonly number[] => {
  const found: number[] = [];
  for (let after = from; found.length < count; after = found.at(-1) ?? after) found.push(nextDue(target(name), after) ?? 0);
  return found;
};

interface Began {
  readonly name: string;
  readonly task: RoundTask;
  readonly at: number;
}

const writtenWith = (states: readonly ScenarioState[]): Asking => ({
  written: Promise.resolve({ decision: { states, incidents: [], events: [] } } as unknown as RoundWritten),
});

const state = (scenario: string, confirmAt?: number): ScenarioState => ({
  target: 'one',
  location: 'here',
  scenario,
  row: 3,
  health: 'degraded',
  since: start,
  lastAt: start,
  recent: [],
  changes: [],
  flapping: false,
  ...(confirmAt !== undefined && { confirmAt }),
});

const setting = (changes: Partial<ScheduleOptions> = {}) => {
  const clock: VirtualClock = virtualClock(start);
  const began: Began[] = [];
  const told: string[] = [];
  const schedule = scheduleRounds({
    targets: [target('one')],
    clock,
    states: [],
    tell: (line) => told.push(line),
    ...changes,
    ask: (each, task) => {
      began.push({ name: each.name, task, at: clock.now() });
      return changes.ask?.(each, task) ?? Promise.resolve(writtenWith([]));
    },
  });
  return { clock, began, told, schedule };
};

describe('the schedule', () => {
  it('begins each round when it is due, and no round twice', async () => {
    const { clock, began, schedule } = setting();
    await clock.pass(3 * minute);
    expect(began.map(({ task, at }) => [task.due, at])).toEqual(dues('one', 3).map((due) => [due, due]));
    await schedule.stop();
    expect(clock.pending()).toBe(0);
    await clock.pass(3 * minute);
    expect(began).toHaveLength(3);
  });

  it('has one round of a target under way at a time, and leaves out those that it held up', async () => {
    let end = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      end = resolve;
    });
    const { clock, began, told, schedule } = setting({ ask: () => first.then(() => writtenWith([])) });
    await clock.pass(4 * minute);
    expect(began).toHaveLength(1);
    end();
    await clock.pass(0);
    expect(began.map(({ task }) => task.due)).toEqual([dues('one', 4)[0], dues('one', 4)[3]]);
    expect([told, schedule.overdue()]).toEqual([['one: 2 rounds are overdue and left out'], 2]);
    await schedule.stop();
  });

  it('goes on with the others while one hangs, and keeps to the bound over all', async () => {
    const { clock, began, schedule } = setting({
      targets: ['hangs', 'one', 'two'].map((name) => target(name)),
      mostRounds: 2,
      ask: ({ name }) => (name === 'hangs' ? new Promise(() => undefined) : Promise.resolve(writtenWith([]))),
    });
    await clock.pass(10 * minute);
    const count = (name: string): number => began.filter((each) => each.name === name).length;
    expect(['hangs', 'one', 'two'].map(count)).toEqual([1, 10, 10]);
    void schedule.stop();
    const full = setting({
      targets: ['hangs', 'hangs-too', 'one'].map((name) => target(name)),
      mostRounds: 2,
      ask: () => new Promise(() => undefined),
    });
    await full.clock.pass(10 * minute);
    expect(full.began).toHaveLength(2);
    void full.schedule.stop();
  });

  it('asks again, only what is to be confirmed, when that is due', async () => {
    let rounds = 0;
    const confirmAt = (dues('one', 1)[0] ?? 0) + 7_000;
    const { clock, began, schedule } = setting({
      ask: () => Promise.resolve(writtenWith((rounds += 1) === 1 ? [state('plain/a'), state('plain/b', confirmAt)] : [])),
    });
    await clock.pass(minute + 8_000);
    const confirming = began.filter(({ task }) => task.reason === 'confirmation');
    expect(confirming.map(({ task, at }) => [task.due, at, task.scenarios?.map(({ id }) => id)])).toEqual([
      [confirmAt, confirmAt, ['plain/b']],
    ]);
    await schedule.stop();
  });

  it('takes up what was to be confirmed before it was started', async () => {
    const { clock, began, schedule } = setting({ states: [state('plain/a', start - 5_000)] });
    await clock.pass(0);
    expect(began.map(({ task }) => [task.reason, task.due])).toEqual([['confirmation', start - 5_000]]);
    await schedule.stop();
  });

  it('begins one round at most when the clock is put forward, and none twice when it is put back', async () => {
    const { clock, began, told, schedule } = setting();
    await clock.pass(minute);
    clock.jump(60 * minute);
    await clock.pass(31_000);
    expect([began.length, told]).toEqual([2, [expect.stringMatching(/^one: \d+ rounds are overdue and left out$/)]]);
    const before = began.length;
    clock.jump(-60 * minute);
    await clock.pass(2 * minute);
    expect(new Set(began.map(({ task }) => task.due)).size).toBe(began.length);
    expect(began.length).toBeGreaterThan(before);
    await schedule.stop();
  });

  it('takes up changed, new and lost targets between rounds', async () => {
    const { clock, began, schedule } = setting();
    await clock.pass(minute);
    schedule.replace([target('two')]);
    await clock.pass(2 * minute);
    expect(began.map(({ name }) => name)).toEqual(['one', 'two', 'two']);
    schedule.replace([target('two', 60 * minute)]);
    await clock.pass(10 * minute);
    expect(began.filter(({ name }) => name === 'two').length).toBeLessThanOrEqual(3);
    await schedule.stop();
  });

  it('goes on after a round that could not be run or written', async () => {
    let rounds = 0;
    const { clock, began, told, schedule } = setting({
      ask: () => {
        rounds += 1;
        if (rounds === 1) return Promise.reject(new Error('no history'));
        return Promise.resolve({ written: rounds === 2 ? Promise.reject(new Error('lost')) : new Promise(() => undefined) });
      },
    });
    await clock.pass(4 * minute);
    expect([began.length, told]).toEqual([4, ['one: no history', 'one: lost']]);
    void schedule.stop();
  });
});
