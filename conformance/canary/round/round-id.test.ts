import { describe, expect, it } from 'vitest';

import { resultId, roundId } from './round-id.ts';

const place = { target: 'gateway', location: 'here', dueAt: 1_795_000_000_000, reason: 'scheduled' } as const;

describe('the id of a round', () => {
  it('is the same for the same round, and another one for any other', () => {
    const others = [
      { ...place, target: 'other' },
      { ...place, location: 'there' },
      { ...place, dueAt: place.dueAt + 1 },
      { ...place, reason: 'confirmation' as const },
    ];
    const ids = [place, ...others].map((each) => roundId(each));
    expect(roundId({ ...place })).toBe(ids[0]);
    expect(new Set([...ids, roundId(place, 'by hand')]).size).toBe(6);
  });

  it('sorts by time, and its results within it', () => {
    const ids = [0, 1, 35, 36, 1e9, place.dueAt, place.dueAt + 1, 8.64e15].map((dueAt) => roundId({ ...place, dueAt }));
    expect([...ids].sort().slice(0, 7)).toEqual(ids.slice(0, 7));
    expect([resultId('r', 2), resultId('r', 10)].sort()).toEqual(['r-002', 'r-010']);
  });
});
