import { assert, constantFrom, integer, oneof, pre, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Schedule } from '../config/canary-plan.ts';
import { blackoutAt, blackoutsBetween } from './blackouts.ts';
import { cronProblem } from './cron.ts';
import { duesBetween, neverComes, nextDue, type Scheduled } from './next-due.ts';

const minute = 60_000;
const hour = 60 * minute;
const at = (text: string): number => Date.parse(text);
const iso = (ms: number | undefined): string => (ms === undefined ? 'never' : new Date(ms).toISOString());

const scheduled = (said: Partial<Schedule>, name = 'a'): Scheduled => ({
  name,
  schedule: { when: { everyMs: 5 * minute }, jitterMs: 0, timeZone: 'UTC', blackouts: [], ...said },
});

const dues = (target: Scheduled, from: string, to: string): readonly string[] =>
  [...duesBetween(target, at(from), at(to))].map((due) => `${iso(due.at)}${due.blackout === undefined ? '' : ` ${due.blackout}`}`);

const times = (target: Scheduled, from: number, count: number): readonly number[] => {
  const found: number[] = [];
  for (let due = nextDue(target, from); due !== undefined && found.length < count; due = nextDue(target, due)) found.push(due);
  return found;
};

describe('an interval', () => {
  it('comes at the same moments in every process, apart by the interval', () => {
    const [first = 0, ...rest] = times(scheduled({}), at('2026-11-23T00:00:00Z'), 5);
    expect(rest.map((due) => due - first)).toEqual([5, 10, 15, 20].map((minutes) => minutes * minute));
    expect(times(scheduled({}), first - 1, 1)).toEqual([first]);
    expect(times(scheduled({}), first, 1)).toEqual([first + 5 * minute]);
  });

  it('begins at another moment for each target, so that a thousand do not come at once', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `target-${index}`);
    const seconds = names.map((name) => Math.floor((nextDue(scheduled({ when: { everyMs: minute } }, name), 0) ?? 0) / 1_000));
    const perSecond = Array.from({ length: 60 }, (_, second) => seconds.filter((each) => each % 60 === second).length);
    expect([perSecond.reduce((a, b) => a + b), Math.max(...perSecond) < 40, Math.min(...perSecond) > 3]).toEqual([1_000, true, true]);
  });

  it('is moved by no more than the jitter, and not always by the same', () => {
    const plain = times(scheduled({}), at('2026-11-23T00:00:00Z'), 40);
    const moved = times(scheduled({ jitterMs: minute }), (plain[0] ?? 0) - 1, 40);
    const by = moved.map((due, index) => due - (plain[index] ?? 0));
    expect(by.every((ms) => ms >= 0 && ms <= minute)).toBe(true);
    expect(new Set(by).size).toBeGreaterThan(30);
  });
});

