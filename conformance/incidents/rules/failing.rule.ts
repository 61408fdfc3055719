import type { AlertRule } from '../rule.ts';
import { otherTrouble } from '../other-trouble.ts';
import { verdictFamily, verdictFinding } from '../verdict-finding.ts';

const rule: AlertRule = {
  id: 'failing',
  about: 'A scenario failed so often of so many times, from enough locations, and no rule that knows better has it.',
  severity: 'critical',
  family: { name: verdictFamily, place: 2 },
  read: (facts) => facts.target.scenarios.map((scenario) => otherTrouble(verdictFinding(facts, scenario))),
};

export default rule;
