import { Counter, Gauge, Registry } from 'prom-client';

import type { CanaryPlan, CanaryTarget } from '../../canary/config/canary-plan.ts';
import type { Condition } from '../../history/patient/keep-trying.ts';
import { breath } from '../../history/breath.ts';
import { healthStates, type ScenarioState } from '../../history/records.ts';
import type { Ceilings } from '../../history/store.ts';
import type { DeliveryCount } from '../deliveries/count-deliveries.ts';
import { successKey, type BudgetWindow, type Observed } from '../observed.ts';

/** How things stand at the moment of a scrape. */
export interface Standing {
  readonly plan: CanaryPlan;
  readonly observed: Observed;
  readonly history: Condition;
  readonly version: string;
  readonly overdue?: number;
  readonly deliveries?: ReadonlyMap<string, DeliveryCount>;
  readonly heartbeat?: { readonly sent: number; readonly failed: number };
}

const gauge = <Label extends string>(registry: Registry, name: string, help: string, labelNames: readonly Label[] = []) =>
  new Gauge({ name, help, labelNames, registers: [registry] });

const counter = <Label extends string>(registry: Registry, name: string, help: string, labelNames: readonly Label[] = []) =>
  new Counter({ name, help, labelNames, registers: [registry] });

const secondsOf = (ms: number): number => ms / 1_000;

const labelPrefix = 'label_';

/** Labels of the configuration stand here and nowhere else: joined to other metrics by `target`, they cost one series each. */
const addTargets = (registry: Registry, { targets }: CanaryPlan): void => {
  const names = new Set(targets.flatMap(({ labels }) => Object.keys(labels)));
  const help = 'Always 1; region and labels of the configuration.';
  const labelNames = ['target', 'region', ...[...names].map((name) => `${labelPrefix}${name}`)];
  const info = gauge(registry, 'wireproof_target_info', help, labelNames);
  const labelsOf = ({ name, region = '', labels }: CanaryTarget) => ({
    target: name,
    region,
    ...Object.fromEntries(Object.entries(labels).map(([label, value]) => [`${labelPrefix}${label}`, value])),
  });
  for (const target of targets) info.set(labelsOf(target), 1);
};

const placeOf = ({ target, scenario, row, location }: ScenarioState) => ({ target, scenario, row: String(row), location });

const statesAtOnce = 1_000;

const addStates = async (registry: Registry, { states, successes }: Observed): Promise<void> => {
  const place = ['target', 'scenario', 'row', 'location'] as const;
  const state = gauge(registry, 'wireproof_state', 'Verdict over time: 1 for the state that the scenario is in.', [...place, 'state']);
  const flapping = gauge(registry, 'wireproof_flapping', '1 while the state changes too often to be told.', place);
  const seen = gauge(registry, 'wireproof_last_result_timestamp_seconds', 'When the scenario was judged last.', place);
  const success = gauge(registry, 'wireproof_last_success_timestamp_seconds', 'When the scenario passed last.', place);
  for (const [index, each] of states.entries()) {
    if (index % statesAtOnce === statesAtOnce - 1) await breath();
    const labels = placeOf(each);
    for (const health of healthStates) state.set({ ...labels, state: health }, each.health === health ? 1 : 0);
    flapping.set(labels, each.flapping ? 1 : 0);
    seen.set(labels, secondsOf(each.lastAt));
    const at = successes.get(successKey(each));
    if (at !== undefined) success.set(labels, secondsOf(at));
  }
};

const severities = ['critical', 'warning'] as const;

const addIncidents = (registry: Registry, { targets }: CanaryPlan, { incidents }: Observed): void => {
  const open = gauge(registry, 'wireproof_incidents_open', 'Incidents that are open.', ['target', 'severity']);
  for (const { name: target } of targets) for (const severity of severities) open.set({ target, severity }, 0);
  for (const { target, severity } of incidents) open.inc({ target, severity });
};

