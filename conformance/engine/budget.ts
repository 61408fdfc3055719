/** Hard ceilings of one run. Absent means unlimited. */
export interface Budget {
  readonly requests?: number;
  /** Input and output tokens together. */
  readonly tokens?: number;
  /** Since the run's start. */
  readonly seconds?: number;
}

/** What a canary may spend when nobody said otherwise: a round of all rows (docs/canary-cost.md) with some to spare, not enough to hurt. */
export const canaryBudget: Required<Budget> = { requests: 120, tokens: 50_000, seconds: 300 };

/** A request that may be sent. `settle` replaces the reserved tokens by what the answer said it cost, when it said so. */
export interface Permit {
  readonly settle: (tokens: number) => void;
  /** Milliseconds after which the request must be given up, because the run's seconds are spent then. */
  readonly withinMs?: number;
}

/** Keeps a run inside its budget: every request asks before it is sent. */
export interface Ledger {
  /** A permit, or the sentence that says which ceiling stands in the way. The worst case is computed only where tokens are limited. */
  readonly ask: (worstCaseTokens: () => number) => Permit | string;
}

/** Rough and high: three bytes per token, so that a reservation is rarely below the true cost. */
export const estimateInputTokens = (bytes: number): number => Math.ceil(bytes / 3);

/** @param now milliseconds; the budget's seconds count from this call */
export const openLedger = (budget: Budget, now: () => number): Ledger => {
  const startedAt = now();
  let requests = 0;
  let tokens = 0;
  const obstacle = (worstCase: number): string | undefined => {
    const seconds = (now() - startedAt) / 1000;
    if (budget.requests !== undefined && requests >= budget.requests) return `all ${budget.requests} requests are spent`;
    if (budget.seconds !== undefined && seconds >= budget.seconds) return `all ${budget.seconds} seconds are spent`;
    if (budget.tokens !== undefined && tokens + worstCase > budget.tokens) {
      return `${budget.tokens - tokens} of ${budget.tokens} tokens are left, this request may cost ${worstCase}`;
    }
    return undefined;
  };
  const settle = (reserved: number) => (actual: number) => {
    if (actual > 0) tokens += actual - reserved;
  };
  return {
    ask: (worstCaseTokens) => {
      const worstCase = budget.tokens === undefined ? 0 : worstCaseTokens();
      const refused = obstacle(worstCase);
      if (refused !== undefined) return refused;
      requests += 1;
      tokens += worstCase;
      const withinMs = budget.seconds === undefined ? undefined : Math.max(1, startedAt + budget.seconds * 1000 - now());
      return { settle: settle(worstCase), ...(withinMs !== undefined && { withinMs }) };
    },
  };
};
