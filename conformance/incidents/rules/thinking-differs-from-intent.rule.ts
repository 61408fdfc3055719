import type { ProbeResult, ScenarioState } from '../../history/records.ts';
import { isClean, lastJudged } from '../recent.ts';
import type { AlertRule, Finding, RoundFacts } from '../rule.ts';
import type { Sees } from '../sees.ts';
import { isOpenFor, resultOf, statesOf, verdictFamily, verdictFinding } from '../verdict-finding.ts';

const id = 'thinking-differs-from-intent';
const row = 12;

/** That a question is answered at all, or how a refusal is worded, is another matter than how long the model thinks. */
const isAboutAmount = ({ id: check }: { readonly id: string }): boolean =>
  !check.endsWith('answered') && check !== 'the-refusal-names-the-level';

const shows = (result: ProbeResult | undefined): result is ProbeResult =>
  result !== undefined && result.known === undefined && result.evidence?.checks.some(isAboutAmount) === true;

/** What only `should` be so counts here like a failure: an amount that is lost shows nowhere else. */
const seesIn = (state: ScenarioState, verdict: Sees, { fails, of, passes }: RoundFacts['target']['thresholds']): Sees => {
  const warned = lastJudged(state.recent, of).filter(({ verdict, warned, known }) => known !== true && (warned || verdict === 'fail'));
  if (verdict !== 'well') return verdict;
  if (warned.length >= fails) return 'wrong';
  return lastJudged(state.recent, passes).every(isClean) ? 'well' : 'cannot-tell';
};

const findingOf = (facts: RoundFacts, finding: Finding): Finding => {
  const { thresholds } = facts.target;
  const states = statesOf(facts, finding.scenario);
  const result = resultOf(facts, finding.scenario);
  const isFailing = [...finding.seen.values()].includes('wrong');
  return {
    ...finding,
    title: 'How long the model thinks is not what was asked for',
    severity: isFailing ? 'critical' : 'warning',
    seen: new Map(states.map((state) => [state.location, seesIn(state, finding.seen.get(state.location) ?? 'cannot-tell', thresholds)])),
    result: finding.result ?? (shows(result) ? result : undefined),
  };
};

const rule: AlertRule = {
  id,
  about:
    'The thinking that was processed differs from what was asked for, so often of so many times (row 12 of the page); also where it only shows in a `should`.',
  severity: 'critical',
  family: { name: verdictFamily, place: 1 },
  read: (facts) =>
    facts.target.scenarios
      .filter(({ matrixRow, id: scenario }) => matrixRow === row && (isOpenFor(facts, id, scenario) || shows(resultOf(facts, scenario))))
      .map((scenario) => findingOf(facts, verdictFinding(facts, scenario))),
};

export default rule;
