import { stateOf, storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import type { Opened } from '../write/locks.ts';

/** See HistoryStore. By target, scenario, location. */
export const statesIn =
  ({ db }: Opened): HistoryStore['states'] =>
  async ({ target, location } = {}) => {
    let rows = db.selectFrom('canary_state').select('body');
    if (target !== undefined) rows = rows.where('target', '=', storable(target));
    if (location !== undefined) rows = rows.where('location', '=', storable(location));
    return (await rows.orderBy('target').orderBy('scenario').orderBy('location').execute()).map(stateOf);
  };
