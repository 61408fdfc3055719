import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { Kysely, sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';

import { ToolError } from '../errors.ts';
import { migrateToNewest } from './database/migrate.ts';
import { openPostgres } from './database/postgres.ts';
import { openSqlite } from './database/sqlite.ts';
import type { Tables } from './database/tables.ts';
import { openHistory } from './open-history.ts';
import { testBackends } from './testing/backends.ts';
import { decideNothing, failedResult, incidentAt, resultOfRound, roundAt, stateAt } from './testing/records.ts';
import { dayMs } from './windows.ts';

const { backends, postgres, folder, remove } = await testBackends();
afterAll(remove);

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);

const rawDb = async (kind: 'sqlite' | 'postgres', location: string): Promise<Kysely<Tables>> =>
  new Kysely<Tables>({ dialect: kind === 'sqlite' ? await openSqlite(location) : await openPostgres(location) });

/** Of the error that opening ends in: code, exit code, and its one problem. */
const refusal = async (location: string): Promise<unknown> => {
  try {
    await (await openHistory(location)).close();
    return 'opened';
  } catch (error) {
    return error instanceof ToolError ? { code: error.code, exit: error.exitCode, problems: error.problems } : error;
  }
};

const firstRound = roundAt(1_790_000_000_000);
const secondRound = roundAt(1_790_000_060_000, { location: 'there', outcome: 'stopped', cause: 'budget', note: 'nothing left' });

/** A database as the first released version left it. */
const loadFirstSchema = async (kind: 'sqlite' | 'postgres', location: string): Promise<void> => {
  const script = await readFile(new URL(`testing/first-schema.${kind}.sql`, import.meta.url), 'utf8');
  if (kind === 'postgres') {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: location });
    await client.connect();
    await client.query(script);
    await client.end();
    return;
  }
  const { default: Database } = await import('libsql');
  const database = new Database(location);
  database.exec(script);
  database.close();
};

describe.each(backends)('openHistory on $kind', ({ kind, newLocation }) => {
  it('makes what is not there, and finds it again', async () => {
    const location = await newLocation();
    const first = await openHistory(location);
    await first.setFact('paused', 'yes');
    await first.close();
    const second = await openHistory(location);
    expect([second.kind, await second.fact('paused'), await second.fact('other')]).toEqual([kind, 'yes', undefined]);
    await second.close();
  });

  it('makes the schema once when eight open it at the same time', async () => {
    const location = await newLocation();
    const stores = await Promise.all(Array.from({ length: 8 }, async () => openHistory(location)));
    await Promise.all(stores.map(async (store) => store.close()));
    const db = await rawDb(kind, location);
    const { rows } = await sql<{ name: string }>`select name from canary_migration order by name`.execute(db);
    await db.destroy();
    expect(rows).toEqual([{ name: '0001-first-schema' }, { name: '0002-kept-longer' }]);
  });

  it('makes the schema once when three processes open it at the same time', async () => {
    const location = await newLocation();
    const module = new URL('open-history.ts', import.meta.url).href;
    const program = `const { openHistory } = await import(${JSON.stringify(module)}); await (await openHistory(${JSON.stringify(location)})).close();`;
    const args = ['--import', 'tsx', '--conditions=wireproof-source', '--input-type=module', '--eval', program];
    const ends = await Promise.all([1, 2, 3].map(async () => run(process.execPath, args, { cwd: root })));
    expect(ends.map(({ stderr }) => stderr)).toEqual(['', '', '']);
  });

  it('brings the first released schema to the newest, with all that was in it', async () => {
    const location = await newLocation();
    await loadFirstSchema(kind, location);
    const store = await openHistory(location);
    const tools = { scenario: 'tools/lost', row: 'management' } as const;
    const withoutKnown = (round: typeof firstRound) => {
      const { known: _, ...rest } = failedResult(round, tools);
      return rest;
    };
    expect(await store.rounds()).toEqual([secondRound, firstRound]);
    expect(await store.results()).toEqual([
      withoutKnown(secondRound),
      resultOfRound(secondRound, { warned: true }),
      withoutKnown(firstRound),
      resultOfRound(firstRound, { warned: true }),
    ]);
    expect(await store.states()).toEqual([stateAt(secondRound.startedAt, { health: 'failing' })]);
    expect(await store.incidents()).toEqual([incidentAt(firstRound.startedAt)]);
    expect((await store.deliveries()).map(({ key, attempts, lastError }) => ({ key, attempts, lastError }))).toEqual([
      { key: 'incident-1790000000000:opened:hook', attempts: 1, lastError: 'HTTP 503' },
    ]);
    const spent = { requests: 2, inputTokens: 30, outputTokens: 5, seconds: 1.5, usd: 0.125 };
    expect(await store.spent('team', firstRound.startedAt)).toEqual({ hour: spent, day: spent });
    await store.settle('open-reservation', { ...spent, requests: 1 });
    expect((await store.spent('team', firstRound.startedAt)).hour.requests).toBe(1);
    // What the newer schema keeps longer was made of what was there.
    const day = Math.floor(firstRound.startedAt / dayMs) * dayMs;
    expect(await store.days({ from: day, to: day + dayMs })).toEqual([
      { target: 'team', row: 4, day, pass: 2, warned: 2, fail: 0, other: 0 },
      { target: 'team', row: 'management', day, pass: 0, warned: 0, fail: 2, other: 0 },
    ]);
    await store.recordRound(roundAt(1_790_000_120_000), [], decideNothing, []);
    await store.prune(firstRound.startedAt + 3 * dayMs, {
      resultsMs: dayMs,
      evidenceMs: 0,
      hoursMs: 9 * dayMs,
      daysMs: 9 * dayMs,
      incidentsMs: 0,
    });
    expect(await store.results()).toEqual([]);
    expect(await store.series({ target: 'team', from: day, to: day + dayMs, widthMs: dayMs })).toMatchObject([
      { pass: 2, fail: 2, other: 0 },
    ]);
    await store.close();
  });

  it('leaves a newer schema alone', async () => {
    const location = await newLocation();
    await (await openHistory(location)).close();
    const db = await rawDb(kind, location);
    await sql`insert into canary_migration (name, timestamp) values ('0099-from-the-future', '2030-01-01T00:00:00.000Z')`.execute(db);
    await db.destroy();
    expect(await refusal(location)).toMatchObject({
      code: 'history-unusable',
      exit: 2,
      problems: [{ actual: 'it has 0099-from-the-future', hint: 'use the version that wrote it; schemas only go forward' }],
    });
  });

  it('does all steps of an upgrade or none', async () => {
    const location = await newLocation();
    await loadFirstSchema(kind, location);
    const db = await rawDb(kind, location);
    // In the way of the second step.
    await sql`create table canary_day_of_row (x integer)`.execute(db);
    await expect(migrateToNewest({ db, kind })).rejects.toThrow('already exists');
    const tables = (await db.introspection.getTables()).map(({ name }) => name);
    await db.destroy();
    expect(tables).not.toContain('canary_aggregate');
  });
});

