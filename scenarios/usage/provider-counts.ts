import { deviates, holds, inShort, probe, type CallerSight, type Cell, type Probe, type Reading } from '#scenarios/kit/index';

/** What a target has counted so far, all providers together. */
export interface ProviderCounts {
  readonly requests: number;
  readonly tokens: number;
  /** `undefined` when the target does not tell what it only estimated. */
  readonly estimated: number | undefined;
}

/** Asks what the target has counted. */
export const askCounts = ({ client }: Cell, after: readonly string[]): Probe =>
  probe({ dialect: client, method: 'GET', path: '/v1/metrics/providers', after });

type Row = Readonly<Record<string, unknown>>;

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

const sum = (rows: readonly Row[], key: string): number =>
  rows.reduce((all, row) => all + (typeof row[key] === 'number' ? row[key] : 0), 0);

/** `undefined` when the answer is no table of providers. A table without rows is one: nothing has been counted yet. */
export const countsIn = ({ status, json }: CallerSight): ProviderCounts | undefined => {
  if (status !== 200 || !isRow(json)) return undefined;
  const rows = Object.values(json).filter(isRow);
  if (rows.some((row) => typeof row['request_count'] !== 'number' || typeof row['total_tokens'] !== 'number')) return undefined;
  const tellsEstimates = rows.some((row) => typeof row['estimated_requests'] === 'number');
  return {
    requests: sum(rows, 'request_count'),
    tokens: sum(rows, 'total_tokens'),
    estimated: tellsEstimates ? sum(rows, 'estimated_requests') : undefined,
  };
};

/** Judges by how much the counts grew between two askings. */
export const grewBy = (before: CallerSight, after: CallerSight, judge: (growth: ProviderCounts) => Reading): Reading => {
  const [earlier, later] = [countsIn(before), countsIn(after)];
  const unread = earlier === undefined ? before : after;
  if (earlier === undefined || later === undefined) {
    return deviates({ expected: 'request_count and total_tokens by provider', actual: inShort(unread) });
  }
  return judge({
    requests: later.requests - earlier.requests,
    tokens: later.tokens - earlier.tokens,
    estimated: later.estimated === undefined ? undefined : later.estimated - (earlier.estimated ?? 0),
  });
};

const is = (what: string, actual: number, expected: number): Reading =>
  actual === expected ? holds() : deviates({ expected: `${expected} more ${what}`, actual: `${actual} more` });

export const moreRequests =
  (expected: number) =>
  (growth: ProviderCounts): Reading =>
    is('requests', growth.requests, expected);
export const moreTokens =
  (expected: number) =>
  (growth: ProviderCounts): Reading =>
    is('tokens', growth.tokens, expected);
