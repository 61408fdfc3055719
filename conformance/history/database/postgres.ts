/** PostgreSQL for kysely: a small pool whose connections give up when nothing answers. */
import type { CustomTypesConfig } from 'pg';
import { PostgresDialect, type Dialect } from 'kysely';

const connections = 4;
const connectsWithinMs = 5_000;
const answersWithinMs = 30_000;
/** A process that vanishes in the middle of a transaction holds its locks no longer than this. */
const idleInTransactionMs = 30_000;
const int8 = 20;

/** Times and counts fit into numbers; pg would give them as text. Only for this pool: others in the process may see it otherwise. */
const numbersForInt8 = (types: CustomTypesConfig): CustomTypesConfig => ({
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8 && format !== 'binary' ? Number : (types.getTypeParser(oid, format) as unknown)) as CustomTypesConfig['getTypeParser'],
});

/** Connects when the first query comes. */
export const openPostgres = async (url: string): Promise<Dialect> => {
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
  return new PostgresDialect({ pool });
};
