import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'libsql';
import { Kysely, sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openSqlite } from './sqlite.ts';

interface Numbers {
  numbers: { value: number };
}

describe('SQLite beside another process', () => {
  let folder: string;
  let db: Kysely<Numbers>;
  let other: Database.Database;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wireproof-sqlite-'));
    const file = join(folder, 'history.db');
    db = new Kysely<Numbers>({ dialect: await openSqlite(file) });
    await sql`create table numbers (value integer)`.execute(db);
    other = new Database(file);
  });
  afterEach(async () => {
    other.close();
    await db.destroy();
    await rm(folder, { recursive: true, force: true });
  });

  const add = async (value: number) => db.transaction().execute(async (tx) => tx.insertInto('numbers').values({ value }).execute());
  const values = async () => (await db.selectFrom('numbers').select('value').orderBy('value').execute()).map(({ value }) => value);

  it('waits for its turn to write, and works on meanwhile', async () => {
    other.exec('begin immediate');
    other.exec('insert into numbers values (1)');
    const waiting = add(2);
    // The lock is given back by this very process: it could not, if waiting stopped it.
    await new Promise((resolve) => setImmediate(resolve));
    other.exec('commit');
    await waiting;
    expect(await values()).toEqual([1, 2]);
  });

  it('goes on after a statement that failed for a lock', async () => {
    other.exec('begin immediate');
    await expect(sql`insert into numbers values (3)`.execute(db)).rejects.toThrow('database is locked');
    other.exec('insert into numbers values (1)');
    other.exec('commit');
    await add(2);
    await add(4);
    expect(await values()).toEqual([1, 2, 4]);
  });

  it('writes nothing of a transaction that fails', async () => {
    const failing = db.transaction().execute(async (tx) => {
      await tx.insertInto('numbers').values({ value: 5 }).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await values()).toEqual([]);
  });

  it('waits for the disk with each commit', async () => {
    const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(db);
    const mode = await sql<{ journal_mode: string }>`pragma journal_mode`.execute(db);
    expect([rows, mode.rows]).toEqual([[{ synchronous: 2 }], [{ journal_mode: 'wal' }]]);
  });
});
