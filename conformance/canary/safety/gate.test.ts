import { describe, expect, it } from 'vitest';

import { openGate } from './gate.ts';

const never = new AbortController().signal;

describe('the gate', () => {
  it('lets so many in, and the next one when one leaves, in the order in which they came', async () => {
    const gate = openGate(2);
    const inside: number[] = [];
    const all = [0, 1, 2, 3].map(async (one) => {
      await gate.enter(never);
      inside.push(one);
    });
    await Promise.all(all.slice(0, 2));
    expect([inside, gate.inside()]).toEqual([[0, 1], 2]);
    gate.leave();
    await all[2];
    expect([inside, gate.inside()]).toEqual([[0, 1, 2], 2]);
    gate.leave();
    await all[3];
    expect(inside).toEqual([0, 1, 2, 3]);
  });

  it('forgets who gives up waiting', async () => {
    const gate = openGate(1);
    await gate.enter(never);
    const [gaveUp, patient] = [new AbortController(), gate];
    const waiting = gate.enter(gaveUp.signal);
    const next = patient.enter(never);
    gaveUp.abort();
    expect(await waiting).toBe(false);
    gate.leave();
    expect([await next, gate.inside(), await gate.enter(gaveUp.signal)]).toEqual([true, 1, false]);
  });
});
