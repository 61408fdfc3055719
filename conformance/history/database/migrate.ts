import { readdirSync } from 'node:fs';

import { MIGRATION_LOCK_ID, Migrator, sql, type Kysely, type Migration } from 'kysely';

import { importPart } from '#fixtures/import-part';

import { holding, type Opened } from '../write/locks.ts';
import type { Tables } from './tables.ts';

const isMigration = /^(?<name>\d{4}-[a-z0-9-]+)\.(?:ts|js)$/;
const folder = new URL('../migrations/', import.meta.url);

const migrationFiles = (): readonly { readonly name: string; readonly file: string }[] =>
  readdirSync(folder).flatMap((file) => {
    const name = isMigration.exec(file)?.groups?.['name'];
    return name === undefined ? [] : [{ name, file }];
  });

const loadMigrations = async (): Promise<Record<string, Migration>> => {
  const loaded = migrationFiles().map(async ({ name, file }) => {
    const module = (await importPart(new URL(file, folder))) as { readonly migration: Migration };
    return [name, module.migration] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
};

/** The schema is of a version that comes after this one. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';
  readonly unknown: readonly string[];

  constructor(unknown: readonly string[]) {
    super(`unknown migrations: ${unknown.join(', ')}`);
    this.unknown = unknown;
  }
}

const migrationTable = 'canary_migration';
const lockTable = 'canary_migration_lock';

/** Names of what was done to this database already; none where it is new. */
const migrationsDone = async (db: Kysely<Tables>): Promise<readonly string[]> => {
  const tables = await db.introspection.getTables();
  if (!tables.some(({ name }) => name === migrationTable)) return [];
  const anyTable = db as unknown as Kysely<Record<typeof migrationTable, { name: string }>>;
  const rows = await anyTable.selectFrom(migrationTable).select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
};

/**
 * The migrator would make its own tables outside of a transaction, where a lock of somebody else can leave SQLite in the middle of a
 * statement (see sqlite.ts).
 */
const makeMigratorTables = async (opened: Opened): Promise<void> =>
  holding(opened, 'migration', async (tx) => {
    await tx.schema
      .createTable(migrationTable)
      .ifNotExists()
      .addColumn('name', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('timestamp', 'varchar(255)', (column) => column.notNull())
      .execute();
    await tx.schema
      .createTable(lockTable)
      .ifNotExists()
      .addColumn('id', 'varchar(255)', (column) => column.notNull().primaryKey())
      .addColumn('is_locked', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`insert into ${sql.table(lockTable)} (id, is_locked) values (${MIGRATION_LOCK_ID}, 0) on conflict do nothing`.execute(tx);
  });

/**
 * Brings the database to the newest schema, all steps in one transaction; several processes may do it at once.
 * @param upTo the last step; for tests of upgrades
 */
export const migrateToNewest = async (opened: Opened, upTo?: string): Promise<void> => {
  const { db } = opened;
  const known = new Set(migrationFiles().map(({ name }) => name));
  const done = await migrationsDone(db);
  const unknown = done.filter((name) => !known.has(name));
  if (unknown.length > 0) throw new NewerSchemaError(unknown);
  if (upTo === undefined && done.length === known.size) return;
  await makeMigratorTables(opened);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: loadMigrations },
    migrationTableName: migrationTable,
    migrationLockTableName: lockTable,
  });
  const { error } = upTo === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(upTo);
  if (error !== undefined) throw error;
};
