import { describe, expect, it } from 'vitest';

import type { ProbeResult } from '../history/records.ts';
import type { Learned } from './learned.ts';
import { loadRules } from './rule.ts';
import { eachMinute, eventsOf, play, scenarioOf, targetOf, type Told } from './testing/played-rounds.ts';

const rules = await loadRules();
const minute = 60_000;
const hour = 60 * minute;

const checks = (...all: readonly { readonly id: string; readonly level?: 'must' | 'should'; readonly actual?: string }[]) => ({
  evidence: { checks: all.map(({ level = 'must', ...check }) => ({ level, ...check })) },
});

const told = (scenario: string, results: readonly (readonly ['p' | 'f' | 'w', Partial<ProbeResult>])[]): readonly Told[] =>
  results.map((result, index) => ({ at: (index + 1) * minute, results: { [scenario]: result } }));

it('the rules that ship, in the order in which they may claim a scenario', () => {
  expect(rules.map(({ id, family }) => [id, family?.place])).toEqual([
    ['budget-exhausted', undefined],
    ['canary-offline', undefined],
    ['first-byte', undefined],
    ['latency', undefined],
    ['unknown-too-long', undefined],
    ['unreachable', undefined],
    ['spark-repeatedly-refused', 1],
    ['thinking-differs-from-intent', 1],
    ['failing', 2],
  ]);
});

describe('spark-repeatedly-refused', () => {
  const spark = 'availability/spark-needs-a-tier';
  const target = targetOf([scenarioOf(spark, 8), scenarioOf('availability/other', 7)]);
  const answered = (actual: string) => ['f', checks({ id: 'a-refused-model-falls-back', actual })] as const;
  const plan = '400 application/json: {"detail":"The \'gpt-5.3-codex-spark\' model is not supported"}';

  it.each([
    ['400', plan],
    ['404', '404 application/json: {"error":{"code":"model_not_found"}}'],
    ['a credential that rests', '503 application/json: {"error":{"message":"auth_unavailable: no auth available"}}'],
  ])('takes repeated %s instead of the general rule', (_, actual) => {
    const played = play(
      target,
      rules,
      told(spark, [['p', {}], answered(actual), answered(actual), answered(actual), ['p', {}], ['p', {}]]),
    );
    expect(eventsOf(played)).toEqual([`3 opened spark-repeatedly-refused ${spark}`, `6 resolved spark-repeatedly-refused ${spark}`]);
    expect(played.events.map(({ incident: { severity, results } }) => [severity, results])).toEqual([
      ['critical', 1],
      ['critical', 2],
    ]);
  });

  it('is a warning where some accounts have the model', () => {
    const played = play(target, rules, told(spark, [answered(plan), ['p', {}], answered(plan)]));
    expect(played.incidents.map(({ rule, severity }) => [rule, severity])).toEqual([['spark-repeatedly-refused', 'warning']]);
  });

  it('leaves other failures of the scenario, and refusals in other rows, to the general rule', () => {
    const down = answered('502 text/html: Bad Gateway after 14000 ms');
    expect(eventsOf(play(target, rules, told(spark, [down, down])))).toEqual([`2 opened failing ${spark}`]);
    expect(eventsOf(play(target, rules, told('availability/other', [answered(plan), answered(plan)])))).toEqual([
      '2 opened failing availability/other',
    ]);
  });

  it('does not take what the general rule has, and the general rule not what it has', () => {
    const down = answered('502 text/html: Bad Gateway');
    expect(eventsOf(play(target, rules, told(spark, [down, down, answered(plan), answered(plan)])))).toEqual([`2 opened failing ${spark}`]);
    expect(eventsOf(play(target, rules, told(spark, [answered(plan), answered(plan), down, down])))).toEqual([
      `2 opened spark-repeatedly-refused ${spark}`,
    ]);
  });

  it('switched off, leaves the scenario to the general rule', () => {
    const off = targetOf([scenarioOf(spark, 8)], { rules: { 'spark-repeatedly-refused': { off: true } } });
    expect(eventsOf(play(off, rules, told(spark, [answered(plan), answered(plan)])))).toEqual([`2 opened failing ${spark}`]);
  });
});

