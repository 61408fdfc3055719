import type { CanaryTarget } from '../canary/config/canary-plan.ts';
import type { ProbeResult, RecentResult, Round, ScenarioState } from '../history/records.ts';
import { contactOf, countedVerdict, reachedFrom, withoutLost, type Contact } from './contact.ts';
import { isStale, nextState, withHealth } from './scenario-state.ts';

/** A round, and what the states were before it. */
export interface Counting {
  readonly now: number;
  readonly target: CanaryTarget;
  readonly round: Round;
  readonly results: readonly ProbeResult[];
  /** Of all locations. */
  readonly states: readonly ScenarioState[];
}

/** What a round came to. */
export interface Counted {
  readonly contact: Contact;
  /** All of them, with the round. */
  readonly states: readonly ScenarioState[];
}

const wasNotAsked = ({ reason }: ProbeResult): boolean => /(?:^|: )(?:budget-spent|held-back|not-run)\b/.test(reason ?? '');

const isCountedIn = ({ recent, lastAt }: ScenarioState, { at }: ProbeResult): boolean =>
  lastAt === at || recent.some((one) => one.at === at);

const stateOf = (states: readonly ScenarioState[], location: string, scenario: string): ScenarioState | undefined =>
  states.find((state) => state.location === location && state.scenario === scenario);

/** The results that say something of a scenario of the target and have not been counted yet. */
export const newResults = ({ target, results, states, round }: Counting): readonly ProbeResult[] => {
  const watched = new Set(target.scenarios.map(({ id }) => id));
  return results.filter((result) => {
    const state = stateOf(states, round.location, result.scenario);
    return watched.has(result.scenario) && !wasNotAsked(result) && (state === undefined || !isCountedIn(state, result));
  });
};

const asCounted = (result: ProbeResult, contact: Contact): RecentResult => ({
  at: result.at,
  verdict: countedVerdict(result, contact),
  warned: result.warned,
  ...(result.known !== undefined && { known: true }),
});

/** A target that was reached by nothing is asked again with one question: the first, if it is reached, is as good as all. */
const withRecheck = (states: readonly ScenarioState[], { now, target, round }: Counting): readonly ScenarioState[] => {
  const asked = states.filter(({ location }) => location === round.location).map(({ scenario }) => scenario);
  const [first] = asked.sort();
  return states.map((state) =>
    state.location === round.location && state.scenario === first ? { ...state, confirmAt: now + target.thresholds.confirmAfterMs } : state,
  );
};

const afterContact = (states: readonly ScenarioState[], contact: Contact, counting: Counting): readonly ScenarioState[] => {
  const { now, target, round } = counting;
  const isHere = ({ location }: ScenarioState): boolean => location === round.location;
  const reached = reachedFrom(states.filter(isHere), target.thresholds, contact);
  if (reached === 'well') return states.map((state) => (isHere(state) ? withoutLost(state) : state));
  if (reached === 'wrong') return states.map((state) => (isHere(state) ? withHealth(state, 'unknown', now) : state));
  return contact === 'none' ? withRecheck(states, counting) : states;
};

const withStale = (states: readonly ScenarioState[], { now, target }: Counting): readonly ScenarioState[] =>
  states.map((state) => (isStale(state, target.thresholds, now) ? withHealth(state, 'unknown', now) : state));

/**
 * Counts a round's results into the states. Pure; only results of {@link newResults} should be handed in.
 * @param slow scenarios whose answers have become slow at the round's location
 */
export const countRound = (counting: Counting, slow: ReadonlySet<string>): Counted => {
  const { now, target, round, results, states } = counting;
  if (results.length === 0) return { contact: 'untold', states };
  const contact = contactOf(results);
  const after = new Map(states.map((state) => [`${state.location}\n${state.scenario}`, state]));
  for (const result of results) {
    const { scenario, row } = result;
    const key = `${round.location}\n${scenario}`;
    const subject = { target: target.name, location: round.location, scenario, row };
    const moment = { now, thresholds: target.thresholds, slow: slow.has(scenario) };
    after.set(key, nextState(after.get(key), asCounted(result, contact), subject, moment));
  }
  return { contact, states: withStale(afterContact([...after.values()], contact, counting), counting) };
};
