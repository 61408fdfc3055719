/** One target: its scenarios, how fast it answers, what it was asked lately and what that cost. */
import { byPageRow } from '#scenarios/kit/page-row';

import type { Incident, ProbeResult, Round, ScenarioState } from '../../history/records.ts';
import type { Ceilings, HistoryStore, SeriesPoint } from '../../history/store.ts';
import type { WatchedTarget } from '../watched.ts';
import { day, hour } from '../words.ts';
import { standingOf, type Standing } from './health.ts';
import { latestResults } from './latest.ts';
import { partOf, type Part, type Source } from './source.ts';
import { firstDayShown, uptimeOf, type Uptime } from './uptime.ts';

/** Each about fifty points wide. */
export const ranges = {
  day: { name: '24 hours', lengthMs: day, widthMs: hour / 2 },
  week: { name: '7 days', lengthMs: 7 * day, widthMs: 3 * hour },
  quarter: { name: '90 days', lengthMs: 90 * day, widthMs: 2 * day },
} as const;
export type RangeId = keyof typeof ranges;
export const rangeIds = Object.keys(ranges) as readonly RangeId[];

export interface TargetQuery {
  readonly range: RangeId;
  /** Charts of this scenario alone. */
  readonly scenario?: string;
  /** Rounds after this one. */
  readonly after?: string;
}

export interface ScenarioLine {
  readonly id: string;
  readonly title: string;
  readonly row: ScenarioState['row'];
  readonly standing: Standing;
  /** One for each place it is seen from. */
  readonly states: readonly ScenarioState[];
  readonly latest?: ProbeResult;
}

export interface TargetPage {
  readonly target: WatchedTarget;
  readonly query: TargetQuery;
  readonly standing: Standing;
  readonly uptime: Uptime;
  readonly scenarios: readonly ScenarioLine[];
  readonly series: { readonly from: number; readonly to: number; readonly widthMs: number; readonly points: readonly SeriesPoint[] };
  readonly spent: Awaited<ReturnType<HistoryStore['spent']>>;
  readonly budget: { readonly hour: Ceilings; readonly day: Ceilings };
  readonly rounds: Part<Round>;
  readonly incidents: readonly Incident[];
}

const roundsShown = 20;
const incidentsShown = 10;

const scenarioLines = (
  { watched }: Pick<Source, 'watched'>,
  target: WatchedTarget,
  states: readonly ScenarioState[],
  newest: readonly ProbeResult[],
): readonly ScenarioLine[] => {
  const ids = new Set([...target.scenarios, ...states.map(({ scenario }) => scenario)]);
  const lines = [...ids].flatMap((id): readonly ScenarioLine[] => {
    const own = states.filter(({ scenario }) => scenario === id);
    const known = watched.scenarios.get(id);
    const row = known?.row ?? own[0]?.row;
    const latest = newest.find(({ scenario }) => scenario === id);
    if (row === undefined) return [];
    return [{ id, title: known?.title ?? id, row, standing: standingOf(own), states: own, ...(latest === undefined ? {} : { latest }) }];
  });
  return lines.sort((a, b) => byPageRow(a.row, b.row) || a.id.localeCompare(b.id, 'en'));
};

const seriesOf = async ({ history, now }: Source, target: string, { range, scenario }: TargetQuery): Promise<TargetPage['series']> => {
  const { lengthMs, widthMs } = ranges[range];
  const to = Math.ceil(now / widthMs) * widthMs;
  const from = to - lengthMs;
  const points = await history.series({ target, from, to, widthMs, ...(scenario === undefined ? {} : { scenario }) });
  return { from, to, widthMs, points };
};

/** `undefined`: there is no such target. */
export const targetPageOf = async (source: Source, name: string, query: TargetQuery): Promise<TargetPage | undefined> => {
  const { history, watched, now } = source;
  const target = watched.targets.find((one) => one.name === name);
  if (target === undefined) return undefined;
  const [states, days, newest, series, spent, rounds, incidents] = await Promise.all([
    history.states({ target: name }),
    history.days({ target: name, from: firstDayShown(now), to: now }),
    latestResults(history, name),
    seriesOf(source, name, query),
    history.spent(name, now),
    history.rounds({ target: name, limit: roundsShown + 1, ...(query.after === undefined ? {} : { after: query.after }) }),
    history.incidents({ target: name, limit: incidentsShown }),
  ]);
  return {
    target,
    query,
    standing: standingOf(states),
    uptime: uptimeOf(days, now),
    scenarios: scenarioLines(source, target, states, newest),
    series,
    spent,
    budget: target.budget,
    rounds: partOf(rounds, roundsShown, query.after),
    incidents,
  };
};
