import { Registry } from 'prom-client';

import type { CanaryClock } from '../../canary/clock.ts';
import type { CanaryPlan } from '../../canary/config/canary-plan.ts';
import type { PatientStore } from '../../history/patient/keep-trying.ts';
import { breath } from '../../history/breath.ts';
import { toolAbout } from '../../package-root.ts';
import type { Routes } from '../../status-page/serve.ts';
import type { DeliveryCount } from '../deliveries/count-deliveries.ts';
import { createObserver } from '../observed.ts';
import type { Output } from '../output.ts';
import { roundMetrics } from './round-metrics.ts';
import { standingMetrics } from './standing-metrics.ts';

export interface PrometheusOptions {
  /** In force now. */
  readonly plan: () => CanaryPlan;
  readonly store: PatientStore;
  readonly clock: CanaryClock;
  /** Due times that passed without a round, since the start. */
  readonly overdue?: () => number;
  readonly deliveries?: () => ReadonlyMap<string, DeliveryCount>;
  /** Nothing while there is no heartbeat. */
  readonly heartbeat?: () => { readonly sent: number; readonly failed: number } | undefined;
}

/** One metric after the other: with a thousand targets it takes long, and rounds must begin meanwhile. */
const linesOf = async (registry: Registry): Promise<readonly string[]> => {
  const lines: string[] = [];
  for (const { name } of registry.getMetricsAsArray()) {
    lines.push(await registry.getSingleMetricAsString(name));
    await breath();
  }
  return lines;
};

/**
 * `GET /metrics` in Prometheus' text format. States, incidents and budgets are read from the history at each scrape, so that all processes
 * on one database tell the same; counters and histograms are of the rounds that this process wrote.
 */
export const prometheusOutput = (options: PrometheusOptions): Output & { readonly routes: Routes } => {
  const { plan, store, overdue, deliveries, heartbeat } = options;
  const registry = new Registry();
  const rounds = roundMetrics(registry, plan);
  const observer = createObserver(options);
  const { version } = toolAbout();
  const text = async (): Promise<string> => {
    const observed = await observer.look();
    const current = plan();
    const beats = heartbeat?.();
    await rounds.keepOnly(current);
    const standing = await standingMetrics({
      plan: current,
      observed,
      history: store.condition(),
      version,
      ...(overdue !== undefined && { overdue: overdue() }),
      ...(deliveries !== undefined && { deliveries: deliveries() }),
      ...(beats !== undefined && { heartbeat: beats }),
    });
    return [...(await linesOf(standing)), ...(await linesOf(registry)), ''].join('\n');
  };
  let scraping: Promise<string> | undefined;
  const scrape = (): Promise<string> => {
    // Many who scrape at once cost no more than one.
    scraping ??= text().finally(() => {
      scraping = undefined;
    });
    return scraping;
  };
  return {
    name: 'prometheus',
    onRound: rounds.add,
    close: () => Promise.resolve(),
    routes: (app) => {
      app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await scrape()));
    },
  };
};
