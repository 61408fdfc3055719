/** All targets with their rows: the first page. */
import { byPageRow, rowTitle, type PageRow } from '#scenarios/kit/page-row';

import type { Health, Incident, ProbeResult, ScenarioState } from '../../history/records.ts';
import type { Ceilings, DayOfRow, HistoryStore } from '../../history/store.ts';
import type { WatchedTarget } from '../watched.ts';
import { countHealth, standingOf, worstFirst, type HealthCounts, type Standing } from './health.ts';
import { latestLatency, latestResults } from './latest.ts';
import type { Source } from './source.ts';
import { firstDayShown, uptimeOf, type Uptime } from './uptime.ts';

export interface OverviewQuery {
  readonly health?: Health;
  /** `region`, or the name of a label, with its value. */
  readonly label?: { readonly name: string; readonly value: string };
  /** Part of a target's name. */
  readonly search?: string;
  /** From 1 on. */
  readonly page: number;
  readonly size: number;
}

export interface RowLine {
  readonly row: PageRow;
  readonly title: string;
  readonly standing: Standing;
  readonly uptime: Uptime;
  readonly latencyMs?: number;
}

export interface TargetLine {
  readonly target: WatchedTarget;
  readonly standing: Standing;
  readonly uptime: Uptime;
  readonly latencyMs?: number;
  readonly rows: readonly RowLine[];
}

export interface Overview {
  readonly query: OverviewQuery;
  /** Of all targets, filtered or not. */
  readonly counts: HealthCounts;
  readonly openIncidents: readonly Incident[];
  readonly moreIncidents: boolean;
  /** What can be filtered by: `region` and labels with their values. */
  readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly targets: readonly TargetLine[];
  /** That the filter leaves. */
  readonly matching: number;
  readonly pages: number;
  /** Over all targets. */
  readonly spending?: {
    readonly spent: Awaited<ReturnType<HistoryStore['spent']>>;
    readonly budget: { readonly hour: Ceilings; readonly day: Ceilings };
  };
}

const incidentsShown = 5;

const groupBy = <Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> => {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
};

const latencyField = (newestFirst: readonly ProbeResult[]): { readonly latencyMs?: number } => {
  const latencyMs = latestLatency(newestFirst);
  return latencyMs === undefined ? {} : { latencyMs };
};

interface Parts {
  readonly states: readonly ScenarioState[];
  readonly days: readonly DayOfRow[];
  readonly newest: readonly ProbeResult[];
}

/** Pure: a target's line from what the history says of it. */
export const targetLine = (source: Pick<Source, 'now' | 'watched'>, target: WatchedTarget, { states, days, newest }: Parts): TargetLine => {
  const asked = target.scenarios.flatMap((id) => source.watched.scenarios.get(id)?.row ?? []);
  const statesOf = groupBy(states, ({ row }) => row);
  const daysOf = groupBy(days, ({ row }) => row);
  const newestOf = groupBy(newest, ({ row }) => row);
  const rows = [...new Set<PageRow>([...asked, ...statesOf.keys()])].sort(byPageRow);
  return {
    target,
    standing: standingOf(states),
    uptime: uptimeOf(days, source.now),
    ...latencyField(newest),
    rows: rows.map((row) => ({
      row,
      title: rowTitle(row),
      standing: standingOf(statesOf.get(row) ?? []),
      uptime: uptimeOf(daysOf.get(row) ?? [], source.now),
      ...latencyField(newestOf.get(row) ?? []),
    })),
  };
};

const valueOf = (target: WatchedTarget, name: string): string | undefined => (name === 'region' ? target.region : target.labels[name]);

const filtersOf = (targets: readonly WatchedTarget[]): Overview['filters'] => {
  const names = new Set(['region', ...targets.flatMap(({ labels }) => Object.keys(labels))]);
  return [...names]
    .map((name) => ({ name, values: [...new Set(targets.flatMap((target) => valueOf(target, name) ?? []))].sort() }))
    .filter(({ values }) => values.length > 0);
};

interface Candidate {
  readonly target: WatchedTarget;
  readonly standing: Standing;
}

const matches =
  ({ health, label, search }: OverviewQuery) =>
  ({ target, standing }: Candidate): boolean =>
    (health === undefined || standing.health === health) &&
    (label === undefined || valueOf(target, label.name) === label.value) &&
    (search === undefined || target.name.toLowerCase().includes(search.toLowerCase()));

const byUrgency = (a: Candidate, b: Candidate): number =>
  worstFirst.indexOf(a.standing.health) - worstFirst.indexOf(b.standing.health) || a.target.name.localeCompare(b.target.name, 'en');

/** The scope of spending that all targets share. */
const allTargets = '*';

const spendingOf = async ({ history, watched, now }: Source): Promise<Pick<Overview, 'spending'>> =>
  watched.budget === undefined ? {} : { spending: { spent: await history.spent(allTargets, now), budget: watched.budget } };

/** Only what stands on the page is read from the history, except the states: they say what stands on it. */
export const overviewOf = async (source: Source, query: OverviewQuery): Promise<Overview> => {
  const { history, watched, now } = source;
  const [states, open] = await Promise.all([history.states(), history.incidents({ open: true, limit: incidentsShown + 1 })]);
  const statesOf = groupBy(states, ({ target }) => target);
  const all = watched.targets.map((target) => ({ target, standing: standingOf(statesOf.get(target.name) ?? []) }));
  const matching = all.filter(matches(query)).sort(byUrgency);
  const shown = matching.slice((query.page - 1) * query.size, query.page * query.size);
  const from = firstDayShown(now);
  const targets = await Promise.all(
    shown.map(async ({ target }) => {
      const [days, newest] = await Promise.all([history.days({ target: target.name, from, to: now }), latestResults(history, target.name)]);
      return targetLine(source, target, { states: statesOf.get(target.name) ?? [], days, newest });
    }),
  );
  return {
    query,
    counts: countHealth(all.map(({ standing }) => standing.health)),
    openIncidents: open.slice(0, incidentsShown),
    moreIncidents: open.length > incidentsShown,
    filters: filtersOf(watched.targets),
    targets,
    matching: matching.length,
    pages: Math.max(1, Math.ceil(matching.length / query.size)),
    ...(await spendingOf(source)),
  };
};
