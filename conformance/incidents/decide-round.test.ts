import { describe, expect, it } from 'vitest';

import type { ScenarioState } from '../history/records.ts';
import { loadRules } from './rule.ts';
import { atFirst, eachMinute, eventsOf, play, playOne, scenarioOf, targetOf, thresholds, type Told } from './testing/played-rounds.ts';

const rules = await loadRules();
const one = 'area/one';
const target = targetOf([scenarioOf(one)]);
const minute = 60_000;

const healthAfter = (letters: string, changed: Parameters<typeof targetOf>[1] = {}): readonly string[] => {
  const tales = eachMinute(letters);
  const watched = targetOf([scenarioOf(one)], changed);
  return tales.map((_, index) => play(watched, rules, tales.slice(0, index + 1)).states[0]?.health ?? 'none');
};

const eventsAfter = (letters: string, changed: Parameters<typeof targetOf>[1] = {}): readonly string[] =>
  eventsOf(play(targetOf([scenarioOf(one)], changed), rules, eachMinute(letters)));

describe('health of a scenario', () => {
  it.each([
    ['pp', ['healthy', 'healthy']],
    ['pfp', ['healthy', 'degraded', 'degraded']],
    ['fpp', ['degraded', 'degraded', 'healthy']],
    ['ff', ['degraded', 'failing']],
    ['fpf', ['degraded', 'degraded', 'failing']],
    ['ffpp', ['degraded', 'failing', 'failing', 'healthy']],
    ['ffpfpp', ['degraded', 'failing', 'failing', 'failing', 'failing', 'healthy']],
    ['pw', ['healthy', 'degraded']],
    ['kkk', ['degraded', 'degraded', 'degraded']],
    ['ffkk', ['degraded', 'failing', 'failing', 'degraded']],
    ['i', ['unknown']],
    ['pi', ['healthy', 'healthy']],
    ['pii', ['healthy', 'healthy', 'unknown']],
    ['fiif', ['degraded', 'degraded', 'unknown', 'failing']],
    ['ffiip', ['degraded', 'failing', 'failing', 'unknown', 'failing']],
    ['ppu', ['healthy', 'healthy', 'healthy']],
    ['ppuu', ['healthy', 'healthy', 'healthy', 'unknown']],
    ['ppss', ['healthy', 'healthy', 'healthy', 'unknown']],
    ['pnnn', ['healthy', 'healthy', 'healthy', 'healthy']],
    ['fiiif', ['degraded', 'degraded', 'unknown', 'unknown', 'failing']],
  ])('%s', (letters, healths) => {
    expect(healthAfter(letters)).toEqual(healths);
  });

  it('needs failures of its own after a recovery', () => {
    expect(healthAfter('ffpf', { passes: 1 })).toEqual(['degraded', 'failing', 'healthy', 'degraded']);
  });

  it('does not fall with a pass, although thresholds were lowered', () => {
    const before = play(targetOf([scenarioOf(one)], { fails: 3 }), rules, eachMinute('ff'));
    const after = playOne(before, target, rules, { at: 3 * minute, results: { [one]: 'p' } });
    expect(after.states.map(({ health }) => health)).toEqual(['degraded']);
  });

  it('is asked again after the first failure, not once it is certain, and not after a pass', () => {
    const confirmAfter = (letters: string): number | undefined => play(target, rules, eachMinute(letters)).states[0]?.confirmAt;
    expect(['f', 'ff', 'fp', 'p', 'k'].map(confirmAfter)).toEqual([
      minute + thresholds.confirmAfterMs,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is written down whole', () => {
    const state: ScenarioState = {
      target: 'one',
      location: 'here',
      scenario: one,
      row: 3,
      health: 'failing',
      since: 3 * minute,
      lastAt: 3 * minute,
      recent: [
        { at: minute, verdict: 'pass', warned: false },
        { at: 2 * minute, verdict: 'fail', warned: false },
        { at: 3 * minute, verdict: 'fail', warned: false },
      ],
      changes: [3 * minute],
      flapping: false,
      unrecovered: true,
    };
    expect(play(target, rules, eachMinute('pff')).states).toEqual([state]);
  });

  it('becomes unknown when it has not been judged for too long, whatever else is', () => {
    const two = targetOf([scenarioOf(one), scenarioOf('area/two')], { staleAfterMs: 5 * minute });
    const played = play(two, rules, [...eachMinute('p'), ...eachMinute('pppppp', 'area/two', minute)]);
    expect(played.states.map(({ scenario, health }) => [scenario, health])).toEqual([
      [one, 'unknown'],
      ['area/two', 'healthy'],
    ]);
  });
});

describe('incidents of failing scenarios', () => {
  it.each([
    ['pfp', []],
    ['ff', ['2 opened failing area/one']],
    ['ffffff', ['2 opened failing area/one']],
    ['ffpp', ['2 opened failing area/one', '4 resolved failing area/one']],
    ['ffiipp', ['2 opened failing area/one', '6 resolved failing area/one']],
    ['kkkk', []],
    ['wwww', []],
    ['nnnn', []],
  ])('%s', (letters, events) => {
    expect(eventsAfter(letters)).toEqual(events);
  });

  it('tell first and last evidence, the page’s diagnosis, the fault and how often', () => {
    const evidence = (actual: string) => ({ checks: [{ id: 'a-check', level: 'must', actual }] }) as const;
    const diagnosis = { row: 3, symptom: 'a symptom', cause: 'a cause', check: 'a check', remediation: 'a remediation' };
    const failed = (actual: string) =>
      ['f', { diagnosis, evidence: evidence(actual), fault: { at: 'unknown', because: 'no direct' } }] as const;
    const certain = ['f', { diagnosis, evidence: evidence('c'), fault: { at: 'upstream', because: 'asked directly' } }] as const;
    const played = play(target, rules, [
      { at: 1, results: { [one]: failed('a') } },
      { at: 2, results: { [one]: failed('b') } },
      { at: 3, results: { [one]: certain } },
      { at: 4, results: { [one]: failed('d') } },
    ]);
    expect(played.incidents).toEqual([
      {
        id: expect.stringMatching(/^000000002-[0-9a-f]{16}$/),
        target: 'one',
        scenario: one,
        row: 3,
        rule: 'failing',
        severity: 'critical',
        title: 'title of area/one',
        openedAt: 2,
        locations: ['here'],
        diagnosis,
        fault: { at: 'upstream', because: 'asked directly' },
        firstResult: '2@here/area/one',
        lastResult: '4@here/area/one',
        firstEvidence: evidence('b'),
        lastEvidence: evidence('d'),
        lastAt: 4,
        results: 3,
      },
    ]);
  });

  it('do not claim the row of a failure that the engine did not name, until it does', () => {
    const checks = ['one', 'two', 'three', 'four'].map((id) => ({ id: `${id}-holds`, level: 'must', actual: '401' }) as const);
    const other = ['f', { evidence: { checks: [{ id: 'a-hint', level: 'should' }, ...checks] } }] as const;
    const diagnosis = { row: 3, symptom: 'a symptom', cause: 'a cause', check: 'a check', remediation: 'a remediation' };
    const tales = [other, other, ['f', { diagnosis }] as const, other].map((result, index) => ({
      at: index + 1,
      results: { [one]: result },
    }));
    const told = [2, 3, 4].map((rounds) =>
      play(target, rules, tales.slice(0, rounds)).incidents.map(({ title, diagnosis: page }) => [title, page?.symptom]),
    );
    expect(told).toEqual([
      [
        [
          'Fails otherwise than row 3 describes (one-holds, two-holds, three-holds, and 1 more)',
          'area/one fails, and in another way than row 3 describes.',
        ],
      ],
      [['title of area/one', 'a symptom']],
      [['title of area/one', 'a symptom']],
    ]);
  });

  it('stay open while the scenario comes and goes, until it has been steady as long', () => {
    const flap = { changes: 3, withinMs: 10 * minute };
    expect(eventsAfter('ffppffppffpp', { flap })).toEqual([
      '2 opened failing area/one',
      '4 resolved failing area/one',
      '6 opened failing area/one',
    ]);
    expect(eventsAfter(`ffppffppffpp${'p'.repeat(10)}`, { flap })).toEqual([
      '2 opened failing area/one',
      '4 resolved failing area/one',
      '6 opened failing area/one',
      '22 resolved failing area/one',
    ]);
  });

  it('close as usual as long as it comes and goes no more often than that', () => {
    expect(eventsAfter('ffppffpp', { flap: { changes: 4, withinMs: 10 * minute } }).at(-1)).toBe('8 resolved failing area/one');
  });

  it('open when enough locations see it, and close when none does', () => {
    const two = targetOf([scenarioOf(one)], { locations: 2 });
    const at = (time: number, location: string, letter: 'p' | 'f'): Told => ({ at: time * minute, location, results: { [one]: letter } });
    const played = play(two, rules, [
      at(1, 'a', 'f'),
      at(2, 'a', 'f'),
      at(3, 'b', 'f'),
      at(4, 'b', 'f'),
      at(5, 'a', 'p'),
      at(6, 'a', 'p'),
      at(7, 'b', 'p'),
      at(8, 'b', 'p'),
    ]);
    expect(eventsOf(played)).toEqual(['4 opened failing area/one', '8 resolved failing area/one']);
    expect(played.events.map(({ incident }) => incident.locations)).toEqual([['a', 'b'], ['b']]);
  });

  it('are not held open by a location that has been silent for too long', () => {
    const watched = targetOf([scenarioOf(one)], { staleAfterMs: 10 * minute });
    const both = [...eachMinute('ff', one, 0, 'gone'), ...eachMinute('ffpp', one, 2 * minute, 'here')];
    expect(eventsOf(play(watched, rules, both))).toEqual(['2 opened failing area/one']);
    expect(eventsOf(play(watched, rules, [...both, ...eachMinute('p', one, 14 * minute)]))).toEqual([
      '2 opened failing area/one',
      '15 resolved failing area/one',
    ]);
  });

  it('close when the rule is switched off or the scenario is no longer asked', () => {
    const failing = play(target, rules, eachMinute('ff'));
    const off = targetOf([scenarioOf(one)], { rules: { failing: { off: true } } });
    expect(eventsOf({ events: playOne(failing, off, rules, { at: 3 * minute, results: { [one]: 'f' } }).last.events })).toEqual([
      '3 resolved failing area/one',
    ]);
    const other = targetOf([scenarioOf('area/two')]);
    expect(eventsOf({ events: playOne(failing, other, rules, { at: 3 * minute, results: { 'area/two': 'p' } }).last.events })).toEqual([
      '3 resolved failing area/one',
    ]);
  });

  it('have the severity of the configuration', () => {
    const mild = targetOf([scenarioOf(one)], { rules: { failing: { severity: 'warning' } } });
    expect(play(mild, rules, eachMinute('ff')).incidents.map(({ severity }) => severity)).toEqual(['warning']);
  });
});

describe('rounds that say nothing', () => {
  const failing = play(target, rules, eachMinute('ff'));
  const nothing = { states: [], incidents: [], events: [] };

  it.each(['paused', 'blackout', 'harm', 'shutdown', 'overdue', 'error'] as const)('not run for %s', (cause) => {
    expect(playOne(failing, target, rules, { at: 3 * minute, round: { outcome: 'not-run', cause } }).last).toEqual(nothing);
  });

  it('offline: not even what it has of results, and a line for the log', () => {
    const tale: Told = {
      at: 3 * minute,
      round: { outcome: 'stopped', cause: 'offline', note: 'none of 2 answers' },
      results: { [one]: 'u' },
    };
    expect(playOne(failing, target, rules, tale).last).toEqual({
      ...nothing,
      notes: ['the canary at here is offline, so nothing is known of one: none of 2 answers'],
    });
  });

  it('handed in twice, at once or later', () => {
    const again: Told = { at: 2 * minute, results: { [one]: 'f' } };
    expect(playOne(failing, target, rules, again).last).toEqual(nothing);
    expect(playOne(play(target, rules, eachMinute('fff')), target, rules, again).last).toEqual(nothing);
  });

  it('stopped, but not before a verdict: that one counts', () => {
    const tale: Told = { at: 2 * minute, round: { outcome: 'stopped', cause: 'shutdown' }, results: { [one]: 'f' } };
    expect(eventsOf(playOne(play(target, rules, eachMinute('f')), target, rules, tale))).toEqual(['2 opened failing area/one']);
    expect(atFirst.events).toEqual([]);
  });
});
