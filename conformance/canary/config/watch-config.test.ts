import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';

import { systemClock, virtualClock } from '../clock.ts';
import { loadCanaryPlan } from './load-canary-plan.ts';
import { watchConfig, type ConfigWatch, type Reload } from './watch-config.ts';

let folder = '';
let file = '';
let watch: ConfigWatch | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-watch-'));
  file = join(folder, 'canary.yaml');
});
afterEach(async () => {
  await watch?.close();
  watch = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const config = (name: string): string => `targets:\n  - { name: ${name}, url: 'https://a.example' }\n`;

const load = async () => loadCanaryPlan(file, { env: {}, cwd: '/', catalogue: await loadScenarios() });

const said = (reload: Reload): readonly string[] =>
  reload.ok ? reload.plan.targets.map(({ name }) => name) : reload.error.problems.map(({ actual }) => `wrong: ${actual}`);

/** What a watch has told; `next` waits for the one after those that were taken. */
const listener = () => {
  const told: Reload[] = [];
  let wake = (): void => undefined;
  const next = async (): Promise<readonly string[]> => {
    while (told.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return said(told.shift() as Reload);
  };
  const onReload = (reload: Reload): void => {
    told.push(reload);
    wake();
  };
  return { onReload, next, waiting: () => told.length };
};

describe('a configuration that is watched', () => {
  it('is read anew when its file changes; a wrong one is told with what is wrong, and the next right one replaces the plan', async () => {
    writeFileSync(file, config('first'));
    const { onReload, next } = listener();
    watch = await watchConfig({ file, clock: systemClock(), load, onReload, settleMs: 5 });
    writeFileSync(file, config('second'));
    expect(await next()).toEqual(['second']);
    writeFileSync(file, config('not a name'));
    expect(await next()).toEqual(['wrong: "not a name"']);
    writeFileSync(join(folder, 'new'), config('third'));
    renameSync(join(folder, 'new'), file);
    expect(await next()).toEqual(['third']);
  });

  it('is looked at from time to time where nobody tells of changes, and read only when it has changed', async () => {
    writeFileSync(file, config('first'));
    const clock = virtualClock();
    const { onReload, next, waiting } = listener();
    let loads = 0;
    const counting = () => {
      loads += 1;
      return load();
    };
    watch = await watchConfig({ file, clock, load: counting, onReload, settleMs: 1_000_000_000 });
    await clock.pass(25_000);
    expect([loads, waiting()]).toEqual([0, 0]);
    writeFileSync(file, config('second'));
    await clock.pass(10_000);
    expect(await next()).toEqual(['second']);
    rmSync(file);
    await clock.pass(10_000);
    expect(await next()).toEqual(['wrong: no such file']);
    expect(loads).toBe(2);
  });

  it('is read when asked, changed or not, one time after the other, and never again once closed', async () => {
    writeFileSync(file, config('first'));
    const clock = virtualClock();
    const { onReload, next, waiting } = listener();
    watch = await watchConfig({ file, clock, load, onReload });
    const both = await Promise.all([watch.reload(), watch.reload()]);
    expect(both.map(said)).toEqual([['first'], ['first']]);
    expect([await next(), await next(), waiting()]).toEqual([['first'], ['first'], 0]);
    await watch.close();
    watch = undefined;
    writeFileSync(file, config('second'));
    await clock.pass(60_000);
    expect([waiting(), clock.pending()]).toEqual([0, 0]);
  });

  it('is never read twice at a time, so that an older file cannot replace a newer one', async () => {
    writeFileSync(file, config('first'));
    const first = await load();
    const begun: ((plan: typeof first) => void)[] = [];
    const slow = () => new Promise<typeof first>((resolve) => void begun.push(resolve));
    const { onReload } = listener();
    watch = await watchConfig({ file, clock: virtualClock(), load: slow, onReload });
    const [one, two] = [watch.reload(), watch.reload()];
    await Promise.resolve().then(() => undefined);
    expect(begun.length).toBe(1);
    begun[0]?.(first);
    await one;
    await Promise.resolve().then(() => undefined);
    expect(begun.length).toBe(2);
    begun[1]?.(first);
    expect(said(await two)).toEqual(['first']);
  });

  it('whose reading throws something else is told of as well', async () => {
    writeFileSync(file, config('first'));
    const { onReload, next } = listener();
    watch = await watchConfig({ file, clock: virtualClock(), load: () => Promise.reject(new Error('the disk is gone')), onReload });
    const reload = await watch.reload();
    expect([reload.ok, reload.ok ? '' : reload.error.code, reload.ok ? '' : reload.error.message]).toEqual([
      false,
      'config-invalid',
      'the disk is gone',
    ]);
    expect(await next()).toEqual([]);
  });
});
