import type { TokenUsage } from './usage.ts';

/** Hard ceilings of one run. Absent means unlimited. */
export interface Budget {
  readonly requests?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Since the run's start. */
  readonly seconds?: number;
  /** US dollars, by `prices`. */
  readonly usd?: number;
  /** US dollars per million tokens; nothing costs anything without. */
  readonly prices?: { readonly input: number; readonly output: number };
}

/** What a canary may spend when nobody said otherwise: a round of all rows (docs/canary-cost.md) with some to spare, not enough to hurt. */
export const canaryBudget: Required<Pick<Budget, 'requests' | 'tokens' | 'seconds'>> = { requests: 120, tokens: 50_000, seconds: 300 };

/** A request that may be sent. `settle` replaces the reserved tokens by what the answer said it cost, when it said so. */
export interface Permit {
  readonly settle: (used: TokenUsage) => void;
  /** No connection came about: the request counts, its tokens do not. */
  readonly neverArrived: () => void;
  /** Milliseconds after which the request must be given up, because the run's seconds are spent then. */
  readonly withinMs?: number;
}

/** What was sent, and what it cost at most: of an answer that told nothing, the worst case. */
export interface Spent extends TokenUsage {
  readonly requests: number;
  readonly usd: number;
  readonly seconds: number;
}

/** Keeps a run inside its budget: every request asks before it is sent. */
export interface Ledger {
  /** A permit, or the sentence that says which ceiling stands in the way. The worst case is computed only where tokens are limited. */
  readonly ask: (worstCase: () => TokenUsage) => Permit | string;
  /** So far. Tokens and money are counted only where they are limited. */
  readonly spent: () => Spent;
}

/** Rough and high: three bytes per token, so that a reservation is rarely below the true cost. */
export const estimateInputTokens = (bytes: number): number => Math.ceil(bytes / 3);

const nothing: TokenUsage = { inputTokens: 0, outputTokens: 0 };

const perMillion = 1_000_000;

/** US dollars for so many tokens. */
export const usdFor = ({ inputTokens, outputTokens }: TokenUsage, prices: Budget['prices']): number =>
  prices === undefined ? 0 : (inputTokens * prices.input + outputTokens * prices.output) / perMillion;

const limitsTokens = ({ tokens, inputTokens, outputTokens, usd }: Budget): boolean =>
  [tokens, inputTokens, outputTokens, usd].some((limit) => limit !== undefined);

/** A sum of small fractions may be off in its last digits, which is no reason to refuse what just fits. */
const hairOfUsd = 1e-9;

/** The first ceiling of tokens or money that the request could break through. */
const tooDear = (budget: Budget, so: TokenUsage, worst: TokenUsage): string | undefined => {
  const left = (what: string, limit: number | undefined, spent: number, cost: number, hair = 0): string | undefined =>
    limit === undefined || spent + cost <= limit + hair
      ? undefined
      : `${Number((limit - spent).toFixed(6))} of ${limit} ${what} are left, this request may cost ${Number(cost.toFixed(6))}`;
  const both = ({ inputTokens, outputTokens }: TokenUsage): number => inputTokens + outputTokens;
  return (
    left('tokens', budget.tokens, both(so), both(worst)) ??
    left('input tokens', budget.inputTokens, so.inputTokens, worst.inputTokens) ??
    left('output tokens', budget.outputTokens, so.outputTokens, worst.outputTokens) ??
    left('US dollars', budget.usd, usdFor(so, budget.prices), usdFor(worst, budget.prices), hairOfUsd)
  );
};

const plus = (a: TokenUsage, b: TokenUsage, sign: 1 | -1): TokenUsage => ({
  inputTokens: a.inputTokens + sign * b.inputTokens,
  outputTokens: a.outputTokens + sign * b.outputTokens,
});

/** Says that a ceiling is reached. */
export const allSpent = (most: number, noun: string): string => (most === 1 ? `the 1 ${noun} is spent` : `all ${most} ${noun}s are spent`);

/** @param now milliseconds; the budget's seconds count from this call */
export const openLedger = (budget: Budget, now: () => number): Ledger => {
  const startedAt = now();
  let requests = 0;
  let tokens = nothing;
  const secondsSpent = (): number => Math.max(0, now() - startedAt) / 1000;
  const obstacle = (worst: TokenUsage): string | undefined => {
    if (budget.requests !== undefined && requests >= budget.requests) return allSpent(budget.requests, 'request');
    if (budget.seconds !== undefined && secondsSpent() >= budget.seconds) return allSpent(budget.seconds, 'second');
    return tooDear(budget, tokens, worst);
  };
  const replace = (reserved: TokenUsage, actual: TokenUsage): void => {
    tokens = plus(plus(tokens, reserved, -1), actual, 1);
  };
  return {
    ask: (worstCase) => {
      const worst = limitsTokens(budget) ? worstCase() : nothing;
      const refused = obstacle(worst);
      if (refused !== undefined) return refused;
      requests += 1;
      tokens = plus(tokens, worst, 1);
      const withinMs = budget.seconds === undefined ? undefined : Math.max(1, startedAt + budget.seconds * 1000 - now());
      return {
        settle: (actual) => {
          if (actual.inputTokens + actual.outputTokens > 0) replace(worst, actual);
        },
        neverArrived: () => replace(worst, nothing),
        ...(withinMs !== undefined && { withinMs }),
      };
    },
    spent: () => ({ requests, ...tokens, usd: usdFor(tokens, budget.prices), seconds: secondsSpent() }),
  };
};
