import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type Libsql from 'libsql';

import type { UsageRecord } from './usage-record.ts';
import type { UsageSum } from './usage-totals.ts';

/** Where counted requests outlive the process: one SQLite file, which several proxies may share. */
export interface UsageStore {
  /** Writes all or none. @throws what SQLite throws: disk full, read-only, locked for longer than the time-out. */
  readonly write: (records: readonly UsageRecord[]) => void;
  readonly sums: () => readonly UsageSum[];
  /** Removes requests that began before (ms since the epoch). */
  readonly forgetBefore: (at: number) => void;
  readonly close: () => void;
}

/** SQLite's code for a value that a column does not take, in the low byte of the code that it gives. */
const constraint = 19;

/** Whether a write failed because of what was to be written: it will fail again whenever it is tried, and only what is beside it can be kept. */
export const isOfValues = (error: unknown): boolean => {
  const { rawCode } = error as { readonly rawCode?: unknown };
  return error instanceof TypeError || (typeof rawCode === 'number' && rawCode % 256 === constraint);
};

/** Migrations, oldest first; the file remembers how many it has seen (`user_version`). Released ones never change. */
const migrations: readonly string[] = [
  `CREATE TABLE requests (
     id TEXT PRIMARY KEY, at INTEGER NOT NULL, client TEXT NOT NULL, dialect TEXT NOT NULL, operation TEXT NOT NULL, stream INTEGER NOT NULL,
     requested_model TEXT NOT NULL, provider TEXT NOT NULL, credential TEXT NOT NULL, upstream_model TEXT NOT NULL, fallback_model TEXT NOT NULL,
     outcome TEXT NOT NULL, status INTEGER NOT NULL, attempts INTEGER NOT NULL, duration_ms REAL NOT NULL, first_byte_ms REAL,
     input INTEGER NOT NULL, output INTEGER NOT NULL, cached_input INTEGER NOT NULL, reasoning INTEGER NOT NULL, estimated INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX requests_at ON requests (at);`,
];

const insert = `INSERT OR IGNORE INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const sumQuery = `
  SELECT strftime('%Y-%m-%d', at / 1000, 'unixepoch') AS day, CAST(strftime('%H', at / 1000, 'unixepoch') AS INTEGER) AS hour, client, provider,
         CASE provider WHEN '' THEN '' ELSE requested_model END AS model, outcome, COUNT(*) AS requests, SUM(attempts) AS attempts,
         SUM(input) AS input, SUM(output) AS output, SUM(cached_input) AS cachedInput, SUM(reasoning) AS reasoning, SUM(estimated) AS estimated
  FROM requests GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY MIN(at)`;

const valuesOf = (record: UsageRecord): readonly (string | number | null)[] => [
  record.id,
  record.at,
  record.client,
  record.dialect,
  record.operation,
  record.stream ? 1 : 0,
  record.requestedModel,
  record.provider,
  record.credential,
  record.upstreamModel,
  record.fallbackModel,
  record.outcome,
  record.status,
  record.attempts,
  record.durationMs,
  record.firstByteMs ?? null,
  record.tokens.input,
  record.tokens.output,
  record.tokens.cachedInput,
  record.tokens.reasoning,
  record.tokens.estimated ? 1 : 0,
];

type Database = InstanceType<typeof Libsql>;

const migrate = (database: Database): void => {
  const [{ user_version: seen = 0 } = {}] = database.pragma('user_version') as readonly { readonly user_version?: number }[];
  if (seen > migrations.length) throw new Error(`the usage store was written by a newer version (schema ${seen})`);
  for (const [at, sql] of migrations.entries()) {
    if (at < seen) continue;
    database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${at + 1}; COMMIT;`);
  }
};

/**
 * Opens the file, or makes it. Writes are atomic and survive a kill of the process; a loss of power may cost the last of them.
 * @throws what SQLite or the file system throws, for a path that cannot be written or a file that is no database.
 */
export const openUsageStore = async (path: string): Promise<UsageStore> => {
  const { default: Sqlite } = await import('libsql');
  mkdirSync(dirname(path), { recursive: true });
  const database = new Sqlite(path);
  database.exec('PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  migrate(database);
  const adding = database.prepare(insert);
  const removing = database.prepare('DELETE FROM requests WHERE at < ?');
  const writeAll = database.transaction((records: readonly UsageRecord[]) => {
    for (const record of records) adding.run(...valuesOf(record));
  });
  return {
    write: (records) => {
      writeAll(records);
    },
    sums: () => database.prepare(sumQuery).all() as readonly UsageSum[],
    forgetBefore: (at) => {
      removing.run(at);
    },
    close: () => {
      database.close();
    },
  };
};
