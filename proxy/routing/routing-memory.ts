import type { Clock } from '../clock.ts';
import { Affinity } from './affinity.ts';
import { Breakers } from './breakers.ts';
import type { BreakerView } from './breakers.ts';
import { Cooldowns } from './cooldowns.ts';
import type { CooldownView } from './cooldowns.ts';
import { FailureCounts } from './failure-counts.ts';
import { RetryBudget } from './retry-budget.ts';
import { Turns } from './turns.ts';

/** What routing remembers of the past. It outlives reloads of the configuration, is bounded, and knows credentials by their ids only. */
export interface RoutingMemory {
  readonly cooldowns: Cooldowns;
  readonly counts: FailureCounts;
  readonly breakers: Breakers;
  readonly budget: RetryBudget;
  readonly turns: Turns;
  readonly affinity: Affinity;
  /** From 0 up to 1, for the jitter of waits. */
  readonly random: () => number;
}

export const newRoutingMemory = (clock: Clock, random: () => number = () => 0.5): RoutingMemory => ({
  cooldowns: new Cooldowns(clock),
  counts: new FailureCounts(),
  breakers: new Breakers(clock),
  budget: new RetryBudget(clock),
  turns: new Turns(),
  affinity: new Affinity(clock),
  random,
});

/** What management and metrics may see: no secrets, no words of upstreams. */
export interface RoutingState {
  readonly cooldowns: readonly CooldownView[];
  readonly breakers: readonly BreakerView[];
}

export const routingState = ({ cooldowns, breakers }: RoutingMemory): RoutingState => ({
  cooldowns: cooldowns.view(),
  breakers: breakers.view(),
});

/** Ends cooldowns and closes circuits, of one credential or of all; says how many cooldowns ran. */
export const resetCooldowns = ({ cooldowns, breakers }: RoutingMemory, credentialId?: string): number => {
  breakers.reset(credentialId);
  return cooldowns.reset(credentialId);
};
