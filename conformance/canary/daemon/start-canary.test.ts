import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { virtualClock, type VirtualClock } from '../clock.ts';
import type { CanaryPlan, CanaryTarget } from '../config/canary-plan.ts';
import { defaultRetention } from '../config/defaults.ts';
import { startCountedTarget, well, type Behaviour, type CountedTarget } from '../testing/counted-target.ts';
import { plainScenario } from '../testing/plain-scenario.ts';
import { plainTarget } from '../testing/round-setting.ts';
import { openCanary, type OpenCanary } from './open-canary.ts';
import { startCanary, type RunningCanary, type StartOptions } from './start-canary.ts';

const minute = 60_000;
const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Setting {
  readonly canary: OpenCanary;
  readonly running: RunningCanary;
  readonly target: CountedTarget;
  readonly told: readonly string[];
  readonly plan: CanaryPlan;
}

const serve = { host: '127.0.0.1', port: 0, title: 'test' };

const every = (target: CountedTarget, changes: Partial<CanaryTarget> = {}): CanaryTarget =>
  plainTarget(target.url, { schedule: { when: { everyMs: minute }, jitterMs: 0, timeZone: 'UTC', blackouts: [] }, ...changes });

const started = async (clock: VirtualClock, behave?: Behaviour, changes: Partial<StartOptions> = {}): Promise<Setting> => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-start-'));
  opened.push(() => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
  const target = await startCountedTarget(behave);
  opened.push(target.close);
  const scenarios = [plainScenario({ id: 'a', timeoutMs: 60_000 }), plainScenario({ id: 'b' })];
  const plan: CanaryPlan = {
    targets: [every(target, { scenarios })],
    budget: { hour: {}, day: {} },
    location: 'here',
    history: join(folder, 'history.db'),
    retention: defaultRetention,
    destinations: [],
    connectivity: [],
    files: [],
    secrets: ['the-key-of-a-caller-of-the-canary'],
  };
  const told: string[] = [];
  const canary = await openCanary({ plan, clock, tell: (line) => told.push(line), salt: () => '' });
  opened.push(() => canary.close());
  const running = await startCanary(canary, { serve, routes: [], reload: () => Promise.resolve([]), ...changes });
  return { canary, running, target, told, plan };
};

/** Real answers take real time: virtual time stands until the canary has got so many. */
const until = async (clock: VirtualClock, stepMs: number, holds: () => Promise<boolean> | boolean): Promise<void> => {
  for (let step = 0; step < 2_000 && !(await holds()); step += 1) await clock.pass(stepMs);
  expect(await holds()).toBe(true);
};

describe('a canary that goes on', () => {
  it('runs rounds, serves its state, and ends with nothing under way', async () => {
    const clock = virtualClock(1_000 * minute);
    const { canary, running, target } = await started(clock);
    await until(clock, 1_000, () => target.arrived.length >= 2);
    await until(clock, 10, async () => (await canary.store.rounds()).length === 1);
    expect(await (await fetch(`${running.url ?? ''}/-/ready`)).json()).toEqual({ ready: true, paused: false });
    await running.stop();
    const asked = target.arrived.length;
    await clock.pass(10 * minute);
    expect(target.arrived).toHaveLength(asked);
    await expect(fetch(`${running.url ?? ''}/-/healthy`)).rejects.toThrow('fetch failed');
  });

  it('gives rounds that are under way a while when it ends, and then gives them up and says so', async () => {
    const clock = virtualClock(1_000 * minute);
    const { canary, running, target } = await started(clock, () => undefined);
    await until(clock, 1_000, () => target.arrived.length === 1);
    const stopping = running.stop();
    let isOver = false;
    void stopping.finally(() => {
      isOver = true;
    });
    await clock.pass(9_000);
    expect(isOver).toBe(false);
    await clock.pass(1_500);
    await stopping;
    expect((await canary.store.rounds()).map(({ outcome, cause }) => ({ outcome, cause }))).toEqual([
      { outcome: 'stopped', cause: 'shutdown' },
    ]);
    expect(target.arrived).toHaveLength(1);
  });

  it('is paused through the route for all rounds to come, and goes on when it is told to', async () => {
    const clock = virtualClock(1_000 * minute);
    const { canary, running, target } = await started(clock, well());
    const order = (what: string) => fetch(`${running.url ?? ''}/-/${what}`, { method: 'POST' });
    expect(await (await order('pause')).json()).toEqual({ paused: true, because: 'paused through /-/pause' });
    await until(clock, 5_000, async () => (await canary.store.rounds()).length >= 2);
    expect([target.arrived.length, new Set((await canary.store.rounds()).map(({ cause }) => cause))]).toEqual([0, new Set(['paused'])]);
    await order('resume');
    await until(clock, 5_000, () => target.arrived.length >= 2);
    await running.stop();
  });

  it('takes a new plan between rounds, with its secrets', async () => {
    const clock = virtualClock(1_000 * minute);
    const { canary, running, target, told, plan } = await started(clock);
    const moved = { location: 'elsewhere', serve: { ...serve, controlToken: 'a-new-token' } };
    running.take({ ...plan, ...moved, targets: [every(target, { name: 'other' })], secrets: ['a-new-secret-of-the-plan'] });
    await until(clock, 5_000, async () => (await canary.store.rounds()).length >= 1);
    expect((await canary.store.rounds()).map((round) => round.target)).toEqual(['other']);
    canary.tell('a-new-secret-of-the-plan and the-key-of-a-caller-of-the-canary');
    expect(told).toEqual([
      'configuration: what is new of location and serve (address, control token) counts from the next start on',
      'configuration: reloaded, 1 target',
      '[redacted] and [redacted]',
    ]);
    await running.stop();
  });

  it('takes orders to read its configuration again', async () => {
    const clock = virtualClock(1_000 * minute);
    const { running } = await started(clock, well(), { reload: () => Promise.resolve(['targets.0.url: expected a URL']) });
    const answer = await fetch(`${running.url ?? ''}/-/reload`, { method: 'POST' });
    expect([answer.status, await answer.json()]).toEqual([422, { reloaded: false, problems: ['targets.0.url: expected a URL'] }]);
    await running.stop();
  });

  it('begins nothing when its port is taken', async () => {
    const clock = virtualClock(1_000 * minute);
    const { running } = await started(clock);
    const taken = { ...serve, port: Number(new URL(running.url ?? '').port) };
    await expect(started(clock, well(), { serve: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await running.stop();
    await clock.pass(5 * minute);
    expect(clock.pending()).toBeLessThanOrEqual(2);
  });
});
