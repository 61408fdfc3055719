import { afterEach, describe, expect, it } from 'vitest';

import type { ProbeResult, Round } from '../../history/records.ts';
import type { RoundWritten } from '../../outputs/output.ts';
import { virtualClock } from '../clock.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';
import { defaultRetention } from '../config/defaults.ts';
import { startCountedTarget } from '../testing/counted-target.ts';
import { plainTarget, roundSetting } from '../testing/round-setting.ts';
import { exitCodeOfVisits, visitOnce, type Visits } from './visit-once.ts';

const plan = { retention: defaultRetention } as CanaryPlan;
const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

describe('one visit to each target', () => {
  it('asks all that are in no blackout, tells of each when it is written, and of what could not be written', async () => {
    const target = await startCountedTarget();
    opened.push(target.close);
    const made = await roundSetting({}, virtualClock(1_000_000));
    opened.push(made.close);
    const store = {
      ...made.store,
      recordRound: (...args: Parameters<typeof made.store.recordRound>) =>
        args[0].target === 'lost' ? Promise.reject(new Error('the disk is full')) : made.store.recordRound(...args),
    };
    const blackouts = [{ from: '* * * * *', forMs: 120_000, reason: 'backup' }];
    const targets = [
      plainTarget(target.url, { name: 'one' }),
      plainTarget(target.url, { name: 'dark', schedule: { when: { everyMs: 1 }, jitterMs: 0, timeZone: 'UTC', blackouts } }),
      plainTarget(target.url, { name: 'lost' }),
      plainTarget(target.url, { name: 'two' }),
    ];
    const told: string[] = [];
    const visits = await visitOnce({ rounds: { ...made.world, store }, redact: (text) => text, plan: () => plan }, targets, ({ round }) =>
      told.push(round.target),
    );
    expect(visits.written.map(({ round }) => [round.target, round.reason, round.dueAt])).toEqual([
      ['one', 'once', 1_000_000],
      ['two', 'once', 1_000_000],
    ]);
    expect([visits.lost, visits.skipped]).toEqual([
      [{ target: 'lost', because: 'the disk is full' }],
      [{ target: 'dark', reason: 'backup' }],
    ]);
    expect(told.sort()).toEqual(['one', 'two']);
    expect(target.arrived).toHaveLength(3);
  });

  it('removes what is too old from the history, as long as nobody tells it to end', async () => {
    const target = await startCountedTarget();
    opened.push(target.close);
    const clock = virtualClock(1_000_000);
    const made = await roundSetting({}, clock);
    opened.push(made.close);
    const visit = async () =>
      visitOnce({ rounds: made.world, redact: (text) => text, plan: () => plan }, [plainTarget(target.url)], () => {});
    await visit();
    clock.jump(defaultRetention.resultsMs + 2 * 3_600_000);
    await visit();
    expect((await made.store.rounds()).map(({ startedAt }) => startedAt)).toEqual([clock.now()]);
    clock.jump(defaultRetention.resultsMs + 2 * 3_600_000);
    made.end();
    await visit();
    expect(await made.store.results()).toHaveLength(1);
  });

  it('tells what could not be removed, and loses nothing for it', async () => {
    const target = await startCountedTarget();
    opened.push(target.close);
    const made = await roundSetting({}, virtualClock(1_000_000));
    opened.push(made.close);
    const rounds = { ...made.world, store: { ...made.store, prune: () => Promise.reject(new Error('the disk is full')) } };
    const { written } = await visitOnce({ rounds, redact: (text) => text, plan: () => plan }, [plainTarget(target.url)], () => {});
    expect([written.length, made.told]).toEqual([1, ['history: what is too old could not be removed: the disk is full']]);
  });
});

const visits = (verdicts: readonly ProbeResult['verdict'][], changes: Partial<Visits> = {}, about: Partial<Round> = {}): Visits => {
  const results = verdicts.map((verdict) => ({ verdict }) as ProbeResult);
  const written = { round: { outcome: 'complete', ...about }, results } as unknown as RoundWritten;
  return { written: [written], lost: [], skipped: [], ...changes };
};

describe('the exit code', () => {
  it.each([
    ['all well', visits(['pass', 'pass']), false, 0],
    ['a failure', visits(['pass', 'fail', 'error']), false, 1],
    ['a failure in an interrupted run', visits(['fail']), true, 1],
    ['not judged', visits(['pass', 'inconclusive']), false, 3],
    ['unreachable', visits(['unreachable']), false, 3],
    ['nothing judged', visits([]), false, 3],
    ['interrupted', visits(['pass']), true, 3],
    ['not written', visits(['pass'], { lost: [{ target: 'a', because: 'b' }] }), false, 3],
    ['stopped', visits(['pass'], {}, { outcome: 'stopped' }), false, 3],
  ] as const)('of %s', (_what, came, interrupted, code) => {
    expect(exitCodeOfVisits(came, interrupted)).toBe(code);
  });

  it('does not count a known failure', () => {
    const known = { reason: 'r', owner: 'o', expires: '2099-01-01' };
    const results = [{ verdict: 'fail', known }, { verdict: 'pass' }] as unknown as ProbeResult[];
    const written = [{ round: { outcome: 'complete' }, results } as unknown as RoundWritten];
    expect(exitCodeOfVisits({ written, lost: [], skipped: [] }, false)).toBe(0);
  });
});
