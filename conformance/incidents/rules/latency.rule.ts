import type { AlertRule } from '../rule.ts';
import { slowerFindings } from '../slower-findings.ts';

const rule: AlertRule = {
  id: 'latency',
  about: 'The median time of the last answers of a scenario is so many times the learned one, and so much above it.',
  severity: 'warning',
  read: (facts) => slowerFindings('totalMs', 'An answer', facts),
};

export default rule;