describe('whatever the schedule', () => {
  const schedules = record({
    when: oneof(
      record({ everyMs: integer({ min: 1_000, max: 3 * hour }) }),
      record({ cron: constantFrom('*/7 * * * *', '0 3 * * *', '30 2 * * 0', '*/20 * * * * *') }),
    ),
    jitterMs: integer({ min: 0, max: 1_000 }),
    timeZone: constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
    blackouts: constantFrom([], [{ from: '45 * * * *', forMs: 10 * minute, reason: 'last minutes' }]),
  });
  const instant = integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });

  it('each due time lies after the one asked about, is what everybody else finds, and in no blackout', () => {
    assert(
      property(schedules, instant, integer({ min: 1, max: hour }), (schedule, after, back) => {
        const target = { name: 'p', schedule };
        const due = nextDue(target, after);
        // An interval that is nearly that of the windows may fall into every one of them.
        pre(due !== undefined);
        expect(due).toBeGreaterThan(after);
        expect(blackoutAt(schedule, due)).toBeUndefined();
        // Nothing lies between: asked about any moment in between, the answer is the same.
        expect(nextDue(target, Math.max(after, due - back))).toBe(due);
        const before = [...duesBetween(target, after, due)].filter(({ blackout }) => blackout === undefined);
        expect(before.map((each) => each.at)).toEqual([due]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a cron expression', () => {
  it('is read in its time zone', () => {
    expect(
      dues(scheduled({ when: { cron: '0 9 * * MON-FRI' }, timeZone: 'Asia/Kathmandu' }), '2026-11-20T00:00:00Z', '2026-11-24T00:00:00Z'),
    ).toEqual(['2026-11-20T03:15:00.000Z', '2026-11-23T03:15:00.000Z']);
  });

  it('at a time that the clocks leave out comes right after the gap', () => {
    expect(
      dues(scheduled({ when: { cron: '30 2 * * *' }, timeZone: 'Europe/Berlin' }), '2026-03-28T00:00:00Z', '2026-03-31T00:00:00Z'),
    ).toEqual(['2026-03-28T01:30:00.000Z', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z']);
  });

  it('at a time that comes twice comes once; one for every hour comes in both', () => {
    expect(
      dues(scheduled({ when: { cron: '30 2 * * *' }, timeZone: 'Europe/Berlin' }), '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z'),
    ).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z']);
    expect(
      dues(scheduled({ when: { cron: '30 * * * *' }, timeZone: 'Europe/Berlin' }), '2026-10-25T00:00:00Z', '2026-10-25T03:00:00Z'),
    ).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-25T02:30:00.000Z']);
  });

  it('that never comes is never due', () => {
    const target = scheduled({ when: { cron: '0 0 30 2 *' } });
    expect([nextDue(target, 0), neverComes(target.schedule, 0), neverComes(scheduled({}).schedule, 0)]).toEqual([undefined, true, false]);
  });

  it.each([
    ['*/5 * * * *', undefined],
    ['0 */5 * * * *', undefined],
    ['0 0 1 1 * * 2030', 'it has 7 fields'],
    ['@daily', 'it has 1 fields'],
    ['* * * * *x', expect.any(String)],
  ])('%s: %s', (expression, problem) => {
    expect(cronProblem(expression)).toEqual(problem);
  });
});

describe('a blackout', () => {
  const nights = { from: '0 1 * * *', forMs: 2 * hour, reason: 'nights' };

  it('leaves out what falls into it, from its first moment to the one before its last', () => {
    const target = scheduled({ when: { cron: '0 * * * *' }, blackouts: [nights] });
    expect(dues(target, '2026-11-23T00:30:00Z', '2026-11-23T04:00:00Z')).toEqual([
      '2026-11-23T01:00:00.000Z nights',
      '2026-11-23T02:00:00.000Z nights',
      '2026-11-23T03:00:00.000Z',
      '2026-11-23T04:00:00.000Z',
    ]);
    expect(iso(nextDue(target, at('2026-11-23T00:30:00Z')))).toBe('2026-11-23T03:00:00.000Z');
  });

  it('that overlaps another ends with the later one', () => {
    const windows = { timeZone: 'UTC', blackouts: [nights, { from: '30 2 * * *', forMs: 3 * hour, reason: 'backups' }] };
    expect(blackoutAt(windows, at('2026-11-23T02:45:00Z'))).toEqual({
      from: at('2026-11-23T02:30:00Z'),
      to: at('2026-11-23T05:30:00Z'),
      reason: 'backups',
    });
    expect(
      blackoutsBetween(windows, at('2026-11-23T02:00:00Z'), at('2026-11-24T01:30:00Z')).map(({ from, reason }) => [iso(from), reason]),
    ).toEqual([
      ['2026-11-23T01:00:00.000Z', 'nights'],
      ['2026-11-23T02:30:00.000Z', 'backups'],
      ['2026-11-24T01:00:00.000Z', 'nights'],
    ]);
  });

  it('without a gap leaves nothing', () => {
    expect(nextDue(scheduled({ blackouts: [{ from: '* * * * *', forMs: 2 * minute, reason: 'always' }] }), 0)).toBeUndefined();
  });
});
