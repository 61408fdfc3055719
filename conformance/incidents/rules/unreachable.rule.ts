import { isLost, reachedFrom } from '../contact.ts';
import { wholeTarget, type AlertRule, type RoundFacts } from '../rule.ts';
import type { Sees } from '../sees.ts';

const locationsOf = ({ states, round }: RoundFacts): readonly string[] => [
  ...new Set([round.location, ...states.map(({ location }) => location)]),
];

const seesFrom = (facts: RoundFacts, location: string): Sees => {
  const { states, round, contact, target } = facts;
  const there = states.filter((state) => state.location === location);
  return location === round.location ? reachedFrom(there, target.thresholds, contact) : reachedFrom(there, target.thresholds);
};

const rule: AlertRule = {
  id: 'unreachable',
  about:
    'Rounds reached nothing of the target, so often of so many: no connection, or no answer. One incident, however many scenarios it has.',
  severity: 'critical',
  read: (facts) => [
    {
      scenario: wholeTarget,
      row: 'startup',
      title: 'The target cannot be reached',
      seen: new Map(locationsOf(facts).map((location) => [location, seesFrom(facts, location)])),
      needs: facts.target.thresholds.locations,
      result: facts.contact === 'none' ? facts.results.find(isLost) : undefined,
      diagnosis: {
        row: 'startup',
        symptom: 'Connections are refused or end before an answer, or nothing is answered in time, whatever is asked.',
        cause: 'The proxy has ended or does not start, its port or address is another one, it hangs, or something on the way is down.',
        check: 'Ask for GET /v1/models from the same place and from the machine itself; read the first and the last lines of its log.',
        remediation: 'Start it again and mend what its log names. Where only some locations are concerned, look at what lies between.',
      },
    },
  ],
};

export default rule;
