import type { AlertEvent, Incident } from '../../history/records.ts';

/** An incident whose target says what it likes: markup, mentions, escapes, marks that turn text around. */
export const hostileText = '<!channel> *bold* <https://evil.example|click> \u001b[31m\u202etxt\r\n"}], & `x` {{ .Labels }} \ud800';

export const incident: Incident = {
  id: '0k3x-1',
  target: 'eu',
  scenario: 'availability/spark-needs-a-tier',
  row: 8,
  rule: 'spark-repeatedly-refused',
  severity: 'critical',
  title: 'gpt-5.3-codex-spark is refused again and again',
  openedAt: Date.UTC(2026, 10, 23, 1, 0, 0),
  locations: ['fra', 'ams'],
  diagnosis: { row: 8, symptom: 'a symptom', cause: 'a cause', check: 'a check', remediation: 'a remediation' },
  fault: { at: 'upstream', because: `asked directly: ${hostileText}` },
  firstResult: 'r1',
  lastResult: 'r2',
  lastEvidence: {
    checks: [
      { id: 'a-refused-model-falls-back', level: 'must', expected: 'says "ok"', actual: `400 ${hostileText}` },
      { id: 'another', level: 'should', evidence: 'only evidence' },
    ],
    curl: "curl -s 'http://127.0.0.1:8317/v1/responses'",
  },
  lastAt: Date.UTC(2026, 10, 23, 1, 1, 0),
  results: 2,
};

export const openedEvent: AlertEvent = { kind: 'opened', at: incident.openedAt, incident };

const closedAt = Date.UTC(2026, 10, 23, 2, 0, 0);
export const resolvedEvent: AlertEvent = { kind: 'resolved', at: closedAt, incident: { ...incident, closedAt } };
