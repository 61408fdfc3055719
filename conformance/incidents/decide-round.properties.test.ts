import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Thresholds } from '../canary/config/canary-plan.ts';
import type { AlertEvent, ScenarioState } from '../history/records.ts';
import { loadRules } from './rule.ts';
import {
  atFirst,
  eachMinute,
  knownOf,
  play,
  playOne,
  scenarioOf,
  targetOf,
  type Letter,
  type Played,
  type Told,
} from './testing/played-rounds.ts';

const rules = await loadRules();
const minute = 60_000;
const scenarios = ['area/a', 'area/b', 'reasoning/c', 'availability/d'] as const;
const rows = { 'area/a': 3, 'area/b': 5, 'reasoning/c': 12, 'availability/d': 8 } as const;
const locations = ['x', 'y', 'z'] as const;

const letter = fc.constantFrom<Letter>('p', 'p', 'f', 'f', 'w', 'k', 'u', 's', 'i', 'n');
const aboutRow = {
  f: { evidence: { checks: [{ id: 'an-invented-level-is-refused', level: 'must', actual: '400 refused' }] } },
  w: { warned: true, evidence: { checks: [{ id: 'more-effort-thinks-longer', level: 'should', actual: '3' }] } },
} as const;

const resultArb = letter.map((each) => (each === 'f' || each === 'w' ? ([each, aboutRow[each]] as const) : each));
const resultsArb = fc.dictionary(fc.constantFrom(...scenarios), resultArb, { maxKeys: scenarios.length, noNullPrototype: true });
const roundArb = fc.oneof(
  { weight: 9, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { outcome: 'not-run', cause: 'budget' } as const,
      { outcome: 'not-run', cause: 'paused' } as const,
      { cause: 'offline' } as const,
    ),
  },
);
const taleArb = (at: number) =>
  fc
    .record({ location: fc.constantFrom(...locations), results: resultsArb, round: roundArb })
    .map((tale): Told => ({ at: at * minute, ...tale }));
const talesArb = fc
  .integer({ min: 1, max: 40 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => taleArb(index + 1))));

const thresholdsArb: fc.Arbitrary<Partial<Thresholds>> = fc
  .record({
    fails: fc.integer({ min: 1, max: 3 }),
    more: fc.integer({ min: 0, max: 2 }),
    passes: fc.integer({ min: 1, max: 3 }),
    locations: fc.integer({ min: 1, max: 2 }),
  })
  .map(({ fails, more, ...rest }) => ({ fails, of: fails + more, ...rest }));

const targetWith = (changed: Partial<Thresholds>) =>
  targetOf(
    scenarios.map((id) => scenarioOf(id, rows[id])),
    changed,
  );

const subjectOf = ({ incident: { scenario, rule } }: AlertEvent): string => `${rule} ${scenario}`;

/** Which rule of the verdict family has a scenario depends on whose evidence came first. */
const openSubjects = (played: Played): readonly string[] =>
  knownOf(played)
    .open.map(({ rule, scenario, locations: seen }) => `${rule === 'unreachable' ? rule : 'verdict'} ${scenario} ${seen.join()}`)
    .sort();

const sortedStates = ({ states }: Played): readonly ScenarioState[] =>
  [...states].sort((a, b) => (`${a.location} ${a.scenario}` < `${b.location} ${b.scenario}` ? -1 : 1));