describe('thinking-differs-from-intent', () => {
  const effort = 'reasoning/effort-lost';
  const target = targetOf([scenarioOf(effort, 12)]);
  const dropped = ['f', checks({ id: 'an-invented-level-is-refused', actual: '200' })] as const;
  const shorter = ['w', { warned: true, ...checks({ id: 'more-effort-thinks-longer', level: 'should', actual: '12' }) }] as const;
  const unnamed = ['w', { warned: true, ...checks({ id: 'the-refusal-names-the-level', level: 'should' }) }] as const;
  const unanswered = ['f', checks({ id: 'an-amount-is-answered', actual: '500' })] as const;
  const fine = ['p', {}] as const;

  it.each([
    ['an amount that is dropped', [dropped, dropped], ['2 opened critical']],
    ['more effort that thinks no longer, although no must fails', [shorter, fine, shorter], ['3 opened warning']],
    ['a single time', [shorter, fine, fine, shorter, fine], []],
    ['its end', [shorter, shorter, fine, fine], ['2 opened warning', '4 resolved warning']],
    ['a warning that becomes a failure', [shorter, shorter, dropped, dropped, fine, fine], ['2 opened warning', '6 resolved warning']],
    ['the wording of a refusal', [unnamed, unnamed, unnamed], []],
  ])('%s', (_, results, events) => {
    const played = play(target, rules, told(effort, results));
    expect(played.events.map(({ at, kind, incident }) => `${at / minute} ${kind} ${incident.severity}`)).toEqual(events);
    expect(new Set(played.incidents.map(({ rule }) => rule))).toEqual(new Set(events.length === 0 ? [] : ['thinking-differs-from-intent']));
  });

  it('leaves questions that are not answered to the general rule', () => {
    expect(eventsOf(play(target, rules, told(effort, [unanswered, unanswered])))).toEqual([`2 opened failing ${effort}`]);
  });
});

describe('unreachable', () => {
  const names = ['area/a', 'area/b', 'area/c'];
  const target = targetOf(names.map((name) => scenarioOf(name)));
  const all = (at: number, letter: 'p' | 'u' | 's' | 'i', location = 'here'): Told => ({
    at: at * minute,
    location,
    results: Object.fromEntries(names.map((name) => [name, letter])),
  });

  it.each(['u', 's'] as const)('opens once for all scenarios (%s), and closes with contact', (lost) => {
    const played = play(target, rules, [all(1, 'p'), all(2, lost), all(3, lost), all(4, lost), all(5, 'p'), all(6, 'p')]);
    expect(eventsOf(played)).toEqual(['3 opened unreachable *', '6 resolved unreachable *']);
    expect(played.incidents.map(({ results, severity, row }) => [results, severity, row])).toEqual([[2, 'critical', 'startup']]);
  });

  it('is said of connections that end before an answer, where nothing else was judged', () => {
    const network = { fault: { at: 'network', because: 'the connection ended as reset before a status line' } } as const;
    const reset = (at: number, other: 'i' | 'p'): Told => ({ at: at * minute, results: { 'area/a': ['f', network], 'area/b': other } });
    expect(eventsOf(play(target, rules, [reset(1, 'i'), reset(2, 'i')]))).toEqual(['2 opened unreachable *']);
    expect(eventsOf(play(target, rules, [reset(1, 'p'), reset(2, 'p')]))).toEqual(['2 opened failing area/a']);
  });

  it('asks again with one question, and makes all of the target unknown when it is certain', () => {
    const once = play(target, rules, [all(1, 'p'), all(2, 'u')]);
    expect(once.states.map(({ scenario, confirmAt }) => [scenario, confirmAt])).toEqual([
      ['area/a', 2 * minute + 30_000],
      ['area/b', undefined],
      ['area/c', undefined],
    ]);
    const again: Told = { at: 2 * minute + 30_000, results: { 'area/a': 'u' } };
    const twice = play(target, rules, [all(1, 'p'), all(2, 'u'), again]);
    expect(twice.states.map(({ health }) => health)).toEqual(['unknown', 'unknown', 'unknown']);
    expect(eventsOf(twice)).toEqual(['2.5 opened unreachable *']);
  });

  it('is not said of a round in which something was judged', () => {
    const some = (at: number): Told => ({ at: at * minute, results: { 'area/a': 'u', 'area/b': 'p', 'area/c': 'p' } });
    expect(eventsOf(play(target, rules, [some(1), some(2), some(3)]))).toEqual([]);
    expect(eventsOf(play(target, rules, [some(1), all(2, 'u')]))).toEqual([]);
  });

  it('needs losses of its own after a contact', () => {
    expect(eventsOf(play(target, rules, [all(1, 'u'), all(2, 'u'), all(3, 'p'), all(4, 'p'), all(5, 'u'), all(6, 'p')]))).toEqual([
      '2 opened unreachable *',
      '4 resolved unreachable *',
    ]);
  });

  it('keeps the incidents of scenarios as they are', () => {
    const played = play(target, rules, [...eachMinute('ff', 'area/a'), all(3, 'u'), all(4, 'u'), all(5, 'p'), all(6, 'p')]);
    expect(eventsOf(played)).toEqual([
      '2 opened failing area/a',
      '4 opened unreachable *',
      '6 resolved unreachable *',
      '6 resolved failing area/a',
    ]);
  });

  it('does not count what nothing reached as a failure of a scenario', () => {
    const network = { fault: { at: 'network', because: 'the connection ended as reset before a status line' } } as const;
    const played = play(target, rules, [...eachMinute('ff', 'area/a'), { at: 3 * minute, results: { 'area/a': ['f', network] } }]);
    expect(played.incidents.map(({ rule, results }) => [rule, results])).toEqual([['failing', 1]]);
  });

  it('from enough locations', () => {
    const two = targetOf(
      names.map((name) => scenarioOf(name)),
      { locations: 2 },
    );
    const here = [all(1, 'u', 'a'), all(2, 'u', 'a'), all(3, 'u', 'a')];
    expect(eventsOf(play(two, rules, here))).toEqual([]);
    const both = play(two, rules, [...here, all(4, 'u', 'b'), all(5, 'u', 'b'), all(6, 'p', 'b'), all(7, 'p', 'b'), all(8, 'u', 'a')]);
    expect(eventsOf(both)).toEqual(['5 opened unreachable *']);
    expect(both.incidents.map(({ locations }) => locations)).toEqual([['a']]);
  });
});

