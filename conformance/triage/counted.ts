import type { Answered } from './session.ts';

/** The sums over all providers of `GET /v1/metrics/providers` (sheet 1.7). */
export interface Counted {
  readonly requests: number;
  readonly tokens: number;
  /** Requests whose tokens nobody told; 0 where a build does not say. */
  readonly estimated: number;
}

const numberIn = (value: unknown, key: string): number => {
  const found = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
};

/** Undefined when it is no such object. */
const countsIn = (answered: Answered | undefined): Counted | undefined => {
  const json = answered?.sight.status === 200 ? answered.sight.json : undefined;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const sum = (key: string): number => Object.values(json).reduce<number>((all, each) => all + numberIn(each, key), 0);
  return { requests: sum('request_count'), tokens: sum('total_tokens'), estimated: sum('estimated_requests') };
};

/** By how much the counts grew between two askings; undefined when one of them was no answer. */
export const grownBetween = (before: Answered | undefined, after: Answered | undefined): Counted | undefined => {
  const [earlier, later] = [countsIn(before), countsIn(after)];
  if (earlier === undefined || later === undefined) return undefined;
  return {
    requests: later.requests - earlier.requests,
    tokens: later.tokens - earlier.tokens,
    estimated: later.estimated - earlier.estimated,
  };
};
