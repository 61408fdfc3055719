import { roundOf, storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import type { Opened } from '../write/locks.ts';
import { usualLimit } from './page.ts';

/** See HistoryStore. Newest first, by the beginning. `scenario` and `verdicts` ask for rounds that have such a result. */
export const roundsIn =
  ({ db }: Opened): HistoryStore['rounds'] =>
  async (query = {}) => {
    const { target, location, round, scenario, row, verdicts, from, to, after, limit = usualLimit } = query;
    let rows = db.selectFrom('canary_round').selectAll();
    if (target !== undefined) rows = rows.where('target', '=', storable(target));
    if (location !== undefined) rows = rows.where('location', '=', storable(location));
    if (round !== undefined) rows = rows.where('id', '=', round);
    if (from !== undefined) rows = rows.where('started_at', '>=', from);
    if (to !== undefined) rows = rows.where('started_at', '<', to);
    if (scenario !== undefined || row !== undefined || verdicts !== undefined)
      rows = rows.where((where) => {
        let results = where.selectFrom('canary_result').select('canary_result.id').whereRef('canary_result.round', '=', 'canary_round.id');
        if (scenario !== undefined) results = results.where('canary_result.scenario', '=', scenario);
        if (row !== undefined) results = results.where('canary_result.page_row', '=', String(row));
        if (verdicts !== undefined) results = results.where('canary_result.verdict', 'in', [...verdicts]);
        return where.exists(results);
      });
    if (after !== undefined) {
      const last = await db.selectFrom('canary_round').select(['started_at', 'id']).where('id', '=', after).executeTakeFirst();
      // Gone since: then so is all that came after it, which is older.
      if (last === undefined) return [];
      // The first condition is there for the index.
      rows = rows
        .where('started_at', '<=', last.started_at)
        .where((where) =>
          where.or([
            where('started_at', '<', last.started_at),
            where.and([where('started_at', '=', last.started_at), where('id', '<', last.id)]),
          ]),
        );
    }
    return (await rows.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute()).map(roundOf);
  };
