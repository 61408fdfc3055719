import type { Scenario } from '#scenarios/kit/scenario';

import type { CanaryTarget, Thresholds } from '../../canary/config/canary-plan.ts';
import type { AlertEvent, Incident, ProbeResult, Round, ScenarioState } from '../../history/records.ts';
import type { Decision, Known } from '../../history/store.ts';
import { decideRound } from '../decide-round.ts';
import type { Learned } from '../learned.ts';
import type { AlertRule } from '../rule.ts';

/** Rounds as tests tell them, and what comes of them when each is decided on what the ones before it left. */

const minute = 60_000;

export const thresholds: Thresholds = {
  fails: 2,
  of: 3,
  passes: 2,
  confirmAfterMs: 30_000,
  flap: { changes: 4, withinMs: 60 * minute },
  locations: 1,
  staleAfterMs: 24 * 60 * minute,
  latency: { factor: 2, atLeastMs: 100, last: 3, learnMs: 7 * 24 * 60 * minute, learnAtLeast: 5 },
};

const diagnosis = { symptom: 'a symptom', cause: 'a cause', check: 'a check', remediation: 'a remediation' };

/** As much of a scenario as rules read. */
export const scenarioOf = (id: string, matrixRow: Scenario['matrixRow'] = 3): Scenario =>
  ({ id, title: `title of ${id}`, matrixRow, diagnosis }) as unknown as Scenario;

/** As much of a target as rules read. */
export const targetOf = (scenarios: readonly Scenario[], changed: Partial<Thresholds> = {}): CanaryTarget =>
  ({ name: 'one', url: 'http://127.0.0.1:9', scenarios, thresholds: { ...thresholds, ...changed } }) as unknown as CanaryTarget;

/** `w` passes with a warning, `k` fails and is known, `u` is unreachable, `s` had no answer, `i` is inconclusive, `n` was not asked. */
export type Letter = 'p' | 'f' | 'w' | 'k' | 'u' | 's' | 'i' | 'n';

const known = { reason: 'agreed', owner: 'somebody', expires: '2027-01-01' };
const told: Readonly<Record<Letter, Partial<ProbeResult>>> = {
  p: { verdict: 'pass' },
  f: { verdict: 'fail' },
  w: { verdict: 'pass', warned: true },
  k: { verdict: 'fail', known },
  u: { verdict: 'unreachable' },
  s: { verdict: 'inconclusive', reason: 'a-check: no-answer: nothing came' },
  i: { verdict: 'inconclusive', reason: 'a-check: model-declined' },
  n: { verdict: 'inconclusive', reason: 'a-check: budget-spent: all 5 requests are spent' },
};

const nothingSpent = { requests: 0, inputTokens: 0, outputTokens: 0, usd: 0 };

export interface Told {
  readonly at: number;
  readonly location?: string;
  readonly round?: Partial<Round>;
  /** By scenario: a letter, or a letter with more of the result. */
  readonly results?: Readonly<Record<string, Letter | readonly [Letter, Partial<ProbeResult>]>>;
  readonly learned?: Learned;
}

const roundOf = ({ at, location = 'here', round = {} }: Told): Round => ({
  id: `${at}@${location}`,
  target: 'one',
  location,
  reason: 'scheduled',
  dueAt: at,
  startedAt: at,
  endedAt: at,
  outcome: 'complete',
  spent: nothingSpent,
  ...round,
});

const resultsOf = (target: CanaryTarget, tale: Told, { id, location }: Round): readonly ProbeResult[] =>
  Object.entries(tale.results ?? {}).map(([scenario, word]) => {
    const [letter, more] = typeof word === 'string' ? [word, {}] : word;
    return {
      id: `${id}/${scenario}`,
      round: id,
      target: 'one',
      location,
      scenario,
      at: tale.at,
      durationMs: 1,
      warned: false,
      spent: nothingSpent,
      verdict: 'pass',
      row: target.scenarios.find((each) => each.id === scenario)?.matrixRow ?? 3,
      ...told[letter],
      ...more,
    } as const;
  });

/** The incidents and states as a store would keep them. */
export interface Played {
  readonly states: readonly ScenarioState[];
  readonly incidents: readonly Incident[];
  readonly events: readonly AlertEvent[];
  readonly last: Decision;
}

export const atFirst: Played = { states: [], incidents: [], events: [], last: { states: [], incidents: [], events: [] } };

const keyOf = ({ location, scenario }: ScenarioState): string => `${location}\n${scenario}`;

const upsert = <T>(old: readonly T[], added: readonly T[], key: (each: T) => string): readonly T[] => [
  ...new Map([...old, ...added].map((each) => [key(each), each])).values(),
];

export const knownOf = ({ states, incidents }: Played): Known => ({
  states,
  open: incidents.filter(({ closedAt }) => closedAt === undefined),
});

/** One more round. */
export const playOne = (before: Played, target: CanaryTarget, rules: readonly AlertRule[], tale: Told): Played => {
  const round = roundOf(tale);
  const results = resultsOf(target, tale, round);
  const learned = tale.learned ?? new Map();
  const last = decideRound({ now: tale.at, target, round, results, known: knownOf(before), learned, rules });
  return {
    states: upsert(before.states, last.states, keyOf),
    incidents: upsert(before.incidents, last.incidents, ({ id }) => id),
    events: [...before.events, ...last.events],
    last,
  };
};

/** All of them, one after the other. */
export const play = (target: CanaryTarget, rules: readonly AlertRule[], tales: readonly Told[]): Played =>
  tales.reduce((before, tale) => playOne(before, target, rules, tale), atFirst);

/** A round each minute in which one scenario comes to these. */
export const eachMinute = (letters: string, scenario = 'area/one', from = 0, location = 'here'): readonly Told[] =>
  Array.from(letters).map((letter, index) => ({
    at: from + (index + 1) * minute,
    location,
    ...(letter !== '.' && { results: { [scenario]: letter as Letter } }),
  }));

/** `opened failing area/one` and the minute, for each event. */
export const eventsOf = ({ events }: Pick<Played, 'events'>): readonly string[] =>
  events.map(({ kind, at, incident: { rule, scenario } }) => `${at / minute} ${kind} ${rule} ${scenario}`);