describe('latency and first-byte', () => {
  const slow = 'area/slow';
  const target = targetOf([scenarioOf(slow)]);
  const taking = (at: number, totalMs: number, about: Learned, firstByteMs?: number): Told => ({
    at: at * minute,
    results: { [slow]: ['p', { totalMs, ...(firstByteMs !== undefined && { firstByteMs }) }] },
    learned: about,
  });
  const after = (lasts: readonly number[]): Learned =>
    new Map([[slow, { samples: 9, totalMs: 100, last: lasts.map((totalMs, at) => ({ at, totalMs })) }]]);

  it('opens on the median of the last ones, not on one that is slow', () => {
    expect(eventsOf(play(target, rules, [taking(1, 9000, after([100, 100]))]))).toEqual([]);
    const played = play(target, rules, [taking(1, 220, after([100, 230]))]);
    expect(eventsOf(played)).toEqual([`1 opened latency ${slow}`]);
    expect(played.incidents.map(({ title, severity }) => [title, severity])).toEqual([
      ['An answer takes 220 ms and usually 100 ms', 'warning'],
    ]);
    expect(played.states.map(({ health }) => health)).toEqual(['degraded']);
  });

  it('stays open around the limit, and closes half-way back', () => {
    const opened = taking(1, 300, after([300, 300]));
    const around = play(target, rules, [opened, taking(2, 160, after([160, 160]))]);
    expect([eventsOf(around), around.states[0]?.health]).toEqual([[`1 opened latency ${slow}`], 'degraded']);
    const back = play(target, rules, [opened, taking(2, 150, after([150, 150]))]);
    expect([eventsOf(back), back.states[0]?.health]).toEqual([[`1 opened latency ${slow}`, `2 resolved latency ${slow}`], 'healthy']);
  });

  it('needs the factor and the distance, and enough to have learned from', () => {
    const usual = (totalMs: number, samples = 5): Learned =>
      new Map([
        [
          slow,
          {
            samples,
            totalMs,
            last: [
              { at: 0, totalMs: 1000 },
              { at: 1, totalMs: 1000 },
            ],
          },
        ],
      ]);
    expect(eventsOf(play(target, rules, [taking(1, 1000, usual(501))]))).toEqual([]);
    expect(eventsOf(play(target, rules, [taking(1, 1000, usual(500))]))).toEqual([`1 opened latency ${slow}`]);
    expect(eventsOf(play(target, rules, [taking(1, 1000, usual(500, 4))]))).toEqual([]);
    const short = new Map([
      [
        slow,
        {
          samples: 9,
          totalMs: 1,
          last: [
            { at: 0, totalMs: 90 },
            { at: 1, totalMs: 90 },
          ],
        },
      ],
    ]);
    expect(eventsOf(play(target, rules, [taking(1, 90, short)]))).toEqual([]);
  });

  it('is told of the first byte alone', () => {
    const usual: Learned = new Map([
      [
        slow,
        {
          samples: 9,
          totalMs: 900,
          firstByteMs: 20,
          last: [
            { at: 0, totalMs: 900, firstByteMs: 800 },
            { at: 1, totalMs: 900, firstByteMs: 800 },
          ],
        },
      ],
    ]);
    expect(eventsOf(play(target, rules, [taking(1, 900, usual, 800)]))).toEqual([`1 opened first-byte ${slow}`]);
  });

  it('ends when nothing of the time before is left to compare with', () => {
    const opened = taking(1, 300, after([300, 300]));
    const week = 7 * 24 * hour;
    const nothing: Learned = new Map([[slow, { samples: 0, last: [] }]]);
    const at = (time: number): Told => ({ at: time, results: { [slow]: ['p', { totalMs: 300 }] }, learned: nothing });
    expect(eventsOf(play(target, rules, [opened, at(week)]))).toEqual([`1 opened latency ${slow}`]);
    expect(eventsOf(play(target, rules, [opened, at(week + 2 * minute)])).at(-1)).toBe(`${week / minute + 2} resolved latency ${slow}`);
  });
});

