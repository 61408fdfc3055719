import { createHash } from 'node:crypto';

import type { AlertEvent, Incident, ProbeResult, Severity } from '../history/records.ts';
import type { AlertRule, Finding, RoundFacts } from './rule.ts';
import type { Sees } from './sees.ts';

/** Incidents that are new or have changed, and what is to be told of them. */
export interface Changes {
  readonly incidents: readonly Incident[];
  readonly events: readonly AlertEvent[];
}

/** Sorts by the time of opening; the same whoever decides it. */
const incidentId = (openedAt: number, parts: readonly string[]): string => {
  const digest = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
  return `${Math.max(0, openedAt).toString(36).padStart(9, '0')}-${digest}`;
};

const places = (seen: ReadonlyMap<string, Sees>, sees: Sees): readonly string[] =>
  [...seen].filter(([, each]) => each === sees).map(([location]) => location);

/** A location that has told nothing for so long holds no incident open: its worker is gone. Never the one that tells something now. */
const isGone = (location: string, { now, target, round, states }: RoundFacts): boolean => {
  if (location === round.location) return false;
  const last = Math.max(-Infinity, ...states.filter((state) => state.location === location).map(({ lastAt }) => lastAt));
  return now - last > target.thresholds.staleAfterMs;
};

const seenFrom = (open: Incident | undefined, { seen }: Finding, facts: RoundFacts): readonly string[] => {
  const well = new Set(places(seen, 'well'));
  const all = new Set([...(open?.locations ?? []), ...places(seen, 'wrong')]);
  return [...all].filter((location) => !well.has(location) && !isGone(location, facts)).sort();
};

/** What this round's result adds; the firmer word on whose fault it is wins, and a row that is named at last is told from then on. */
const withResult = (incident: Incident, result: ProbeResult, { title }: Finding): Incident => ({
  ...incident,
  ...(result.diagnosis !== undefined && { title, diagnosis: result.diagnosis }),
  lastAt: result.at,
  lastResult: result.id,
  results: incident.results + 1,
  ...(result.evidence !== undefined && { lastEvidence: result.evidence }),
  ...(result.fault !== undefined && (incident.fault === undefined || incident.fault.at === 'unknown') && { fault: result.fault }),
});

const severityOf = ({ id, severity }: AlertRule, finding: Finding, { target }: RoundFacts): Severity =>
  target.thresholds.rules?.[id]?.severity ?? finding.severity ?? severity;

const opened = (rule: AlertRule, finding: Finding, locations: readonly string[], facts: RoundFacts): Incident => {
  const { now, round, target } = facts;
  const { scenario, row, title, result } = finding;
  const [diagnosis, fault] = [result?.diagnosis ?? finding.diagnosis, result?.fault ?? finding.fault];
  return {
    id: incidentId(now, [target.name, scenario, rule.id, round.id]),
    target: target.name,
    scenario,
    row,
    rule: rule.id,
    title,
    openedAt: now,
    lastAt: result?.at ?? now,
    locations,
    severity: severityOf(rule, finding, facts),
    firstResult: result?.id ?? '',
    lastResult: result?.id ?? '',
    results: result === undefined ? 0 : 1,
    ...(diagnosis !== undefined && { diagnosis }),
    ...(fault !== undefined && { fault }),
    ...(result?.evidence !== undefined && { firstEvidence: result.evidence, lastEvidence: result.evidence }),
  };
};

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((each, index) => each === b[index]);

const changed = (incident: Incident, finding: Finding, locations: readonly string[]): Incident | undefined => {
  const { result } = finding;
  if (result === undefined && same(incident.locations, locations)) return undefined;
  return { ...(result === undefined ? incident : withResult(incident, result, finding)), locations };
};

const opening = (rule: AlertRule, finding: Finding, locations: readonly string[], facts: RoundFacts): Changes => {
  const incident = opened(rule, finding, locations, facts);
  return { incidents: [incident], events: [{ kind: 'opened', at: facts.now, incident }] };
};

/** Ends an incident. Where it was seen last stays in it. */
export const closing = (incident: Incident, now: number): Changes => {
  const closed = { ...incident, closedAt: now };
  return { incidents: [closed], events: [{ kind: 'resolved', at: now, incident: closed }] };
};

export const noChanges: Changes = { incidents: [], events: [] };

/**
 * Holds what a rule sees against what is open: opens with enough locations, closes when none sees it any more.
 * @param taken another rule of the family has the scenario
 */
export const reconcile = (rule: AlertRule, finding: Finding, facts: RoundFacts, taken: boolean): Changes => {
  const open = facts.open.find((incident) => incident.rule === rule.id && incident.scenario === finding.scenario);
  const locations = seenFrom(open, finding, facts);
  if (open === undefined) {
    return taken || locations.length < Math.max(1, finding.needs) ? noChanges : opening(rule, finding, locations, facts);
  }
  if (locations.length === 0) return closing(open, facts.now);
  const next = changed(open, finding, locations);
  return next === undefined ? noChanges : { incidents: [next], events: [] };
};
