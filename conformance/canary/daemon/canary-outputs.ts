import { createHeartbeat, type Heartbeat } from '../../outputs/heartbeat.ts';
import { startDeliveries } from '../../outputs/deliveries/deliveries.ts';
import { prepareDestinations } from '../../outputs/destinations/prepare.ts';
import { fileOutputs } from '../../outputs/files/file-outputs.ts';
import { otlpOutput } from '../../outputs/otlp/otlp-output.ts';
import { prometheusOutput } from '../../outputs/prometheus/prometheus-output.ts';
import { liveUserAgent } from '../../package-root.ts';
import type { Routes } from '../../status-page/serve.ts';
import { statusPageRoutes } from '../../status-page/status-page.ts';
import { watchedOfPlan } from '../../status-page/watched.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';
import { followingOutput, type FollowingOutput } from './following-output.ts';
import type { OpenCanary } from './open-canary.ts';

export interface OutputsWorld {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the configuration: relative paths in it start there. */
  readonly folder: string;
  /** In [0, 1). */
  readonly random: () => number;
  /** Due times that passed without a round. */
  readonly overdue?: () => number;
}

/** What listens to a canary, as its plan wants it. */
export interface CanaryOutputs {
  /** Served beside the control routes. */
  readonly routes: readonly Routes[];
  /** Waits until what is due has been sent, for so long at most. */
  readonly settle: (withinMs: number) => Promise<void>;
  /** With a reload, before it is in force. Rejects when the new plan's outputs cannot be had. */
  readonly replace: (plan: CanaryPlan) => Promise<void>;
}

/** Those that the plan asks for or not. `counts`: of the heartbeat that beats now. */
const askedOutputs = async ({ store, plan, rounds: { clock }, tell }: OpenCanary, userAgent: string) => {
  let beating: Heartbeat | undefined;
  const following: readonly FollowingOutput[] = [
    await followingOutput(
      {
        name: 'heartbeat',
        of: ({ heartbeat }) => heartbeat,
        begin: async ({ heartbeat }) => {
          beating = heartbeat && createHeartbeat({ heartbeat, clock, userAgent });
          return beating === undefined ? [] : [beating];
        },
      },
      plan(),
    ),
    await followingOutput(
      { name: 'files', of: ({ files }) => files, begin: async ({ files }) => fileOutputs({ files, clock, tell }) },
      plan(),
    ),
    await followingOutput(
      {
        name: 'otlp',
        of: ({ otlp }) => otlp,
        begin: async ({ otlp }) => (otlp === undefined ? [] : [await otlpOutput({ otlp, plan, store, clock, tell })]),
      },
      plan(),
    ),
  ];
  return { following, counts: () => beating?.counts() };
};

/**
 * Begins all outputs of the plan; they end with the canary.
 * @throws ToolError where one cannot be had, such as OTLP without its packages
 */
export const attachOutputs = async (canary: OpenCanary, { env, folder, random, overdue }: OutputsWorld): Promise<CanaryOutputs> => {
  const { store, plan, rounds, redact, tell } = canary;
  const { clock } = rounds;
  const userAgent = liveUserAgent();
  const { following, counts } = await askedOutputs(canary, userAgent);
  for (const { output } of following) canary.addOutput(output);
  const destinations = await prepareDestinations(plan().destinations, { env, folder });
  const deliveries = startDeliveries({ store, destinations, clock, random, userAgent, redact, tell });
  canary.addOutput({
    name: 'deliveries',
    onRound: ({ decision }) => {
      if (decision.events.length > 0) deliveries.kick();
    },
    close: () => deliveries.close(),
  });
  const prometheus = prometheusOutput({
    plan,
    store,
    clock,
    deliveries: deliveries.counts,
    heartbeat: counts,
    ...(overdue !== undefined && { overdue }),
  });
  canary.addOutput(prometheus);
  return {
    routes: [statusPageRoutes({ history: store, watched: () => watchedOfPlan(plan()), clock }), prometheus.routes],
    settle: (withinMs) => deliveries.settle(withinMs),
    replace: async (changed) => {
      const prepared = await prepareDestinations(changed.destinations, { env, folder });
      for (const { follow } of following) await follow(changed);
      deliveries.replace(prepared);
    },
  };
};