describe('unknown-too-long', () => {
  const target = targetOf([scenarioOf('area/a', 5), scenarioOf('area/b')], { staleAfterMs: 5 * minute });

  it('opens one incident for all of a target’s scenarios, and closes when each has a verdict', () => {
    const both = (at: number, a: 'i' | 'p', b: 'i' | 'p'): Told => ({ at: at * minute, results: { 'area/a': a, 'area/b': b } });
    const played = play(target, rules, [both(1, 'i', 'p'), both(6, 'i', 'i'), both(7, 'i', 'p'), both(8, 'i', 'i'), both(9, 'p', 'p')]);
    expect(eventsOf(played)).toEqual(['7 opened unknown-too-long *', '9 resolved unknown-too-long *']);
    expect(played.incidents.map(({ title, row, results }) => [title, row, results])).toEqual([['No verdict for too long: area/a', 5, 2]]);
  });

  it('is silent while the target cannot be reached', () => {
    expect(eventsOf(play(target, rules, eachMinute('puuuuuuu', 'area/a')))).toEqual(['3 opened unreachable *']);
  });
});

describe('budget-exhausted', () => {
  const target = targetOf([scenarioOf('area/a')]);
  const spent = (at: number): Told => ({ at, round: { outcome: 'not-run', cause: 'budget', note: 'the hour’s 60 requests are spent' } });

  it('opens with the first round that had to stop, changes no state, and ends an hour later with a complete round', () => {
    const tales: readonly Told[] = [
      ...eachMinute('p', 'area/a'),
      spent(2 * minute),
      spent(3 * minute),
      ...eachMinute('p', 'area/a', 10 * minute),
      ...eachMinute('p', 'area/a', hour + minute),
    ];
    const played = play(target, rules, tales);
    expect(eventsOf(played)).toEqual(['2 opened budget-exhausted *', '62 resolved budget-exhausted *']);
    expect(played.incidents.map(({ fault, severity }) => [fault, severity])).toEqual([
      [{ at: 'harness', because: 'the hour’s 60 requests are spent' }, 'warning'],
    ]);
    const old = targetOf([scenarioOf('area/a')], { staleAfterMs: minute });
    expect(eventsOf(play(old, rules, [...eachMinute('p', 'area/a'), spent(hour)]))).toEqual(['60 opened budget-exhausted *']);
    expect(play(target, rules, tales.slice(0, 3)).states).toEqual(play(target, rules, tales.slice(0, 1)).states);
  });
});
