import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';

import { privatePostgres } from '../../history/testing/private-postgres.ts';
import { openRoundQueue } from './round-queue.ts';

const server = await privatePostgres();
afterAll(async () => server?.remove());

const answersWithinMs = 500;

describe.skipIf(server === undefined)('the queue of a PostgreSQL that takes a question and says nothing', () => {
  it('gives up, goes on when it answers again, and can be closed', { timeout: 10_000 }, async () => {
    const history = (await server?.newDatabase()) ?? '';
    const told: string[] = [];
    const queue = await openRoundQueue({ history, location: 'here', tell: (line) => void told.push(line), answersWithinMs });
    const job = { target: 'team', due: Date.now() - 1_000, reason: 'scheduled', expiresAfterSeconds: 60 } as const;
    await queue.add([job]);
    const other = new Client({ connectionString: history });
    await other.connect();

    await other.query('begin; lock table wireproof_queue.job in access exclusive mode');
    // pg-boss keeps its errors of taking to itself.
    expect(await queue.take(1)).toEqual([]);
    await expect(queue.add([{ ...job, target: 'other' }])).rejects.toThrow('Query read timeout');
    await other.query('rollback');
    await queue.add([{ ...job, target: 'third' }]);

    await queue.close();
    await other.end();
  });
});
