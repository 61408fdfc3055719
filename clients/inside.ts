import { readFileSync, writeFileSync } from 'node:fs';

import type { CaseId } from './cases.ts';
import type { Place } from './client.ts';
import { findClients } from './find-clients.ts';
import type { Recorded } from './record.ts';
import { startNameServer } from './sandbox/name-server.ts';
import { perform } from './stage.ts';

/** What `main.ts` asks of the process inside of the sandbox, by way of a file. */
export interface Job {
  readonly client: string;
  readonly cases: readonly CaseId[];
  readonly place: Place;
  readonly scratchDir: string;
  readonly path: string;
  readonly isolated: boolean;
  readonly ran: Recorded['ran'];
  /** The answer is written here, a line of JSON for each case as it ends. */
  readonly resultFile: string;
}

/** One line of the answer. */
export type JobLine = { readonly recorded: Recorded } | { readonly case: CaseId; readonly failure: string };

const [jobFile = ''] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobFile, 'utf8')) as Job;
const client = (await findClients()).find(({ id }) => id === job.client);
if (client === undefined) throw new Error(`no client ${job.client}`);

const names = job.isolated ? await startNameServer() : undefined;
const stage = { ...job, client, ...(names !== undefined && { namesAsked: names.asked }) };
for (const id of job.cases) {
  const line: JobLine = await perform(stage, id).then(
    (recorded) => ({ recorded }),
    (error: unknown) => ({ case: id, failure: (error as Error).message }),
  );
  writeFileSync(job.resultFile, `${JSON.stringify(line)}\n`, { flag: 'a' });
}
await names?.close();
