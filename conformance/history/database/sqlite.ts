/** SQLite for kysely, over libsql: one connection, which everyone takes turns with; transactions that write from their beginning. */
import { setTimeout as realTime } from 'node:timers/promises';

import type Libsql from 'libsql';
import { LRUCache } from 'lru-cache';
import {
  type CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';

const statementsKept = 256;
/** How long SQLite itself may sleep for a lock, and with it the whole process. Longer waits are ours, and let others work. */
const sleepsMs = 20;
const waitsMs = 15_000;
const pauseMs = 7;

const isBusy = (error: unknown): boolean => error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');

interface Connection extends DatabaseConnection {
  readonly inTransaction: () => boolean;
  /** For what is not worth preparing. */
  readonly execute: (sql: string) => void;
  /** Ends the connection; whatever comes next opens a new one. */
  readonly drop: () => void;
}

/** Statements are prepared once: preparing costs more than most of them do. */
const connectionTo = (open: () => Libsql.Database): Connection => {
  const prepared = new LRUCache<string, Libsql.Statement>({ max: statementsKept });
  let opened: Libsql.Database | undefined = open();
  const database = (): Libsql.Database => (opened ??= open());
  const drop = (): void => {
    prepared.clear();
    opened?.close();
    opened = undefined;
  };
  const statement = (sql: string): Libsql.Statement => {
    const known = prepared.get(sql);
    if (known !== undefined) return known;
    const made = database().prepare(sql);
    prepared.set(sql, made);
    return made;
  };
  const run = <Row>(statement: Libsql.Statement, parameters: readonly unknown[]): QueryResult<Row> => {
    if (statement.reader) return { rows: statement.all([...parameters]) as Row[] };
    const { changes } = statement.run([...parameters]);
    return { rows: [], numAffectedRows: BigInt(changes) };
  };
  return {
    inTransaction: () => opened?.inTransaction ?? false,
    execute: (sql) => void database().exec(sql),
    drop,
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> => {
      try {
        return run<Row>(statement(sql), parameters);
      } catch (error) {
        // libsql does not end a prepared statement that fails for a lock: it would go on looking at the past, and be in the way of commits.
        if (isBusy(error)) drop();
        throw error;
      }
    },
    streamQuery: () => {
      throw new Error('read by pages: a query that stays open would keep everyone else waiting');
    },
  };
};

/** First come, first served. */
const turns = (): { readonly take: () => Promise<void>; readonly give: () => void } => {
  const waiting: (() => void)[] = [];
  let taken = false;
  return {
    take: async () => {
      if (taken) await new Promise<void>((resolve) => waiting.push(resolve));
      taken = true;
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) taken = false;
      else next();
    },
  };
};

/** Somebody else writes: that is over soon. Waits in the machine's time and not the canary's, which a test may have stopped. */
export const patiently = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  for (let waited = 0; ; waited += sleepsMs + pauseMs) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || waited >= waitsMs) throw error;
    }
    await realTime(pauseMs);
  }
};

const isStale = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY_SNAPSHOT';

const driverOf = (connection: Connection): Driver => {
  const { take, give } = turns();
  return {
    init: async () => {},
    acquireConnection: async () => {
      await take();
      return connection;
    },
    // Taking the lock for writing later could fail in the middle, when somebody else has written since the first read.
    beginTransaction: async () =>
      patiently(async () => {
        try {
          connection.execute('begin immediate');
        } catch (error) {
          // Something of this connection still looks at the past: no waiting helps.
          if (isStale(error)) connection.drop();
          throw error;
        }
      }),
    commitTransaction: async () => connection.execute('commit'),
    rollbackTransaction: async () => {
      // Some errors (a full disk) end the transaction by themselves.
      if (connection.inTransaction()) connection.execute('rollback');
    },
    releaseConnection: async () => give(),
    destroy: async () => connection.drop(),
  };
};

/** Tables are made in transactions here: two processes that open a new file at once make them once. */
class AdapterWithTransactions extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

const prepareFile = (database: Libsql.Database): void => {
  database.exec(`pragma busy_timeout = ${sleepsMs}`);
  database.exec('pragma journal_mode = wal');
  // What was acknowledged outlives a power cut, too: every commit waits for the disk.
  database.exec('pragma synchronous = full');
};

/** @throws what libsql throws; openHistory makes a sentence of it */
export const openSqlite = async (file: string): Promise<Dialect> => {
  const { default: Database } = await import('libsql');
  const open = (): Libsql.Database => {
    const database = new Database(file);
    try {
      prepareFile(database);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  };
  const connection = await patiently(async () => connectionTo(open));
  return {
    createAdapter: () => new AdapterWithTransactions(),
    createDriver: () => driverOf(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
};
