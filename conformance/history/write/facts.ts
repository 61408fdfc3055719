import { storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import type { Opened } from './locks.ts';

/** See HistoryStore. */
export const factIn =
  ({ db }: Opened): HistoryStore['fact'] =>
  async (name) =>
    (await db.selectFrom('canary_fact').select('value').where('name', '=', name).executeTakeFirst())?.value;

/** See HistoryStore. */
export const setFactIn =
  ({ db }: Opened): HistoryStore['setFact'] =>
  async (name, value) =>
    db.transaction().execute(async (tx) => {
      if (value === undefined) {
        await tx.deleteFrom('canary_fact').where('name', '=', name).execute();
        return;
      }
      await tx
        .insertInto('canary_fact')
        .values({ name, value: storable(value) })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: storable(value) }))
        .execute();
    });
