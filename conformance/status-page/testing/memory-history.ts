/** A history in memory that answers what the pages ask, as the store describes it. For tests and measures. */
import type { Delivery, Incident, ProbeResult, Round, ScenarioState } from '../../history/records.ts';
import type { DayOfRow, HistoryStore, SeriesPoint } from '../../history/store.ts';
import type { ReadHistory } from '../model/source.ts';

export interface MemoryContent {
  readonly states: ScenarioState[];
  readonly days: DayOfRow[];
  readonly incidents: Incident[];
  readonly rounds: Round[];
  readonly results: ProbeResult[];
  readonly deliveries: Delivery[];
  /** By name. */
  readonly facts: Map<string, string>;
  readonly spent: (scope: string) => Awaited<ReturnType<HistoryStore['spent']>>;
}

const mostRows = 1_000;

const pageOf = <Item extends { readonly id: string }>(
  items: readonly Item[],
  { limit = mostRows, after }: { readonly limit?: number; readonly after?: string } = {},
): readonly Item[] => {
  const from = after === undefined ? 0 : items.findIndex(({ id }) => id === after) + 1;
  return items.slice(from, from + limit);
};

const percentilesOf = (values: readonly number[]) => {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};

const pointOf = (at: number, results: readonly ProbeResult[]): SeriesPoint => {
  const passed = results.filter(({ verdict }) => verdict === 'pass');
  const totals = passed.flatMap(({ totalMs }) => totalMs ?? []);
  const firsts = passed.flatMap(({ firstByteMs }) => firstByteMs ?? []);
  const fail = results.filter(({ verdict }) => verdict === 'fail').length;
  return {
    at,
    pass: passed.length,
    fail,
    other: results.length - passed.length - fail,
    ...(totals.length === 0 ? {} : { latency: percentilesOf(totals) }),
    ...(firsts.length === 0 ? {} : { firstByte: percentilesOf(firsts) }),
  };
};

const same = (wanted: string | undefined, value: string): boolean => wanted === undefined || wanted === value;

/** What is pushed into the content later is seen by the next question. Lists are kept newest first by whoever fills them. */
export const memoryHistory = (content: MemoryContent): ReadHistory => ({
  states: async ({ target, location } = {}) =>
    content.states.filter((state) => same(target, state.target) && same(location, state.location)),
  days: async ({ target, from, to }) => content.days.filter((one) => same(target, one.target) && one.day >= from && one.day <= to),
  incidents: async (query = {}) =>
    pageOf(
      content.incidents.filter(
        (one) => same(query.target, one.target) && (query.open === undefined || query.open === (one.closedAt === undefined)),
      ),
      query,
    ),
  incident: async (id) => content.incidents.find((one) => one.id === id),
  rounds: async (query = {}) =>
    pageOf(
      content.rounds.filter((one) => same(query.target, one.target) && same(query.round, one.id)),
      query,
    ),
  results: async (query = {}) =>
    pageOf(
      content.results.filter(
        (one) =>
          same(query.target, one.target) &&
          same(query.scenario, one.scenario) &&
          same(query.round, one.round) &&
          one.at >= (query.from ?? 0) &&
          one.at < (query.to ?? Number.POSITIVE_INFINITY),
      ),
      query,
    ),
  result: async (id) => content.results.find((one) => one.id === id),
  series: async ({ target, scenario, from, to, widthMs }) => {
    const groups = new Map<number, ProbeResult[]>();
    for (const result of content.results) {
      if (result.target !== target || !same(scenario, result.scenario) || result.at < from || result.at >= to) continue;
      const at = from + Math.floor((result.at - from) / widthMs) * widthMs;
      groups.set(at, [...(groups.get(at) ?? []), result]);
    }
    return [...groups].sort(([a], [b]) => a - b).map(([at, results]) => pointOf(at, results));
  },
  fact: async (name) => content.facts.get(name),
  spent: async (scope) => content.spent(scope),
  deliveries: async ({ incident, limit = mostRows } = {}) =>
    content.deliveries.filter(({ event }) => same(incident, event.incident.id)).slice(0, limit),
});