const leftOf = (
  { ceilings, spent }: BudgetWindow,
  measure: keyof Ceilings,
): { readonly left: number; readonly ratio: number } | undefined => {
  const ceiling = ceilings[measure];
  if (ceiling === undefined) return undefined;
  const left = Math.max(0, ceiling - spent[measure]);
  return { left, ratio: ceiling === 0 ? 0 : left / ceiling };
};

/** A metric for each unit: sums over different units would mean nothing. */
const addBudgets = (registry: Registry, { budgets }: Observed): void => {
  const window = ['scope', 'window'] as const;
  const left = (unit: string, what: string) =>
    gauge(registry, `wireproof_budget_left_${unit}`, `${what} left in this window (UTC).`, window);
  const metrics = {
    requests: left('requests', 'Requests'),
    inputTokens: left('input_tokens', 'Input tokens'),
    outputTokens: left('output_tokens', 'Output tokens'),
    seconds: left('seconds', 'Seconds of asking'),
    usd: left('usd', 'US dollars'),
  } as const;
  const ratio = gauge(
    registry,
    'wireproof_budget_left_ratio',
    'Part of the ceiling that is left in this window (UTC); scope="*": of all.',
    [...window, 'ceiling'],
  );
  const measures = Object.keys(metrics) as (keyof typeof metrics)[];
  for (const budget of budgets)
    for (const measure of measures) {
      const room = leftOf(budget, measure);
      if (room === undefined) continue;
      const labels = { scope: budget.scope, window: budget.span };
      metrics[measure].set(labels, room.left);
      ratio.set({ ...labels, ceiling: measure.replace('Tokens', '_tokens') }, room.ratio);
    }
};

const addHistory = (registry: Registry, { reachable, queued, queuedBytes, lost }: Condition): void => {
  gauge(registry, 'wireproof_history_up', '1 while the history can be written.').set(reachable ? 1 : 0);
  gauge(registry, 'wireproof_history_queued_rounds', 'Rounds that wait to be written.').set(queued);
  gauge(registry, 'wireproof_history_queued_bytes', 'Size of the rounds that wait to be written.').set(queuedBytes);
  counter(registry, 'wireproof_history_lost_rounds_total', 'Rounds that could not be kept.').inc(lost);
};

const addTold = (registry: Registry, { deliveries, heartbeat, overdue }: Standing): void => {
  if (overdue !== undefined) counter(registry, 'wireproof_schedule_overdue_total', 'Due times that passed without a round.').inc(overdue);
  if (deliveries !== undefined) {
    const ends = counter(registry, 'wireproof_deliveries_total', 'Alerts on their way to destinations, by what came of it.', [
      'destination',
      'end',
    ]);
    for (const [destination, { delivered, failed, givenUp }] of deliveries) {
      ends.inc({ destination, end: 'delivered' }, delivered);
      ends.inc({ destination, end: 'failed_attempt' }, failed);
      ends.inc({ destination, end: 'given_up' }, givenUp);
    }
  }
  if (heartbeat === undefined) return;
  const beats = counter(registry, 'wireproof_heartbeats_total', 'Signs of life, by what came of it.', ['end']);
  beats.inc({ end: 'sent' }, heartbeat.sent);
  beats.inc({ end: 'failed' }, heartbeat.failed);
};

/** A registry of one scrape: what is no longer so is not in the next one. */
export const standingMetrics = async (standing: Standing): Promise<Registry> => {
  const { plan, observed, history, version } = standing;
  const registry = new Registry();
  const about = gauge(registry, 'wireproof_build_info', 'Always 1; what runs, and where.', ['version', 'location']);
  about.set({ version, location: plan.location }, 1);
  addTargets(registry, plan);
  await addStates(registry, observed);
  addIncidents(registry, plan, observed);
  addBudgets(registry, observed);
  addHistory(registry, history);
  addTold(registry, standing);
  return registry;
};
