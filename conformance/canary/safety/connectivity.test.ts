import { afterEach, describe, expect, it } from 'vitest';

import { systemClock, virtualClock } from '../clock.ts';
import { hangs, says, startCountedTarget, streamsForEver, type CountedTarget } from '../testing/counted-target.ts';
import { openConnectivity } from './connectivity.ts';

const opened: CountedTarget[] = [];
afterEach(async () => {
  for (const target of opened.splice(0)) await target.close();
});
const listening = async (...behave: Parameters<typeof startCountedTarget>): Promise<CountedTarget> => {
  const target = await startCountedTarget(...behave);
  opened.push(target);
  return target;
};

describe('the connectivity check', () => {
  it('believes the targets where there is nothing to ask', async () => {
    expect(await openConnectivity(() => [], systemClock())()).toBe(true);
  });

  it('takes any answer of any address', async () => {
    const [gone, refusing, endless] = [await listening(), await listening(says(503)), await listening(streamsForEver)];
    await gone.close();
    const ask = (...urls: readonly string[]): Promise<boolean> => openConnectivity(() => urls, systemClock())();
    expect([await ask(gone.url), await ask(gone.url, refusing.url), await ask(endless.url)]).toEqual([false, true, true]);
    expect(refusing.arrived.map(({ headers }) => headers['user-agent'])).toEqual([
      expect.stringMatching(/^wireproof\/\S+ \(\+https:\/\/\S+\)$/),
    ]);
  });

  it('does not wait for ever, and asks once for all who want to know at the same time', async () => {
    const clock = virtualClock();
    const silent = await listening((...answer) => {
      hangs(...answer);
      void clock.pass(5_000);
    });
    const isOnline = openConnectivity(() => [silent.url], clock);
    expect(await Promise.all([isOnline(), isOnline()])).toEqual([false, false]);
    expect(await isOnline()).toBe(false);
    expect(silent.arrived).toHaveLength(1);
    silent.behave = says(200);
    await clock.pass(5_000);
    expect(await isOnline()).toBe(true);
  });
});
