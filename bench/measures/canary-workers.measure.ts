import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Measure, MeasureContext, MeasureReport } from '../measure.ts';

/** What the program tells of each number of workers. */
interface Worked {
  readonly workers: number;
  readonly rounds: number;
  readonly doubled: number;
}

const counts = [1, 2, 4] as const;
const targets = 600;
const everyMs = 4_000;

const answer = JSON.stringify({ choices: [{ message: { content: 'ok' } }], usage: { prompt_tokens: 3, completion_tokens: 3 } });

const listen = async (): Promise<Server> => {
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
};

const worked = async (url: string, forMs: number, { root, env, children }: MeasureContext): Promise<readonly Worked[]> => {
  const order = JSON.stringify({ url, workers: counts, targets, everyMs, forMs });
  const program = join(root, 'conformance', 'canary', 'testing', 'workers-load.ts');
  const command = ['node', '--import', 'tsx', '--conditions=wireproof-source', program, order];
  const child = children.start({ command, env, cwd: root, talks: true });
  try {
    return (await child.receive(counts.length * (forMs + 120_000))) as readonly Worked[];
  } finally {
    await child.stop();
  }
};

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const forMs = context.quick ? 10_000 : 60_000;
  const server = await listen();
  try {
    const results = await worked(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, forMs, context);
    if (results.length === 0) throw new Error('there is no PostgreSQL here (Debian: apt-get install postgresql)');
    const idle = results.find(({ rounds }) => rounds === 0);
    if (idle !== undefined) throw new Error(`${idle.workers} workers ran no round at all, so that none could be run twice`);
    const [first] = results;
    const doubled = results.reduce((total, each) => total + each.doubled, 0);
    return {
      tables: [
        {
          caption: 'Workers that share a schedule through PostgreSQL: more rounds are due than they can run',
          head: ['workers', 'rounds of one probe per minute', 'beside one worker'],
          rows: results.map(({ workers, rounds }) => [
            String(workers),
            ((rounds * 60_000) / forMs).toFixed(0),
            `${(rounds / Math.max(1, first?.rounds ?? 1)).toFixed(2)} times`,
          ]),
        },
      ],
      goals: [{ what: 'rounds that were run twice', goal: '0', measured: String(doubled), met: doubled === 0, kind: 'correctness' }],
      notes: [
        `${targets} targets are due every ${everyMs / 1_000} s, each with one request; workers, PostgreSQL (without fsync) and the target share this machine, so scaling ends where its cores do. From the sources, not the published build.`,
        'That none is lost while workers are killed is what conformance/canary/workers/workers.test.ts counts.',
      ],
    };
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

export const measure: Measure = {
  name: 'canary-workers',
  title: 'Canary workers on one PostgreSQL',
  order: 15,
  notQuick: 'it starts a PostgreSQL and seven workers',
  run,
};
