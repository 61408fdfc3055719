import { incidentOf, storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import type { Opened } from '../write/locks.ts';
import { usualLimit } from './page.ts';

/** See HistoryStore. Newest first, by the time of opening. */
export const incidentsIn =
  ({ db }: Opened): HistoryStore['incidents'] =>
  async (query = {}) => {
    const { target, scenario, row, open, from, to, after, limit = usualLimit } = query;
    let rows = db.selectFrom('canary_incident').select('body');
    if (target !== undefined) rows = rows.where('target', '=', storable(target));
    if (scenario !== undefined) rows = rows.where('scenario', '=', scenario);
    if (row !== undefined) rows = rows.where('page_row', '=', String(row));
    if (open !== undefined) rows = rows.where('closed_at', open ? 'is' : 'is not', null);
    if (from !== undefined) rows = rows.where((where) => where.or([where('closed_at', 'is', null), where('closed_at', '>=', from)]));
    if (to !== undefined) rows = rows.where('opened_at', '<', to);
    if (after !== undefined) {
      const last = await db.selectFrom('canary_incident').select(['opened_at', 'id']).where('id', '=', after).executeTakeFirst();
      if (last === undefined) return [];
      // The first condition is there for the index.
      rows = rows
        .where('opened_at', '<=', last.opened_at)
        .where((where) =>
          where.or([
            where('opened_at', '<', last.opened_at),
            where.and([where('opened_at', '=', last.opened_at), where('id', '<', last.id)]),
          ]),
        );
    }
    return (await rows.orderBy('opened_at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(incidentOf);
  };

/** See HistoryStore. */
export const incidentIn =
  ({ db }: Opened): HistoryStore['incident'] =>
  async (id) => {
    const row = await db.selectFrom('canary_incident').select('body').where('id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : incidentOf(row);
  };
