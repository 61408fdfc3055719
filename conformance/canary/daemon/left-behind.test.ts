import { describe, expect, it } from 'vitest';

import type { Incident } from '../../history/records.ts';
import type { HistoryStore } from '../../history/store.ts';
import { incidentAt } from '../../history/testing/records.ts';
import { virtualClock } from '../clock.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { tellLeftBehind, type LeftBehind } from './left-behind.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const start = 20_000 * dayMs;
const open = (target: string, lastRound = start): Incident => ({ ...incidentAt(lastRound), target });

/** A history in which `lastAt` of an incident is when its target was asked last. */
const leftBehind = (incidents: readonly Incident[], names: readonly string[]) => {
  let [left, watched, away] = [incidents, names, false];
  const lines: string[] = [];
  const clock = virtualClock(start);
  const ending = new AbortController();
  const asked: Parameters<HistoryStore['closeLeft']>[0][] = [];
  const canary: LeftBehind = {
    store: {
      incidents: (query) => Promise.resolve(query?.open === true ? left : []),
      closeLeft: (query) => {
        if (away) return Promise.reject(new Error('away'));
        asked.push(query);
        const closed = left.filter(({ target, lastAt }) => !query.watched.includes(target) && lastAt < query.silentSince);
        left = left.filter((each) => !closed.includes(each));
        return Promise.resolve(closed);
      },
    },
    plan: () => ({ targets: watched.map((name) => ({ name }) as CanaryTarget) }),
    rounds: { clock, ending: ending.signal },
    tell: (line) => void lines.push(line),
  };
  return {
    canary,
    clock,
    lines,
    asked,
    end: () => ending.abort(),
    goAway: (gone: boolean) => (away = gone),
    watch: (...now: readonly string[]) => (watched = now),
  };
};

const stillOpen = (names: string): string =>
  `history: incidents are open of targets that are not in this configuration (${names}); they are closed when nobody has asked them for a day, or for three times as long as usual`;
const closed = (names: string): string => `history: incidents of targets that nobody has asked for a day are closed (${names})`;

describe('incidents of targets that are no longer in the configuration', () => {
  it('are named once for each target, and no others', async () => {
    const { canary, lines } = leftBehind([open('old'), open('kept'), open('gone'), open('old')], ['kept']);
    await tellLeftBehind(canary);
    expect(lines).toEqual([stillOpen('gone, old')]);
  });

  it('are not spoken of where there are none', async () => {
    const { canary, lines, clock } = leftBehind([open('kept', 0)], ['kept', 'other']);
    await tellLeftBehind(canary);
    expect([lines, clock.pending()]).toEqual([[], 0]);
  });

  it('are cut to a few names', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `t${String(index).padStart(2, '0')}`);
    const { canary, lines } = leftBehind(
      names.map((name) => open(name)),
      [],
    );
    await tellLeftBehind(canary);
    expect(lines).toEqual([stillOpen('t00, t01, t02, t03, t04, t05, t06, t07, t08, t09 and 2 more')]);
  });

  it('are closed at once where nobody has asked the target for a day, and otherwise when a day has passed', async () => {
    const { canary, lines, clock, asked } = leftBehind([open('kept', 0), open('old', start - 2 * dayMs), open('new')], ['kept']);
    await tellLeftBehind(canary);
    expect(lines).toEqual([closed('old'), stillOpen('new')]);
    expect(asked).toEqual([{ watched: ['kept'], silentSince: start - dayMs, now: start }]);
    await clock.pass(dayMs);
    expect(lines).toHaveLength(2);
    await clock.pass(hourMs);
    expect([lines.slice(2), clock.pending()]).toEqual([[closed('new')], 0]);
  });

  it('are looked at with the configuration of the time, by one alarm however often it was read, also after the history was away', async () => {
    const { canary, lines, clock, asked, goAway, watch } = leftBehind([open('one'), open('two')], []);
    await tellLeftBehind(canary);
    await tellLeftBehind(canary);
    watch('one');
    expect(clock.pending()).toBe(1);
    goAway(true);
    await clock.pass(dayMs);
    goAway(false);
    await clock.pass(hourMs);
    expect(asked.map(({ watched }) => watched)).toEqual([[], [], ['one']]);
    expect(lines.slice(2)).toEqual([closed('two')]);
  });

  it('are not looked at any more when the canary ends', async () => {
    const { canary, clock, end } = leftBehind([open('one')], []);
    await tellLeftBehind(canary);
    end();
    expect(clock.pending()).toBe(0);
    await tellLeftBehind(canary);
    expect(clock.pending()).toBe(0);
  });
});
