import { sql, type Kysely, type Transaction } from 'kysely';

import type { Tables } from '../database/tables.ts';
import type { HistoryStore } from '../store.ts';

/** The database, and which of the two it is. */
export interface Opened {
  readonly db: Kysely<Tables>;
  readonly kind: HistoryStore['kind'];
}

/**
 * Only one transaction at a time holds a name, among all processes; it is given back with the transaction's end. On SQLite, every
 * transaction that writes is alone anyway.
 */
export const holding = async <Result>(
  { db, kind }: Opened,
  name: string,
  work: (transaction: Transaction<Tables>) => Promise<Result>,
): Promise<Result> =>
  db.transaction().execute(async (transaction) => {
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(hashtextextended(${`wireproof ${name}`}, 0))`.execute(transaction);
    return work(transaction);
  });
