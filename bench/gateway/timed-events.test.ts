import { describe, expect, it } from 'vitest';

import { streamBody } from './traffic.ts';
import { problemWithPaced, TimedEvents } from './timed-events.ts';

const mark = (number: number, sentAt: number): string => `${String(number).padStart(7, '0')}@${sentAt};`;
const event = (content: string): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
const end = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
const bodyOf = (numbers: readonly number[]): Buffer => Buffer.from(numbers.map((number) => event(mark(number, 5))).join('') + end);
const seenOf = (numbers: readonly number[]) => numbers.map((number) => ({ number, sentAt: 5n, at: 9n }));

describe('TimedEvents', () => {
  const bytes = Buffer.from(`xx${mark(0, 1_000)}yy${mark(1, 2_000)}zz`);
  const whole = [
    { number: 0, sentAt: 1_000n, at: 7n },
    { number: 1, sentAt: 2_000n, at: 7n },
  ];

  it('finds every event once, wherever the bytes are cut', () => {
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const events = new TimedEvents();
      events.push(bytes.subarray(0, cut), 7n);
      events.push(bytes.subarray(cut), 7n);
      expect(events.seen, `cut at ${cut}`).toEqual(whole);
    }
  });

  it('gives an event the time at which its end came', () => {
    const events = new TimedEvents();
    const bytes = Buffer.from(mark(3, 42));
    for (let at = 0; at < bytes.length; at += 1) events.push(bytes.subarray(at, at + 1), BigInt(at));
    expect(events.seen).toEqual([{ number: 3, sentAt: 42n, at: BigInt(bytes.length - 1) }]);
  });
});

describe('problemWithPaced', () => {
  it('holds for all events in their order and a proper end', () => {
    expect(problemWithPaced(seenOf([0, 1, 2]), bodyOf([0, 1, 2]), 3)).toBeUndefined();
  });

  it.each([
    ['a missing event', [0, 2], '2 events instead of 3'],
    ['a doubled event', [0, 1, 1, 2], '4 events instead of 3'],
    ['exchanged events', [0, 2, 1], 'event 2 where 1 should be'],
  ])('finds %s', (_what, numbers, problem) => {
    expect(problemWithPaced(seenOf(numbers), bodyOf(numbers), 3)).toBe(problem);
  });

  it('finds events that were not timed, and another end', () => {
    expect(problemWithPaced(seenOf([0, 1]), bodyOf([0, 1, 2]), 3)).toBe('2 of 3 events were timed');
    const cutShort = Buffer.from(bodyOf([0, 1, 2]).toString().replace('"stop"', '"length"'));
    expect(problemWithPaced(seenOf([0, 1, 2]), cutShort, 3)).toBe('it ends with length');
    expect(problemWithPaced([], Buffer.from(streamBody(10)), 0)).toBeUndefined();
  });
});
