/** Records for tests: every field filled, times in plain numbers. */
import type { Amounts, Incident, ProbeResult, Round, ScenarioState } from '../records.ts';
import type { Decision } from '../store.ts';

export const amounts: Amounts = { requests: 2, inputTokens: 30, outputTokens: 5, usd: 0.125 };

export const roundAt = (at: number, more: Partial<Round> = {}): Round => ({
  id: `round-${String(at).padStart(13, '0')}`,
  target: 'team',
  location: 'here',
  reason: 'scheduled',
  dueAt: at,
  startedAt: at,
  endedAt: at + 900,
  outcome: 'complete',
  spent: amounts,
  ...more,
});

export const resultOfRound = (round: Round, more: Partial<ProbeResult> = {}): ProbeResult => ({
  id: `${round.id}:${more.scenario ?? 'streams/cut'}`,
  round: round.id,
  target: round.target,
  location: round.location,
  scenario: 'streams/cut',
  row: 4,
  at: round.startedAt,
  durationMs: 812.5,
  verdict: 'pass',
  warned: false,
  spent: amounts,
  totalMs: 800,
  firstByteMs: 120.25,
  ...more,
});

/** Everything that a result can have, and text that means harm. */
export const failedResult = (round: Round, more: Partial<ProbeResult> = {}): ProbeResult =>
  resultOfRound(round, {
    verdict: 'fail',
    reason: 'the stream ended early\n\u0000\u001b[31m\ud800',
    fault: { at: 'proxy', because: 'the upstream sent all of it' },
    diagnosis: { row: 4, symptom: 'Cut off.', cause: 'A timeout.', check: 'Look at "usage".', remediation: "Raise it; it's too short." },
    known: { reason: 'being mended', owner: 'ops', expires: '2026-12-31' },
    evidence: {
      checks: [{ id: 'ends-well', level: 'must', expected: '[DONE]', actual: "nothing '; drop table x; --\u0000" }],
      curl: "curl -H 'authorization: Bearer $WIREPROOF_KEY' …",
      trace: ['0 ms caller sent POST', '12 ms caller received 200'],
      truncated: true,
    },
    ...more,
  });

export const stateAt = (at: number, more: Partial<ScenarioState> = {}): ScenarioState => ({
  target: 'team',
  location: 'here',
  scenario: 'streams/cut',
  row: 4,
  health: 'healthy',
  since: at,
  lastAt: at,
  recent: [{ at, verdict: 'pass', warned: false }],
  changes: [],
  flapping: false,
  ...more,
});

export const incidentAt = (at: number, more: Partial<Incident> = {}): Incident => ({
  id: `incident-${at}`,
  target: 'team',
  scenario: 'streams/cut',
  row: 4,
  rule: 'failing',
  severity: 'critical',
  title: 'Streams are cut',
  openedAt: at,
  locations: ['here'],
  firstResult: 'first',
  lastResult: 'last',
  lastAt: at,
  results: 1,
  ...more,
});

export const nothingDecided: Decision = { states: [], incidents: [], events: [] };
export const decideNothing = (): Decision => nothingDecided;
