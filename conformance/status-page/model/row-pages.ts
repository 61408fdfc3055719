/** The page's rows: what goes wrong there, and which targets show it. */
import { byPageRow, rowTitle, type PageRow } from '#scenarios/kit/page-row';

import type { WatchedScenario, WatchedTarget } from '../watched.ts';
import { standingOf, type Standing } from './health.ts';
import type { Source } from './source.ts';
import { firstDayShown, uptimeOf, type Uptime } from './uptime.ts';

export interface RowList {
  readonly rows: readonly { readonly row: PageRow; readonly title: string; readonly standing: Standing; readonly targets: number }[];
}

const rowsAsked = ({ watched }: Source, target: WatchedTarget): ReadonlySet<PageRow> =>
  new Set(target.scenarios.flatMap((id) => watched.scenarios.get(id)?.row ?? []));

/** Rows that some target is asked about, in the order of the page. */
export const rowListOf = async (source: Source): Promise<RowList> => {
  const states = await source.history.states();
  const asked = source.watched.targets.map((target) => rowsAsked(source, target));
  const rows = [...new Set<PageRow>([...asked.flatMap((one) => [...one]), ...states.map(({ row }) => row)])].sort(byPageRow);
  return {
    rows: rows.map((row) => ({
      row,
      title: rowTitle(row),
      standing: standingOf(states.filter((state) => state.row === row)),
      targets: asked.filter((one) => one.has(row)).length,
    })),
  };
};

export interface RowPage {
  readonly row: PageRow;
  readonly title: string;
  readonly scenarios: readonly WatchedScenario[];
  readonly targets: readonly { readonly name: string; readonly standing: Standing; readonly uptime: Uptime }[];
  /** Targets that are asked about it and do not stand on this page. */
  readonly moreTargets: number;
}

const targetsShown = 100;

/** `undefined`: no scenario and no state is about that row. */
export const rowPageOf = async (source: Source, row: PageRow): Promise<RowPage | undefined> => {
  const { history, watched, now } = source;
  const states = (await history.states()).filter((state) => state.row === row);
  const scenarios = [...watched.scenarios.values()].filter((scenario) => scenario.row === row);
  if (states.length === 0 && scenarios.length === 0) return undefined;
  const seen = new Set(states.map(({ target }) => target));
  const asked = watched.targets.filter((target) => seen.has(target.name) || rowsAsked(source, target).has(row));
  const targets = await Promise.all(
    asked.slice(0, targetsShown).map(async ({ name }) => {
      const days = await history.days({ target: name, from: firstDayShown(now), to: now });
      return {
        name,
        standing: standingOf(states.filter(({ target }) => target === name)),
        uptime: uptimeOf(
          days.filter((one) => one.row === row),
          now,
        ),
      };
    }),
  );
  return { row, title: rowTitle(row), scenarios, targets, moreTargets: Math.max(0, asked.length - targetsShown) };
};
