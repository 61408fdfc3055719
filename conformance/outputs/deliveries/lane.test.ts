import { describe, expect, it } from 'vitest';

import type { Delivery } from '../../history/records.ts';
import type { ReadyDestination } from '../destinations/prepare.ts';
import { openedEvent } from '../testing/told-incident.ts';
import { backOffMs } from './back-off.ts';
import { openLane, type End } from './lane.ts';
import type { Answer } from './sender.ts';

const minute = 60_000;
const day = 1440 * minute;
const destination = { name: 'a', kind: 'webhook', timeoutMs: 10_000 } as ReadyDestination;
const unavailable: Answer = { kind: 'refused', error: '503', isFinal: false };

const deliveryOf = (id: string, attempts = 1): Delivery => ({
  id,
  key: id,
  destination: 'a',
  attempts,
  nextAt: 0,
  event: { ...openedEvent, at: 0 },
});

/** A lane whose answers are told, with what became of each delivery. */
const laneWith = (answers: Answer | (() => Answer | Promise<Answer>), random = 0) => {
  const ends: (readonly [string, End])[] = [];
  const back: (readonly [string, End])[] = [];
  const sent: string[] = [];
  const time = { now: 0 };
  const lane = openLane(destination, {
    now: () => time.now,
    random: () => random,
    send: async (_, { id }) => {
      sent.push(id);
      return typeof answers === 'function' ? answers() : answers;
    },
    finish: async ({ id }, end) => void ends.push([id, end]),
    putBack: async ({ id }, end) => void back.push([id, end]),
  });
  return { lane, time, ends, back, sent };
};

describe('back-off', () => {
  it('doubles up to a quarter of an hour, in the upper half', () => {
    const failures = [1, 2, 3, 8, 9, 50, 5000];
    expect(failures.map((count) => backOffMs(count, 0))).toEqual([2500, 5000, 10_000, 320_000, 450_000, 450_000, 450_000]);
    expect(failures.map((count) => backOffMs(count, 0.5))).toEqual([3750, 7500, 15_000, 480_000, 675_000, 675_000, 675_000]);
  });
});

describe('a lane', () => {
  it('gives up after a day of failures, and has hardly asked by then', async () => {
    const { lane, time, ends, sent } = laneWith(unavailable, 0.999);
    for (let attempts = 1; ; attempts += 1) {
      lane.take({ delivery: deliveryOf('one', attempts), leaseEndsAt: Infinity });
      await lane.idle();
      const end = ends.at(-1)?.[1];
      if (end === undefined || !('nextAt' in end)) break;
      time.now = end.nextAt;
    }
    const last = ends.at(-1)?.[1];
    expect(last).toEqual({ givenUpAt: time.now, error: '503' });
    expect([time.now > day, time.now <= day + 15 * minute, sent.length]).toEqual([true, true, 104]);
  });

  it('does not take a clock that jumps ahead for a day of failures', async () => {
    const { lane, time, ends } = laneWith(unavailable);
    time.now = 400 * day;
    lane.take({ delivery: deliveryOf('one', 7), leaseEndsAt: Infinity });
    await lane.idle();
    expect(ends).toEqual([['one', { nextAt: time.now + 2500, error: '503' }]]);
  });

  it('rests after a failure: what waits goes back untried, what comes too, and it tries again after that', async () => {
    const { lane, time, ends, back, sent } = laneWith(unavailable);
    for (const id of ['one', 'two']) lane.take({ delivery: deliveryOf(id), leaseEndsAt: Infinity });
    await lane.idle();
    lane.take({ delivery: deliveryOf('three'), leaseEndsAt: Infinity });
    await lane.idle();
    expect([sent, ends]).toEqual([['one'], [['one', { nextAt: 2500, error: '503' }]]]);
    const error = 'waits while the destination rests after a failure';
    expect(back).toEqual([
      ['two', { nextAt: 2500, error }],
      ['three', { nextAt: 2500, error }],
    ]);
    time.now = 2500;
    lane.take({ delivery: deliveryOf('two', 2), leaseEndsAt: Infinity });
    await lane.idle();
    expect(ends.at(-1)).toEqual(['two', { nextAt: 2500 + 5000, error: '503' }]);
  });

  it('forgets its failures with the first letter that arrives', async () => {
    const answers: Answer[] = [unavailable, { kind: 'arrived' }, unavailable];
    const { lane, time, ends } = laneWith(() => answers.shift() ?? unavailable);
    for (const id of ['one', 'two', 'three']) {
      lane.take({ delivery: deliveryOf(id), leaseEndsAt: Infinity });
      await lane.idle();
      time.now += 2500;
    }
    expect(ends).toEqual([
      ['one', { nextAt: 2500, error: '503' }],
      ['two', { deliveredAt: 2500 }],
      ['three', { nextAt: 7500, error: '503' }],
    ]);
  });

  it('goes on after a letter that is refused for good: that was the letter’s fault', async () => {
    const { lane, ends } = laneWith({ kind: 'refused', error: '400', isFinal: true });
    for (const id of ['one', 'two']) lane.take({ delivery: deliveryOf(id), leaseEndsAt: Infinity });
    await lane.idle();
    expect(ends).toEqual([
      ['one', { givenUpAt: 0, error: '400' }],
      ['two', { givenUpAt: 0, error: '400' }],
    ]);
  });

  it('leaves alone what may be somebody else’s before it could be told', async () => {
    const { lane, ends, back, sent } = laneWith({ kind: 'arrived' });
    lane.take({ delivery: deliveryOf('late'), leaseEndsAt: 9999 });
    await lane.idle();
    expect([ends, back, sent]).toEqual([[], [], []]);
  });

  it('has at most ten waiting', async () => {
    const { lane, back, sent } = laneWith({ kind: 'arrived' });
    for (let index = 0; index < 13; index += 1) lane.take({ delivery: deliveryOf(`${index}`), leaseEndsAt: Infinity });
    await lane.idle();
    expect([sent.length, back.map(([id]) => id)]).toEqual([11, ['11', '12']]);
  });

  it('takes nothing once it is stopped', async () => {
    const { lane, back, sent } = laneWith({ kind: 'arrived' });
    lane.take({ delivery: deliveryOf('one'), leaseEndsAt: Infinity });
    lane.take({ delivery: deliveryOf('two'), leaseEndsAt: Infinity });
    lane.stop();
    lane.take({ delivery: deliveryOf('three'), leaseEndsAt: Infinity });
    await lane.idle();
    expect([sent, back.map(([id]) => id).sort()]).toEqual([['one'], ['three', 'two']]);
  });
});
