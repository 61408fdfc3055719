import type { Scenario } from '#scenarios/kit/scenario';

import type { ProbeResult, ScenarioState } from '../history/records.ts';
import type { Finding, RoundFacts } from './rule.ts';
import type { Sees } from './sees.ts';

/** The rules that read verdicts share the scenarios among them. */
export const verdictFamily = 'verdict';

const seesIn = ({ health, flapping }: ScenarioState): Sees => {
  if (health === 'failing') return 'wrong';
  // While it comes and goes, and while nobody can see it, an incident stays as it is.
  return health === 'unknown' || flapping ? 'cannot-tell' : 'well';
};

/** The result that this round has of a scenario. */
export const resultOf = ({ results }: RoundFacts, scenario: string): ProbeResult | undefined =>
  results.find((result) => result.scenario === scenario);

/** The states of a scenario, of all locations. */
export const statesOf = ({ states }: RoundFacts, scenario: string): readonly ScenarioState[] =>
  states.filter((state) => state.scenario === scenario);

const failureOf = (facts: RoundFacts, scenario: string): ProbeResult | undefined => {
  const result = facts.contact === 'none' ? undefined : resultOf(facts, scenario);
  return result?.verdict === 'fail' && result.known === undefined ? result : undefined;
};

/** How a scenario's state machine sees it, from all locations. */
export const verdictFinding = (facts: RoundFacts, { id, title, matrixRow, diagnosis }: Scenario): Finding => ({
  scenario: id,
  row: matrixRow,
  title,
  seen: new Map(statesOf(facts, id).map((state) => [state.location, seesIn(state)])),
  needs: facts.target.thresholds.locations,
  result: failureOf(facts, id),
  diagnosis: { row: matrixRow, ...diagnosis },
});

/** Whether a rule has an incident open for a scenario: it then goes on with it, whatever the evidence of this round is. */
export const isOpenFor = ({ open }: RoundFacts, rule: string, scenario: string): boolean =>
  open.some((incident) => incident.rule === rule && incident.scenario === scenario);
