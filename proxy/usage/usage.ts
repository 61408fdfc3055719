import { resolve } from 'node:path';

import { ConfigError } from '../config/problem.ts';
import type { ProxyConfig } from '../config/schema.ts';
import { Metrics } from '../metrics/metrics.ts';
import type { Observed } from '../metrics/prometheus.ts';
import { UsageLedger } from './usage-ledger.ts';
import type { LedgerParts } from './usage-ledger.ts';
import { noTokens } from './count-tokens.ts';
import { recordOf } from './usage-record.ts';
import type { EndedRequest, UsageListener, UsageRecord } from './usage-record.ts';
import { openUsageStore } from './usage-store.ts';
import type { UsageStore } from './usage-store.ts';

/** Counting of one running proxy: the ledger of requests, and the metrics. */
export interface Usage {
  readonly ledger: UsageLedger;
  readonly metrics: Metrics;
  readonly listener: UsageListener;
}

export interface UsageParts extends Pick<LedgerParts, 'clock' | 'nextId' | 'log'> {
  /** Of the start; `usage` needs a restart to change. */
  readonly config: ProxyConfig;
  /** That relative paths of the configuration start from. */
  readonly baseDirectory: string;
  /** `usage-statistics-enabled`, as it is now. */
  readonly enabled: () => boolean;
  readonly observe: () => Omit<Observed, 'usageWaiting' | 'usageLost'>;
  /** Hears of every counted request: budgets of client keys are fed by it. */
  readonly onCounted: (record: UsageRecord) => void;
}

const openStore = async (path: string, baseDirectory: string): Promise<UsageStore | undefined> => {
  if (path === '') return undefined;
  const file = resolve(baseDirectory, path);
  try {
    return await openUsageStore(file);
  } catch (cause) {
    const problem = {
      where: `config: usage.store (${file})`,
      expected: 'a file that SQLite can read and write',
      actual: (cause as Error).message,
      hint: 'give a path in a writable directory, or leave usage.store empty to count in memory',
    };
    throw new ConfigError([problem], { cause });
  }
};

/** Requests that are not to be kept are still measured; their tokens are those that upstreams tell. */
const asUncounted = (request: EndedRequest): UsageRecord => {
  const told = request.answered?.usage;
  return recordOf(request, '', { ...noTokens, input: told?.input ?? 0, output: told?.output ?? 0 });
};

/** Opens the books. @throws ConfigError for a usage store that cannot be used. */
export const openUsage = async ({ config, baseDirectory, enabled, observe, onCounted, ...parts }: UsageParts): Promise<Usage> => {
  const store = await openStore(config.usage.store, baseDirectory);
  const ledger = new UsageLedger({ ...parts, ...(store !== undefined && { store }), retentionDays: config.usage['retention-days'] });
  const metrics = new Metrics(() => ({ ...observe(), usageWaiting: ledger.state.waiting, usageLost: ledger.state.lost }));
  const counted = (record: UsageRecord): void => {
    metrics.counted(record);
    onCounted(record);
  };
  return {
    ledger,
    metrics,
    listener: {
      requestEnded: (request) => (enabled() ? ledger.requestEnded(request, counted) : counted(asUncounted(request))),
      attemptEnded: (attempt) => metrics.attemptEnded(attempt),
      bodyParsed: () => metrics.bodyParsed(),
    },
  };
};
