import type { AlertRule } from '../rule.ts';

const rule: AlertRule = {
  id: 'canary-offline',
  about:
    'The canary itself was offline: its own connectivity check failed. A line in the log; no target is blamed, and no incident opens or closes.',
  severity: 'warning',
  read: () => [],
  note: ({ cause, target, location, note }) =>
    cause === 'offline'
      ? `the canary at ${location} is offline, so nothing is known of ${target}${note === undefined ? '' : `: ${note}`}`
      : undefined,
};

export default rule;
