import { describe, expect, it } from 'vitest';

import { Departure } from './departure.ts';
import { pause } from './rounds.ts';

/** A clock whose timers end when the test says so. */
const newClock = () => {
  const waiting = new Map<object, { readonly ms: number; readonly fire: () => void }>();
  const after = (ms: number, fire: () => void) => {
    const id = {};
    waiting.set(id, { ms, fire });
    return { restart: () => undefined, stop: () => void waiting.delete(id) };
  };
  const fire = (): void => {
    for (const timer of waiting.values()) timer.fire();
  };
  return { clock: { now: () => 0, after }, fire, waiting: () => [...waiting.values()].map(({ ms }) => ms) };
};

describe('a pause before a further round', () => {
  it('ends with its time', async () => {
    const { clock, fire, waiting } = newClock();
    const paused = pause({ context: { clock }, signal: new Departure() }, 30_000);
    expect(waiting()).toEqual([30_000]);
    fire();
    await paused;
    expect(waiting()).toEqual([]);
  });

  it('ends when the client leaves, and leaves no timer', async () => {
    const { clock, waiting } = newClock();
    const signal = new Departure();
    const paused = pause({ context: { clock }, signal }, 30_000);
    signal.abort();
    await paused;
    expect(waiting()).toEqual([]);
  });
});
