import { sql } from 'kysely';

import { rowOf, storable } from '../rows.ts';
import type { DayOfRow, HistoryStore } from '../store.ts';
import { dayOf } from '../windows.ts';
import type { Opened } from '../write/locks.ts';

/** Day, pass, warned, fail, other. */
type Day = readonly [number, number, number, number, number];

/** One text for each row of a target: years of days are many, and a text of them is read ten times as fast as so many rows. */
const gathered = (kind: Opened['kind']) =>
  kind === 'sqlite'
    ? sql<string>`json_group_array(json_array(day, pass, warned, fail, other))`
    : sql<string>`json_agg(json_build_array(day, pass, warned, fail, other))::text`;

/** See HistoryStore. Days that touch `[from, to)`, by target, row and day. */
export const daysIn =
  ({ db, kind }: Opened): HistoryStore['days'] =>
  async ({ target, from, to }) => {
    let rows = db
      .selectFrom('canary_day_of_row')
      .select(['target', 'page_row', gathered(kind).as('days')])
      .where('day', '>=', dayOf(from))
      .where('day', '<', to);
    if (target !== undefined) rows = rows.where('target', '=', storable(target));
    const found = await rows.groupBy(['target', 'page_row']).orderBy('target').orderBy('page_row').execute();
    return found.flatMap(({ target, page_row, days }): DayOfRow[] => {
      const row = rowOf(page_row);
      const sorted = (JSON.parse(days) as Day[]).sort(([a], [b]) => a - b);
      return sorted.map(([day, pass, warned, fail, other]) => ({ target, row, day, pass, warned, fail, other }));
    });
  };
