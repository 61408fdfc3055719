import type { Budget } from '../../engine/budget.ts';
import type { Ceilings, SpendRequest } from '../../history/store.ts';
import type { CanaryPlan, CanaryTarget } from '../config/canary-plan.ts';

export type Worst = SpendRequest['worst'];

/** What a round may last when nobody said otherwise. */
const usualSeconds = 300;

/** What a round takes beside waiting for its answers; else the last answer that hangs would not be waited for as long as its check wants. */
const overheadSeconds = 5;

const least = (worst: number, ceiling: number | undefined): number => Math.min(worst, ceiling ?? worst);

/** The most that a round can spend: its worst case, cut off by its own ceilings, which its ledger keeps. */
export const mostOf = (worst: Worst, { requests, inputTokens, outputTokens, seconds = usualSeconds, usd }: Ceilings): Worst => ({
  requests: least(worst.requests, requests),
  inputTokens: least(worst.inputTokens, inputTokens),
  outputTokens: least(worst.outputTokens, outputTokens),
  seconds: least(worst.seconds + overheadSeconds, seconds),
  usd: least(worst.usd, usd),
});

/**
 * What the ledger of a round keeps to: requests and seconds that were reserved, and the round's own ceilings of tokens and money. An answer can
 * cost more than its request could foresee (a proxy adds to the question, a model thinks); that shall not keep back the requests after it,
 * whose worst case was reserved, as long as the round has room.
 */
export const budgetOf = ({ requests, seconds }: Worst, round: Ceilings, prices: CanaryTarget['prices']): Budget => ({
  requests,
  seconds,
  inputTokens: round.inputTokens ?? Infinity,
  outputTokens: round.outputTokens ?? Infinity,
  usd: round.usd ?? Infinity,
  prices,
});

/** The target's own windows and those over all targets: all must have room. */
export const spendRequest = (target: CanaryTarget, overall: CanaryPlan['budget'], worst: Worst, at: number): SpendRequest => ({
  limits: [
    { scope: target.name, hour: target.budget.hour, day: target.budget.day },
    { scope: '*', hour: overall.hour, day: overall.day },
  ],
  at,
  worst,
});
