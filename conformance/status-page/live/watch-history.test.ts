import { describe, expect, it } from 'vitest';

import { virtualClock } from '../../canary/clock.ts';
import type { Round } from '../../history/records.ts';
import { watchHistory } from './watch-history.ts';

const round = (id: string, target: string): Round => ({
  id,
  target,
  location: 'here',
  reason: 'scheduled',
  dueAt: 0,
  startedAt: 0,
  endedAt: 0,
  outcome: 'complete',
  spent: { requests: 0, inputTokens: 0, outputTokens: 0, usd: 0 },
});

describe('watchHistory', () => {
  it('tells of rounds that come after it began, each once, in whatever order their ids are', async () => {
    const clock = virtualClock(0);
    const rounds = [round('5', 'old')];
    const told: string[] = [];
    const watch = watchHistory({ history: { rounds: async () => [...rounds] }, clock, onRound: (target) => told.push(target) });
    await clock.pass(1_000);
    rounds.unshift(round('7', 'a'));
    rounds.push(round('6', 'b'));
    await clock.pass(3_000);
    watch.stop();
    rounds.unshift(round('8', 'late'));
    await clock.pass(3_000);
    expect(told).toEqual(['a', 'b']);
    expect(clock.pending()).toBe(0);
  });

  it('goes on after the history could not be read', async () => {
    const clock = virtualClock(0);
    const rounds = [round('1', 'old')];
    let broken = false;
    const told: string[] = [];
    const history = {
      rounds: async () => {
        if (broken) throw new Error('gone');
        return [...rounds];
      },
    };
    const watch = watchHistory({ history, clock, onRound: (target) => told.push(target) });
    await clock.pass(1_000);
    broken = true;
    rounds.unshift(round('2', 'meanwhile'));
    await clock.pass(2_000);
    broken = false;
    await clock.pass(1_000);
    watch.stop();
    expect(told).toEqual(['meanwhile']);
  });
});
