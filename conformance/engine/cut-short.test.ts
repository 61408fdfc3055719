import { describe, expect, it } from 'vitest';

import { cutShortBy } from './cut-short.ts';

const room = { withinMs: 1_000, timeoutMs: 1_000, armIsOver: false };
const shorter = { ...room, timeoutMs: 5_000 };
const over = { ...room, armIsOver: true };

describe('who cuts a step short', () => {
  it('is nobody, where the step had all of its own time, or ended before', () => {
    expect(cutShortBy({ end: 'timeout', durationMs: 1_001 }, room)).toBeUndefined();
    expect(cutShortBy({ end: 'complete', durationMs: 999 }, shorter)).toBeUndefined();
    expect(cutShortBy({ end: 'reset', durationMs: 1_001 }, shorter)).toBeUndefined();
    expect(cutShortBy({ end: 'complete', durationMs: 5 }, over)).toBeUndefined();
    // Silent for ten seconds is silent, whoever was too impatient for more.
    expect(cutShortBy({ end: 'timeout', durationMs: 10_000 }, { ...over, withinMs: 60_000, timeoutMs: 60_000 })).toBeUndefined();
  });

  it('is the budget or the arm, where a request was given up early', () => {
    expect(cutShortBy({ end: 'timeout', durationMs: 1_001 }, shorter)).toBe('budget');
    expect(cutShortBy({ end: 'timeout', durationMs: 5 }, over)).toBe('arm');
  });

  it('shows in the time of an action, which ends well however little it saw', () => {
    const nothingCame = { kind: 'process', came: 'nothing' } as const;
    const cut = { end: 'complete', action: nothingCame } as const;
    expect(cutShortBy({ ...cut, durationMs: 1_000 }, shorter)).toBe('budget');
    expect(cutShortBy({ ...cut, durationMs: 999 }, shorter)).toBeUndefined();
    expect(cutShortBy({ ...cut, durationMs: 1_000 }, room)).toBeUndefined();
    expect(cutShortBy({ ...cut, durationMs: 5 }, over)).toBe('arm');
  });
});