describe('openHistory says what is wrong', () => {
  const sqliteProblem = (where: string, actual: string, hint: string) => ({
    code: 'history-unusable',
    exit: 2,
    problems: [{ where, expected: 'an SQLite file that can be written, or a path for a new one', actual, hint }],
  });

  it('with a path in a folder that does not exist, and with a folder', async () => {
    const hint = 'create its folder first, and give write permission on it; a folder is no file';
    const missing = join(folder, 'missing', 'history.db');
    expect(await refusal(missing)).toEqual(sqliteProblem(missing, 'the file cannot be opened or made', hint));
    expect(await refusal(folder)).toEqual(sqliteProblem(folder, 'the file cannot be opened or made', hint));
  });

  it('with a file that is no database, which is left as it was', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(file, 'these are my notes, and they are longer than a hundred bytes: '.repeat(20));
    expect(await refusal(file)).toEqual(sqliteProblem(file, 'it is not an SQLite database', 'choose another path, or move that file away'));
    expect(await readFile(file, 'utf8')).toMatch(/^these are my notes/);
  });

  it('with a file that may not be written', async () => {
    const location = join(folder, 'read-only', 'history.db');
    await mkdir(join(folder, 'read-only'));
    const dialect = await openSqlite(location);
    await new Kysely({ dialect }).destroy();
    await chmod(location, 0o444);
    await chmod(join(folder, 'read-only'), 0o555);
    // Root may write everything: there is nothing to refuse then.
    expect(process.getuid?.() === 0 ? 'root' : ((await refusal(location)) as { code: string }).code).toBe(
      process.getuid?.() === 0 ? 'root' : 'history-unusable',
    );
    await chmod(join(folder, 'read-only'), 0o755);
  });

  it('with a server that is not there, without telling the password', async () => {
    const answer = await refusal('postgres://ops:s3cret-password@127.0.0.1:1/canary');
    expect(answer).toEqual({
      code: 'history-unreachable',
      exit: 3,
      problems: [
        {
          where: 'postgres://127.0.0.1:1/canary',
          expected: 'a PostgreSQL database that can be written',
          actual: 'the server does not answer',
          hint: 'is it running, and reachable from here?',
        },
      ],
    });
  });

  it('with a URL that is none', async () => {
    expect(await refusal('postgres://[nonsense')).toMatchObject({
      code: 'history-unusable',
      problems: [{ where: 'postgres://…', actual: 'it is no URL' }],
    });
  });

  it.runIf(postgres !== undefined)('with a database or a user that does not exist', async () => {
    const url = (await postgres?.newDatabase()) ?? '';
    const elsewhere = url.replace(/history_\d+/, 'nowhere');
    expect(await refusal(elsewhere)).toMatchObject({ code: 'history-unusable', problems: [{ actual: 'there is no such database' }] });
    expect(await refusal(url.replace('postgres@', 'nobody@'))).toMatchObject({ code: 'history-unusable' });
  });
});
