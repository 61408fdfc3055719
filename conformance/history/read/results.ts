import { resultOf, storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import type { Opened } from '../write/locks.ts';
import { usualLimit } from './page.ts';

const withEvidence = ({ db }: Opened) =>
  db
    .selectFrom('canary_result')
    .leftJoin('canary_evidence', 'canary_evidence.result', 'canary_result.id')
    .selectAll('canary_result')
    .select('canary_evidence.body as evidence');

/** See HistoryStore. Newest first, by the time of the first request. */
export const resultsIn =
  (opened: Opened): HistoryStore['results'] =>
  async (query = {}) => {
    const { target, scenario, location, round, row, verdicts, from, to, after, limit = usualLimit } = query;
    let rows = withEvidence(opened);
    if (target !== undefined) rows = rows.where('canary_result.target', '=', storable(target));
    if (scenario !== undefined) rows = rows.where('canary_result.scenario', '=', scenario);
    if (location !== undefined) rows = rows.where('canary_result.location', '=', storable(location));
    if (round !== undefined) rows = rows.where('canary_result.round', '=', round);
    if (row !== undefined) rows = rows.where('canary_result.page_row', '=', String(row));
    if (verdicts !== undefined) rows = rows.where('canary_result.verdict', 'in', [...verdicts]);
    if (from !== undefined) rows = rows.where('canary_result.at', '>=', from);
    if (to !== undefined) rows = rows.where('canary_result.at', '<', to);
    if (after !== undefined) {
      const last = await opened.db.selectFrom('canary_result').select(['at', 'id']).where('id', '=', after).executeTakeFirst();
      // Gone since: then so is all that came after it, which is older.
      if (last === undefined) return [];
      // The first condition is there for the index.
      rows = rows
        .where('canary_result.at', '<=', last.at)
        .where((where) =>
          where.or([
            where('canary_result.at', '<', last.at),
            where.and([where('canary_result.at', '=', last.at), where('canary_result.id', '<', last.id)]),
          ]),
        );
    }
    const found = await rows.orderBy('canary_result.at', 'desc').orderBy('canary_result.id', 'desc').limit(limit).execute();
    return found.map(resultOf);
  };

/** See HistoryStore. */
export const resultIn =
  (opened: Opened): HistoryStore['result'] =>
  async (id) => {
    const row = await withEvidence(opened).where('canary_result.id', '=', id).executeTakeFirst();
    return row === undefined ? undefined : resultOf(row);
  };
