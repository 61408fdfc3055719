import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { virtualClock } from '../clock.ts';
import { openKillSwitch } from './kill-switch.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-pause-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const facts = () => {
  const kept = new Map<string, string>();
  let asked = 0;
  let away = false;
  let silent = false;
  return {
    kept,
    asked: () => asked,
    goAway: () => {
      away = true;
    },
    fallSilent: () => {
      silent = true;
    },
    fact: (name: string) => {
      asked += 1;
      if (silent) return new Promise<undefined>(() => undefined);
      return away ? Promise.reject(new Error('away')) : Promise.resolve(kept.get(name));
    },
    setFact: (name: string, value: string | undefined) => {
      if (value === undefined) kept.delete(name);
      else kept.set(name, value);
      return Promise.resolve();
    },
  };
};

describe('the kill switch', () => {
  it('is the file while it is there', async () => {
    const pauseFile = join(folder, 'pause');
    const killSwitch = openKillSwitch({ store: facts(), clock: virtualClock(), pauseFile: () => pauseFile });
    expect(await killSwitch.paused()).toBeUndefined();
    writeFileSync(pauseFile, '');
    expect(await killSwitch.paused()).toBe(`paused by the file ${pauseFile}`);
    rmSync(pauseFile);
    expect(await killSwitch.paused()).toBeUndefined();
  });

  it('is shared: another process sees it within a second, and the history is asked once in that time', async () => {
    const store = facts();
    const clock = virtualClock();
    const [one, other] = [0, 1].map(() => openKillSwitch({ store, clock, pauseFile: () => undefined }));
    expect(await other?.paused()).toBeUndefined();
    await one?.pause('paused by hand');
    expect(await one?.paused()).toBe('paused by hand');
    await Promise.all([other?.paused(), other?.paused()]);
    expect(store.asked()).toBe(1);
    await clock.pass(1_000);
    expect(await Promise.all([other?.paused(), other?.paused()])).toEqual(['paused by hand', 'paused by hand']);
    expect(store.asked()).toBe(2);
    await one?.resume();
    await clock.pass(1_000);
    expect([await one?.paused(), await other?.paused()]).toEqual([undefined, undefined]);
  });

  it('stays as it was known while the history is away', async () => {
    const store = facts();
    const clock = virtualClock();
    const killSwitch = openKillSwitch({ store, clock, pauseFile: () => undefined });
    await killSwitch.pause('paused by hand');
    store.goAway();
    await clock.pass(60_000);
    expect(await killSwitch.paused()).toBe('paused by hand');
  });

  it('is not waited for longer than a moment where the history takes the question and says nothing', async () => {
    const store = facts();
    const clock = virtualClock();
    const killSwitch = openKillSwitch({ store, clock, pauseFile: () => undefined });
    await killSwitch.pause('paused by hand');
    store.fallSilent();
    await clock.pass(60_000);
    const answers: unknown[] = [];
    void killSwitch.paused().then((because) => answers.push(because));
    await clock.pass(2_000);
    expect(answers).toEqual(['paused by hand']);
    // The same question is still under way: nobody waits for it a second time.
    await clock.pass(10_000);
    expect([await killSwitch.paused(), store.asked(), clock.pending()]).toEqual(['paused by hand', 1, 0]);
  });
});
