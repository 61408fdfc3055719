import { describe, expect, it } from 'vitest';

import { followingClock, virtualClock } from './clock.ts';

describe('the virtual clock', () => {
  it('rings in the order of time, and what was set at the same time in the order in which it was set', async () => {
    const clock = virtualClock(1_000);
    const rung: string[] = [];
    const at = (name: string) => (): void => void rung.push(`${name} at ${clock.now()}`);
    clock.after(20, at('late'));
    clock.after(10, at('first'));
    clock.after(10, at('second'));
    clock.after(15, at('cancelled')).cancel();
    await clock.pass(10);
    expect(rung).toEqual(['first at 1010', 'second at 1010']);
    await clock.pass(100);
    expect([rung[2], clock.now(), clock.pending()]).toEqual(['late at 1020', 1_110, 0]);
  });

  it('does not ring earlier because the wall clock was set', async () => {
    const clock = virtualClock(0);
    let rung = false;
    clock.after(1_000, () => {
      rung = true;
    });
    clock.jump(5_000);
    await clock.pass(999);
    expect([rung, clock.now()]).toEqual([false, 5_999]);
    await clock.pass(1);
    expect(rung).toBe(true);
  });
});

describe('a following clock', () => {
  it('has the time that it was told, in whole milliseconds', async () => {
    const base = virtualClock(7_000);
    const clock = followingClock(base);
    expect(clock.now()).toBe(7_000);
    clock.follow(5_000.6);
    expect(clock.now()).toBe(5_001);
    await base.pass(10);
    expect(clock.now()).toBe(5_011);
  });
});
