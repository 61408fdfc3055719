import { Kysely } from 'kysely';
import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';

import { resultsIn } from '../read/results.ts';
import { roundsIn } from '../read/rounds.ts';
import { privatePostgres } from '../testing/private-postgres.ts';
import { decideNothing, resultOfRound, roundAt } from '../testing/records.ts';
import { setFactIn } from '../write/facts.ts';
import type { Opened } from '../write/locks.ts';
import { recordRoundIn } from '../write/record-round.ts';
import { migrateToNewest } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import type { Tables } from './tables.ts';

const server = await privatePostgres();
afterAll(async () => server?.remove());

const answersWithinMs = 300;

describe.skipIf(server === undefined)('a PostgreSQL that answers too late', () => {
  it('keeps nothing of a transaction that was given up, and the round is written whole the second time', async () => {
    const url = (await server?.newDatabase()) ?? '';
    const opened: Opened = { db: new Kysely<Tables>({ dialect: await openPostgres(url, { answersWithinMs }) }), kind: 'postgres' };
    await migrateToNewest(opened);
    const other = new Client({ connectionString: url });
    await other.connect();
    const round = roundAt(1_000);
    const result = resultOfRound(round);
    const write = async () => recordRoundIn(opened)(round, [result], decideNothing, []);

    await other.query('begin; lock table canary_result in access exclusive mode');
    await expect(write()).rejects.toThrow('Query read timeout');
    await other.query('rollback');
    // Whoever comes next must not commit what the one before left open.
    for (const value of ['a', 'b', 'c']) await setFactIn(opened)('last-reached', value);
    expect(await roundsIn(opened)({})).toEqual([]);
    await write();
    expect((await resultsIn(opened)({ round: round.id })).map(({ id }) => id)).toEqual([result.id]);

    await other.end();
    await opened.db.destroy();
  });
});
