import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';

import type { Condition } from '../../history/patient/keep-trying.ts';
import { healthStates, type ProbeResult } from '../../history/records.ts';
import type { Ceilings } from '../../history/store.ts';
import type { Observed, Observer } from '../observed.ts';
import type { RoundWritten } from '../output.ts';
import { durationBuckets, firstByteBuckets, lagBuckets } from '../prometheus/buckets.ts';

const place = ({ target, location }: { readonly target: string; readonly location: string }): Attributes => ({
  'wireproof.target.name': target,
  'wireproof.location': location,
});

const makeInstruments = (meter: Meter) => {
  const seconds = (name: string, description: string, bounds: readonly number[]) =>
    meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: [...bounds] } });
  const counter = (name: string, unit: string, description: string) => meter.createCounter(name, { description, unit });
  return {
    rounds: counter('wireproof.rounds', '{round}', 'Rounds written by this process.'),
    probes: counter('wireproof.probes', '{probe}', 'Results of scenarios, by verdict.'),
    requests: counter('wireproof.requests', '{request}', 'Requests sent to the target.'),
    tokens: counter('wireproof.tokens', '{token}', 'Tokens spent at the target.'),
    spent: counter('wireproof.spent', 'USD', 'Estimated with the prices of the configuration.'),
    duration: seconds('wireproof.probe.duration', 'Until the end of the answer, of scenarios that passed.', durationBuckets),
    firstByte: seconds('wireproof.probe.first_byte', 'Until the first byte of the answer, of scenarios that passed.', firstByteBuckets),
    lag: seconds('wireproof.schedule.lag', 'How late rounds were begun.', lagBuckets),
  };
};

type Instruments = ReturnType<typeof makeInstruments>;

const countResult = ({ probes, duration, firstByte }: Instruments, result: ProbeResult): void => {
  const { verdict, known, totalMs, firstByteMs, row } = result;
  const attributes = { ...place(result), 'wireproof.row': String(row) };
  probes.add(1, { ...attributes, 'wireproof.verdict': verdict, 'wireproof.known_failure': known !== undefined });
  if (verdict !== 'pass') return;
  if (totalMs !== undefined) duration.record(totalMs / 1_000, attributes);
  if (firstByteMs !== undefined) firstByte.record(firstByteMs / 1_000, attributes);
};

/** What is counted with every round. */
export const roundInstruments = (meter: Meter): ((written: RoundWritten) => void) => {
  const instruments = makeInstruments(meter);
  return ({ round, results, lagMs }) => {
    const { spent, outcome, cause, reason } = round;
    const attributes = place(round);
    instruments.rounds.add(1, {
      ...attributes,
      'wireproof.round.reason': reason,
      'wireproof.round.outcome': outcome,
      ...(cause !== undefined && { 'wireproof.round.cause': cause }),
    });
    instruments.requests.add(spent.requests, attributes);
    instruments.tokens.add(spent.inputTokens, { ...attributes, 'gen_ai.token.type': 'input' });
    instruments.tokens.add(spent.outputTokens, { ...attributes, 'gen_ai.token.type': 'output' });
    instruments.spent.add(spent.usd, attributes);
    if (reason !== 'once') instruments.lag.record(lagMs / 1_000, { 'wireproof.location': round.location });
    for (const result of results) countResult(instruments, result);
  };
};

const observeStates = (result: ObservableResult, { states }: Observed): void => {
  for (const { target, location, scenario, row, health } of states)
    for (const state of healthStates) {
      const attributes = { ...place({ target, location }), 'wireproof.scenario': scenario, 'wireproof.row': String(row) };
      result.observe(health === state ? 1 : 0, { ...attributes, 'wireproof.state': state });
    }
};

const observeIncidents = (result: ObservableResult, { incidents }: Observed): void => {
  const open = new Map<string, { readonly count: number; readonly attributes: Attributes }>();
  for (const { target, severity } of incidents) {
    const key = `${target} ${severity}`;
    const attributes = { 'wireproof.target.name': target, 'wireproof.incident.severity': severity };
    open.set(key, { count: (open.get(key)?.count ?? 0) + 1, attributes });
  }
  for (const { count, attributes } of open.values()) result.observe(count, attributes);
};

const measures: readonly (keyof Ceilings)[] = ['requests', 'inputTokens', 'outputTokens', 'seconds', 'usd'];

const observeBudgets = (result: ObservableResult, { budgets }: Observed): void => {
  for (const { scope, span, ceilings, spent } of budgets)
    for (const measure of measures) {
      const ceiling = ceilings[measure];
      if (ceiling === undefined) continue;
      const left = ceiling === 0 ? 0 : Math.max(0, 1 - spent[measure] / ceiling);
      result.observe(left, {
        'wireproof.budget.scope': scope,
        'wireproof.budget.window': span,
        'wireproof.budget.ceiling': measure.replace('Tokens', '_tokens'),
      });
    }
};

/** How things stand whenever metrics are collected. */
export const standingInstruments = (meter: Meter, observer: Observer, condition: () => Condition): void => {
  const gauge = (name: string, unit: string, description: string) => meter.createObservableGauge(name, { description, unit });
  const states = gauge('wireproof.state', '1', '1 for the state that the scenario is in.');
  const incidents = gauge('wireproof.incidents.open', '{incident}', 'Incidents that are open.');
  const budgets = gauge('wireproof.budget.left', '1', 'Part of the ceiling that is left in this window (UTC).');
  states.addCallback(async (result) => observeStates(result, await observer.look()));
  incidents.addCallback(async (result) => observeIncidents(result, await observer.look()));
  budgets.addCallback(async (result) => observeBudgets(result, await observer.look()));
  gauge('wireproof.history.queued', '{round}', 'Rounds that wait to be written.').addCallback((result) =>
    result.observe(condition().queued),
  );
  meter
    .createObservableCounter('wireproof.history.lost', { description: 'Rounds that could not be kept.', unit: '{round}' })
    .addCallback((result) => result.observe(condition().lost));
};
