import type { LedgerState } from './usage-ledger.ts';
import type { UsageSum } from './usage-totals.ts';

/** One client's requests of one model. */
export interface ModelUsage {
  readonly total_requests: number;
  readonly success_count: number;
  readonly failure_count: number;
  readonly total_tokens: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cached_tokens: number;
  readonly reasoning_tokens: number;
  /** Requests whose tokens the proxy counted by itself. */
  readonly estimated_requests: number;
}

export interface ClientUsage {
  readonly total_requests: number;
  readonly total_tokens: number;
  readonly models: Readonly<Record<string, ModelUsage>>;
}

/** `GET /v0/management/usage`. Field names are those of the page's product (sheet R11 (d)); those that only this proxy has are marked. */
export interface UsageReport {
  readonly usage: {
    readonly total_requests: number;
    readonly success_count: number;
    /** Clients that left are neither successes nor failures. */
    readonly failure_count: number;
    readonly total_tokens: number;
    /** By client: the name of its key, or a fingerprint of it; never the key. */
    readonly apis: Readonly<Record<string, ClientUsage>>;
    readonly requests_by_day: Readonly<Record<string, number>>;
    readonly requests_by_hour: Readonly<Record<string, number>>;
    readonly tokens_by_day: Readonly<Record<string, number>>;
    readonly tokens_by_hour: Readonly<Record<string, number>>;
    /** (ours) */
    readonly client_left_count: number;
    /** (ours) */
    readonly estimated_requests: number;
    /** (ours) Requests sent upstream: more than those of clients when some were tried again. */
    readonly upstream_attempts: number;
  };
  readonly failed_requests: number;
  /** (ours) */
  readonly ledger: LedgerState;
}

type Sums = readonly Readonly<UsageSum>[];
type Measure = (sum: Readonly<UsageSum>) => number;

const requests: Measure = (sum) => sum.requests;
const tokens: Measure = ({ input, output }) => input + output;
const estimated: Measure = (sum) => sum.estimated;

const total = (sums: Sums, measure: Measure): number => sums.reduce((all, sum) => all + measure(sum), 0);

const ended = (sums: Sums, outcome: UsageSum['outcome']): Sums => sums.filter((sum) => sum.outcome === outcome);

const groups = (sums: Sums, nameOf: (sum: Readonly<UsageSum>) => string): readonly (readonly [string, Sums])[] => {
  const found = new Map<string, Readonly<UsageSum>[]>();
  for (const sum of sums) {
    const name = nameOf(sum);
    const group = found.get(name);
    if (group === undefined) found.set(name, [sum]);
    else group.push(sum);
  }
  return [...found];
};

/** Without a prototype: a client may be called `__proto__`. */
const table = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(entries));

const totals = (sums: Sums, nameOf: (sum: Readonly<UsageSum>) => string, measure: Measure): Readonly<Record<string, number>> =>
  table(groups(sums, nameOf).map(([name, group]) => [name, total(group, measure)] as const));

const modelUsage = (sums: Sums): ModelUsage => ({
  total_requests: total(sums, requests),
  success_count: total(ended(sums, 'success'), requests),
  failure_count: total(ended(sums, 'failure'), requests),
  total_tokens: total(sums, tokens),
  input_tokens: total(sums, ({ input }) => input),
  output_tokens: total(sums, ({ output }) => output),
  cached_tokens: total(sums, ({ cachedInput }) => cachedInput),
  reasoning_tokens: total(sums, ({ reasoning }) => reasoning),
  estimated_requests: total(sums, estimated),
});

const clientUsage = (sums: Sums): ClientUsage => ({
  total_requests: total(sums, requests),
  total_tokens: total(sums, tokens),
  models: table(groups(sums, ({ model }) => model).map(([model, group]) => [model, modelUsage(group)] as const)),
});

const hourOf = ({ hour }: Readonly<UsageSum>): string => String(hour).padStart(2, '0');

/** What was counted, in the words of the page's product. Days and hours are UTC. */
export const usageReport = (sums: Sums, ledger: LedgerState): UsageReport => {
  const failures = total(ended(sums, 'failure'), requests);
  return {
    usage: {
      total_requests: total(sums, requests),
      success_count: total(ended(sums, 'success'), requests),
      failure_count: failures,
      total_tokens: total(sums, tokens),
      apis: table(groups(sums, ({ client }) => client).map(([client, group]) => [client, clientUsage(group)] as const)),
      requests_by_day: totals(sums, ({ day }) => day, requests),
      requests_by_hour: totals(sums, hourOf, requests),
      tokens_by_day: totals(sums, ({ day }) => day, tokens),
      tokens_by_hour: totals(sums, hourOf, tokens),
      client_left_count: total(ended(sums, 'client-left'), requests),
      estimated_requests: total(sums, estimated),
      upstream_attempts: total(sums, ({ attempts }) => attempts),
    },
    failed_requests: failures,
    ledger,
  };
};
