import { isStale } from '../scenario-state.ts';
import { wholeTarget, type AlertRule, type Finding, type RoundFacts } from '../rule.ts';
import type { Sees } from '../sees.ts';

/** So many names stand in a title; the rest is counted. */
const mostNames = 3;

const staleAt = ({ states, target, now }: RoundFacts, location: string): readonly string[] =>
  states
    .filter((state) => state.location === location && isStale(state, target.thresholds, now))
    .map(({ scenario }) => scenario)
    .sort();

const named = (scenarios: readonly string[]): string => {
  const more = scenarios.length - mostNames;
  return `${scenarios.slice(0, mostNames).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** Where nothing at all is reached another rule says so; of rounds that asked nothing nothing follows. */
const seesNow = (facts: RoundFacts, stale: readonly string[]): Sees => {
  if (facts.results.length === 0 || facts.contact === 'none') return 'cannot-tell';
  return stale.length > 0 ? 'wrong' : 'well';
};

const findingOf = (facts: RoundFacts): Finding => {
  const stale = staleAt(facts, facts.round.location);
  const first = facts.target.scenarios.find(({ id }) => id === stale[0]);
  return {
    scenario: wholeTarget,
    row: first?.matrixRow ?? 13,
    title: `No verdict for too long: ${named(stale)}`,
    seen: new Map([[facts.round.location, seesNow(facts, stale)]]),
    needs: 1,
    result: facts.results.find(({ scenario }) => scenario === stale[0]),
    diagnosis: {
      row: first?.matrixRow ?? 13,
      symptom: 'Scenarios are asked and come to no verdict, round after round.',
      cause:
        'What they build on is missing: a model name of the profile, a key’s right, an earlier step; or the model declines to do its part.',
      check: 'Read the reason of the last result of each scenario that is named.',
      remediation: 'Mend the profile or the key, or take the scenario out of the selection: unknown is no all-clear.',
    },
  };
};

const rule: AlertRule = {
  id: 'unknown-too-long',
  about: 'Scenarios that are asked have had no verdict for longer than `staleAfter`. One incident for each target.',
  severity: 'warning',
  read: (facts) => [findingOf(facts)],
};

export default rule;