describe('whatever comes', () => {
  it('opened and resolved take turns, and nothing is open twice', () => {
    fc.assert(
      fc.property(talesArb, thresholdsArb, (tales, changed) => {
        const played = play(targetWith(changed), rules, tales);
        const kinds = new Map<string, string[]>();
        for (const event of played.events) kinds.set(subjectOf(event), [...(kinds.get(subjectOf(event)) ?? []), event.kind]);
        for (const [, all] of kinds) expect(all).toEqual(all.map((_, index) => (index % 2 === 0 ? 'opened' : 'resolved')));
        const open = knownOf(played).open.map(({ rule, scenario }) => `${rule} ${scenario}`);
        expect(open).toEqual([...new Set(open)]);
        const verdicts = knownOf(played).open.filter(({ rule }) =>
          ['failing', 'spark-repeatedly-refused', 'thinking-differs-from-intent'].includes(rule),
        );
        expect(verdicts.map(({ scenario }) => scenario)).toEqual([...new Set(verdicts.map(({ scenario }) => scenario))]);
      }),
    );
  });

  it('a round that is handed in twice changes nothing the second time', () => {
    fc.assert(
      fc.property(talesArb, thresholdsArb, (tales, changed) => {
        const target = targetWith(changed);
        tales.reduce((before, tale) => {
          const after = playOne(before, target, rules, tale);
          const { states, incidents, events } = playOne(after, target, rules, tale).last;
          expect({ states, incidents, events }).toEqual({ states: [], incidents: [], events: [] });
          return after;
        }, atFirst);
      }),
    );
  });

  it('rounds of one moment may come in any order of their locations', () => {
    const ticks = fc.array(fc.tuple(resultsArb, resultsArb, resultsArb), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        ticks,
        thresholdsArb,
        fc.infiniteStream(fc.shuffledSubarray([0, 1, 2] as const, { minLength: 3 })),
        (all, changed, orders) => {
          const target = targetWith({ ...changed, locations: 1 });
          const tick = (results: (typeof all)[number], at: number, order: readonly number[]): readonly Told[] =>
            order.map((place) => ({ at: at * minute, location: locations[place] ?? 'x', results: results[place] ?? {} }));
          const straight = play(
            target,
            rules,
            all.flatMap((results, at) => tick(results, at + 1, [0, 1, 2])),
          );
          const mixed = play(
            target,
            rules,
            all.flatMap((results, at) => tick(results, at + 1, orders.next().value ?? [])),
          );
          expect(sortedStates(mixed)).toEqual(sortedStates(straight));
          expect(openSubjects(mixed)).toEqual(openSubjects(straight));
        },
      ),
    );
  });
});

/** The state machine once more, as one would tell it: only failures since the last recovery count. */
const modelOf = (letters: readonly Letter[], { fails, of, passes }: Pick<Thresholds, 'fails' | 'of' | 'passes'>): readonly string[] => {
  const events: string[] = [];
  let since: Letter[] = [];
  let failing = false;
  letters.forEach((each, index) => {
    if (!'pfwk'.includes(each)) return;
    since.push(each);
    const failures = since.slice(-of).filter((one) => one === 'f').length;
    if (!failing && each === 'f' && failures >= fails) {
      failing = true;
      events.push(`${index + 1} opened`);
    } else if (failing && since.length >= passes && !since.slice(-passes).includes('f')) {
      failing = false;
      since = since.slice(-passes);
      events.push(`${index + 1} resolved`);
    }
  });
  return events;
};

describe('one scenario at one place', () => {
  const lettersArb = fc.array(fc.constantFrom<Letter>('p', 'f', 'f', 'w', 'k', 'i', 'n'), { maxLength: 40 });
  const steady = { flap: { changes: 1000, withinMs: minute } };

  it('opens and closes as the model says', () => {
    fc.assert(
      fc.property(lettersArb, thresholdsArb, (letters, changed) => {
        const limits = { fails: 2, of: 3, passes: 2, ...changed };
        const target = targetOf([scenarioOf('area/a')], { ...limits, ...steady, locations: 1 });
        const { events } = play(target, rules, eachMinute(letters.join(''), 'area/a'));
        const failing = events.filter(({ incident: { rule } }) => rule === 'failing');
        expect(failing.map(({ at, kind }) => `${at / minute} ${kind}`)).toEqual(modelOf(letters, limits));
      }),
      { numRuns: 300 },
    );
  });

  it('never alarms from fewer than so many failures, or losses, since it was last well', () => {
    const withLosses = fc.array(fc.constantFrom<Letter>('p', 'f', 'w', 'k', 'i', 'u', 's'), { maxLength: 40 });
    fc.assert(
      fc.property(withLosses, thresholdsArb, (letters, changed) => {
        const limits = { fails: 2, of: 3, passes: 2, ...changed };
        const target = targetOf([scenarioOf('area/a')], { ...limits, ...steady, locations: 1 });
        const { events } = play(target, rules, eachMinute(letters.join(''), 'area/a'));
        for (const [rule, counted] of [
          ['failing', 'f'],
          ['unreachable', 'us'],
        ] as const) {
          let since = 0;
          for (const { at, kind } of events.filter(({ incident }) => incident.rule === rule)) {
            const between = letters.slice(since, at / minute);
            const needed = kind === 'opened' ? limits.fails : 0;
            expect(between.filter((one) => counted.includes(one)).length).toBeGreaterThanOrEqual(needed);
            since = at / minute;
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
