/** PostgreSQL for kysely: a small pool whose connections give up when nothing answers. */
import type { CustomTypesConfig, Pool } from 'pg';
import { PostgresDialect, type Dialect, type PostgresPool, type PostgresPoolClient } from 'kysely';

const connections = 4;
const connectsWithinMs = 5_000;
const usualAnswersWithinMs = 30_000;
/** A process that vanishes in the middle of a transaction holds its locks no longer than this. */
const idleInTransactionMs = 30_000;
const int8 = 20;

/** Times and counts fit into numbers; pg would give them as text. Only for this pool: others in the process may see it otherwise. */
const numbersForInt8 = (types: CustomTypesConfig): CustomTypesConfig => ({
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary' ? Number : (types.getTypeParser(oid, format) as unknown)) as CustomTypesConfig['getTypeParser'],
});

/**
 * A query that was given up goes on at the server, and its transaction with it; what the driver has not sent by then, such as the rollback, is never
 * sent. Whoever got that connection next would commit half of a round with his own work, so nobody gets it.
 * @param isAnswer the server said so itself, and the connection can be used on
 */
const withoutUnfinished = (pool: Pool, isAnswer: (error: unknown) => boolean): PostgresPool => ({
  connect: async () => {
    const client = await pool.connect();
    let unfinished: Error | undefined;
    const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
      if (unfinished !== undefined) throw unfinished;
      try {
        return await client.query(sql, [...parameters]);
      } catch (error) {
        if (!isAnswer(error)) unfinished = error instanceof Error ? error : new Error(String(error));
        throw error;
      }
    };
    return { query: query as PostgresPoolClient['query'], release: () => client.release(unfinished) };
  },
  end: async () => pool.end(),
});

/** Connects when the first query comes. */
export const openPostgres = async (
  url: string,
  { answersWithinMs = usualAnswersWithinMs }: { readonly answersWithinMs?: number } = {},
): Promise<Dialect> => {
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectsWithinMs,
    query_timeout: answersWithinMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    allowExitOnIdle: true,
    application_name: 'wireproof',
    types: numbersForInt8(pg.types),
  });
  // A connection that breaks while nobody uses it is replaced with the next query, which tells what is wrong if something still is.
  pool.on('error', () => {});
  return new PostgresDialect({ pool: withoutUnfinished(pool, (error) => error instanceof pg.DatabaseError) });
};
