import { storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import type { Opened } from '../write/locks.ts';

/** See HistoryStore. The newest `limit`, oldest first. */
export const samplesIn =
  ({ db }: Opened): HistoryStore['samples'] =>
  async ({ target, scenario, location, from, limit }) => {
    const rows = await db
      .selectFrom('canary_result')
      .select(['at', 'total_ms', 'first_byte_ms'])
      .where('target', '=', storable(target))
      .where('scenario', '=', scenario)
      .where('location', '=', storable(location))
      .where('at', '>=', from)
      .where('verdict', '=', 'pass')
      .where('total_ms', 'is not', null)
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows
      .map(({ at, total_ms, first_byte_ms }) => ({
        at,
        totalMs: total_ms ?? 0,
        ...(first_byte_ms !== null && { firstByteMs: first_byte_ms }),
      }))
      .reverse();
  };
