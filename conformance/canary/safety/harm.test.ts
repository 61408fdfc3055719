import { describe, expect, it } from 'vitest';

import { isResting, readRest, restAfter, watchForHarm, type Harm } from './harm.ts';

const answered = (status: number, retryAfter?: string) => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  end: 'complete' as const,
});

const harmOf = (answers: number, all: readonly ReturnType<typeof answered>[], now = 0): Harm | undefined => {
  const watch = watchForHarm({ answers });
  all.forEach((each) => watch.saw(each, now));
  return watch.harm();
};

describe('the watch for harm', () => {
  it('wants so many answers in a row', () => {
    expect(
      harmOf(
        3,
        [500, 429, 503].map((status) => answered(status)),
      ),
    ).toEqual({
      because: '3 answers in a row were 429 or 5xx, the last one 503',
    });
    expect(
      harmOf(
        3,
        [500, 200, 503, 429].map((status) => answered(status)),
      ),
    ).toBeUndefined();
    expect(harmOf(1, [answered(0), answered(404)])).toBeUndefined();
  });

  it('counts past exchanges without an answer', () => {
    expect(harmOf(2, [answered(500), answered(0), answered(500)])?.because).toMatch(/^2 answers/);
  });

  it.each([
    ['30', 30_000],
    ['Thu, 01 Jan 1970 00:01:40 GMT', 90_000],
    ['Wed, 31 Dec 1969 00:00:00 GMT', 0],
  ])('takes one that asks to be left alone: %s', (header, retryAfterMs) => {
    expect(harmOf(9, [answered(503, header)], 10_000)?.retryAfterMs).toBe(retryAfterMs);
  });

  it('does not take words for a time, nor a time on an answer that is well', () => {
    expect(harmOf(9, [answered(503, 'soon')])).toBeUndefined();
    expect(harmOf(9, [answered(200, '30')])).toBeUndefined();
  });
});

describe('the rest after harm', () => {
  const bounds = { backOffMs: 100, backOffAtMostMs: 1_000 };
  const times = (count: number) => ({ until: 0, times: count, because: '' });

  it('doubles each time, up to the bound', () => {
    const lasts = [undefined, times(1), times(2), times(3), times(4), times(400)].map(
      (earlier) => restAfter({ because: 'x' }, earlier, bounds, 5).until - 5,
    );
    expect(lasts).toEqual([100, 200, 400, 800, 1_000, 1_000]);
  });

  it('is at least what was asked for, and at most the bound', () => {
    const asked = [50, 700, 99_000].map((retryAfterMs) => restAfter({ because: 'x', retryAfterMs }, undefined, bounds, 0).until);
    expect(asked).toEqual([100, 700, 1_000]);
  });

  it('lasts until its end, and not for ever where the clock was ahead when it began', () => {
    const resting = [4, 5, 6, 2_005, 2_006].map((until) => isResting({ until, times: 1, because: 'x' }, bounds, 5));
    expect(resting).toEqual([false, false, true, true, false]);
  });

  it('is read back, and what is broken is no rest', () => {
    const rest = { until: 7, times: 1, because: 'x' };
    expect([readRest(JSON.stringify(rest)), readRest('{'), readRest('{"until":"never"}'), readRest(undefined)]).toEqual([
      rest,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
