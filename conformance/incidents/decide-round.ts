import type { CanaryTarget } from '../canary/config/canary-plan.ts';
import type { Incident, ProbeResult, Round, ScenarioState } from '../history/records.ts';
import type { Decision, Known } from '../history/store.ts';
import { countRound, newResults } from './count-round.ts';
import type { Learned } from './learned.ts';
import { closing, noChanges, reconcile, type Changes } from './reconcile.ts';
import { wholeTarget, type AlertRule, type RoundFacts } from './rule.ts';
import { slowScenarios } from './slower.ts';

export interface RoundToDecide {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly target: CanaryTarget;
  readonly round: Round;
  readonly results: readonly ProbeResult[];
  readonly known: Known;
  /** What the scenarios usually take at the round's location, without this round. */
  readonly learned: Learned;
  /** Of {@link loadRules}, in its order. */
  readonly rules: readonly AlertRule[];
}

const join = (all: readonly Changes[]): Changes => ({
  incidents: all.flatMap(({ incidents }) => incidents),
  events: all.flatMap(({ events }) => events),
});

/** A round that says something: not while the canary was offline, and not where nothing was sent, except that the budget was spent. */
const tellsOfTarget = ({ outcome, cause }: Round): boolean => cause !== 'offline' && (outcome !== 'not-run' || cause === 'budget');

const isOff = ({ id }: AlertRule, { thresholds }: CanaryTarget): boolean => thresholds.rules?.[id]?.off === true;

/** Nobody will ever see these well: their rule was switched off, or their scenario is no longer asked. */
const abandoned = ({ target, known, now, rules }: RoundToDecide): readonly Changes[] => {
  const watched = new Set([wholeTarget, ...target.scenarios.map(({ id }) => id)]);
  const off = new Set(rules.filter((rule) => isOff(rule, target)).map(({ id }) => id));
  return known.open.filter(({ scenario, rule }) => !watched.has(scenario) || off.has(rule)).map((incident) => closing(incident, now));
};

/** Which rule of a family has which scenario, while the round is decided. */
const claimsOf = (rules: readonly AlertRule[], open: readonly Incident[]) => {
  const familyOf = new Map(rules.map(({ id, family }) => [id, family?.name ?? id]));
  const keyOf = (rule: string, scenario: string): string => `${familyOf.get(rule) ?? rule}\n${scenario}`;
  const claims = new Map(open.map(({ rule, scenario }) => [keyOf(rule, scenario), rule]));
  return {
    isTaken: (rule: AlertRule, scenario: string): boolean => (claims.get(keyOf(rule.id, scenario)) ?? rule.id) !== rule.id,
    claim: (rule: AlertRule, scenario: string): void => void claims.set(keyOf(rule.id, scenario), rule.id),
  };
};

const applyRules = (facts: RoundFacts, rules: readonly AlertRule[]): readonly Changes[] => {
  const claims = claimsOf(rules, facts.open);
  return rules
    .filter((rule) => !isOff(rule, facts.target))
    .flatMap((rule) =>
      rule.read(facts).map((finding) => {
        const changes = reconcile(rule, finding, facts, claims.isTaken(rule, finding.scenario));
        if (changes.incidents.length > 0) claims.claim(rule, finding.scenario);
        return changes;
      }),
    );
};

const newStates = (before: readonly ScenarioState[], after: readonly ScenarioState[]): readonly ScenarioState[] => {
  const old = new Set(before);
  return after.filter((state) => !old.has(state));
};

/**
 * What a round changes: the states of its scenarios, incidents that open, go on or close, and what is to be told. Pure, and the same for a
 * round that is handed in twice.
 */
export const decideRound = (input: RoundToDecide): Decision => {
  const { now, target, round, known, learned, rules } = input;
  const notes = rules.flatMap((rule) => (isOff(rule, target) ? [] : (rule.note?.(round) ?? [])));
  const told = notes.length > 0 ? { notes } : {};
  if (!tellsOfTarget(round)) return { states: [], ...noChanges, ...told };
  const watched = new Set(target.scenarios.map(({ id }) => id));
  const before = known.states.filter(({ scenario }) => watched.has(scenario));
  const counting = { now, target, round, states: before, results: input.results };
  const results = newResults(counting);
  const ending = abandoned(input);
  const ended = new Set(ending.flatMap(({ incidents }) => incidents.map(({ id }) => id)));
  const open = known.open.filter(({ id }) => !ended.has(id));
  const slow = slowScenarios({ target, round, results, learned, open, now });
  const { contact, states } = countRound({ ...counting, results }, slow);
  const facts: RoundFacts = { now, target, round, results, states, open, contact, learned };
  return { states: newStates(before, states), ...join([...ending, ...applyRules(facts, rules)]), ...told };
};
