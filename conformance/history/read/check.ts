import { sql } from 'kysely';

import type { Opened } from '../write/locks.ts';

type Count = () => Promise<number>;

const counted = (rows: readonly { readonly found: number }[]): number => rows[0]?.found ?? 0;

/** Relations that every transaction keeps; a row that breaks one was not written by us, or not wholly. */
const relations = ({ db }: Opened): readonly (readonly [string, Count])[] => [
  [
    'results of rounds that are not there',
    async () => {
      const query = sql<{ found: number }>`select count(*) as found from canary_result
        where not exists (select 1 from canary_round where canary_round.id = canary_result.round)`;
      return counted((await query.execute(db)).rows);
    },
  ],
  [
    'pieces of evidence of results that are not there',
    async () => {
      const query = sql<{ found: number }>`select count(*) as found from canary_evidence
        where not exists (select 1 from canary_result where canary_result.id = canary_evidence.result)`;
      return counted((await query.execute(db)).rows);
    },
  ],
  [
    'deliveries of incidents that are not there',
    async () => {
      const query = sql<{ found: number }>`select count(*) as found from canary_delivery
        where not exists (select 1 from canary_incident where canary_incident.id = canary_delivery.incident)`;
      return counted((await query.execute(db)).rows);
    },
  ],
];

/** SQLite reads every page and index of the file; PostgreSQL watches over its own files (checksums, amcheck). */
const fileProblems = async ({ db, kind }: Opened): Promise<readonly string[]> => {
  if (kind === 'postgres') return [];
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(db);
  return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok');
};

/** What is wrong with the database, as sentences; none where all is well. May take long: it reads everything. */
export const checkIn = (opened: Opened) => async (): Promise<readonly string[]> => {
  const problems = [...(await fileProblems(opened))];
  for (const [what, count] of relations(opened)) {
    const found = await count();
    if (found > 0) problems.push(`${found} ${what}`);
  }
  return problems;
};
