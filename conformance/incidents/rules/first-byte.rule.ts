import type { AlertRule } from '../rule.ts';
import { slowerFindings } from '../slower-findings.ts';

const rule: AlertRule = {
  id: 'first-byte',
  about: 'The median time to the first byte of the last answers of a scenario is so many times the learned one, and so much above it.',
  severity: 'warning',
  read: (facts) => slowerFindings('firstByteMs', 'The first byte of an answer', facts),
};

export default rule;
