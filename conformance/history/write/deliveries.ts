import { sql } from 'kysely';

import { deliveryOf, storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import type { Opened } from './locks.ts';

/** An error is told, not kept in full: at most so many characters. */
const longestError = 2_000;

/**
 * See HistoryStore. `attempts` counts claims: one whose process died counts too. That an incident is over is told to nobody who has not
 * been told yet that it began, unless that was given up.
 */
export const claimDeliveriesIn =
  ({ db, kind }: Opened): HistoryStore['claimDeliveries'] =>
  async ({ now, limit, leaseMs }) =>
    db.transaction().execute(async (tx) => {
      const due = tx
        .selectFrom('canary_delivery as due')
        .select('due.id')
        .where('due.delivered_at', 'is', null)
        .where('due.given_up_at', 'is', null)
        .where('due.next_at', '<=', now)
        .where((where) =>
          where.or([
            where('due.kind', '<>', 'resolved'),
            where.not(
              where.exists(
                where
                  .selectFrom('canary_delivery as earlier')
                  .select('earlier.id')
                  .whereRef('earlier.incident', '=', 'due.incident')
                  .whereRef('earlier.destination', '=', 'due.destination')
                  .where('earlier.kind', '=', 'opened')
                  .where('earlier.delivered_at', 'is', null)
                  .where('earlier.given_up_at', 'is', null),
              ),
            ),
          ]),
        )
        .orderBy('due.next_at')
        .orderBy('due.id')
        .limit(limit);
      const ids = await (kind === 'postgres' ? due.forUpdate().skipLocked() : due).execute();
      if (ids.length === 0) return [];
      const claimed = await tx
        .updateTable('canary_delivery')
        .set({ attempts: sql`attempts + 1`, next_at: now + leaseMs })
        .where(
          'id',
          'in',
          ids.map(({ id }) => id),
        )
        .returningAll()
        .execute();
      const place = new Map(ids.map(({ id }, index) => [id, index]));
      return claimed.map(deliveryOf).sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
    });

/** See HistoryStore. What has arrived, or was given up, stays so. */
export const finishDeliveryIn =
  ({ db }: Opened): HistoryStore['finishDelivery'] =>
  async (id, end) => {
    const error = 'error' in end ? { last_error: storable(end.error).slice(0, longestError) } : { last_error: null };
    const change = {
      ...('deliveredAt' in end && { delivered_at: end.deliveredAt }),
      ...('nextAt' in end && { next_at: end.nextAt }),
      ...('givenUpAt' in end && { given_up_at: end.givenUpAt }),
      ...error,
    };
    await db
      .transaction()
      .execute(async (tx) =>
        tx
          .updateTable('canary_delivery')
          .set(change)
          .where('id', '=', id)
          .where('delivered_at', 'is', null)
          .where('given_up_at', 'is', null)
          .execute(),
      );
  };

const usualLimit = 100;

/** See HistoryStore. Newest first. */
export const deliveriesIn =
  ({ db }: Opened): HistoryStore['deliveries'] =>
  async ({ incident, limit = usualLimit } = {}) => {
    const all = db.selectFrom('canary_delivery').selectAll();
    const rows = await (incident === undefined ? all : all.where('incident', '=', incident))
      .orderBy('next_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(deliveryOf);
  };
