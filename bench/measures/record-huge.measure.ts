import { createServer, request, type Server } from 'node:http';
import { mkdirSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { type Contestant, type RunningContestant, startContestant } from '../contestants/contestant.ts';
import type { Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { figure, mebibytes } from '../wording.ts';

const pieceBytes = 65_536;
const askForMiB = 1_024;
const warmUpMiB = 64;
/** Of resident memory over what it was after the warm-up: far less than what passes. */
const mostGrowthMiB = 64;

const json = '{"id":"chatcmpl-1","object":"chat.completion","choices":[]}';

/** Says a small answer, and to `/huge/N` N MiB of a stream that is made as it is read and kept nowhere. */
const startUpstream = async (): Promise<Server> => {
  const piece = Buffer.from(`data: ${'x'.repeat(pieceBytes - 8)}\n\n`);
  const server = createServer((req, res) => {
    req.resume();
    const [, mib] = /^\/huge\/(\d+)$/.exec(req.url ?? '') ?? [];
    if (mib === undefined) {
      res.writeHead(200, { 'content-type': 'application/json' }).end(json);
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const more = (left: number): void => void (left === 0 ? res.end() : res.write(piece, () => more(left - 1)));
    more((Number(mib) * 1024 * 1024) / pieceBytes);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return server;
};

interface Passed {
  readonly bytes: number;
  readonly seconds: number;
  /** The most that was seen while it passed, every 16 MiB. */
  readonly peakMiB: number;
}

const rssOf = async (server: RunningContestant): Promise<number> => mebibytes((await server.usage()).rssBytes);

/** Reads an answer to its end and lets go of every byte. */
const readAll = (server: RunningContestant, mib: number): Promise<Passed> =>
  new Promise((resolve, reject) => {
    const [from, looks]: [number, Promise<number>[]] = [performance.now(), []];
    let bytes = 0;
    let looked = Promise.resolve(0);
    const outgoing = request(`http://127.0.0.1:${server.port}/huge/${mib}`, (answer) => {
      answer.on('data', (piece: Buffer) => {
        const [before, now] = [bytes, bytes + piece.length].map((count) => Math.floor(mebibytes(count) / 16));
        bytes += piece.length;
        if (before === now) return;
        looked = looked.then(() => rssOf(server));
        looks.push(looked);
      });
      answer.once('error', reject);
      answer.once('end', () => {
        const seconds = (performance.now() - from) / 1_000;
        Promise.all(looks).then((all) => resolve({ bytes, seconds, peakMiB: Math.max(...all) }), reject);
      });
    });
    outgoing.once('error', reject);
    outgoing.end();
  });

const recorder = (port: number, directory: string, { root }: MeasureContext): Contestant => {
  const program = join(root, 'bench', 'recording', 'passing-program.ts');
  const command = ['node', '--import', 'tsx', '--conditions=wireproof-source', program, 'record', String(port), directory];
  return { name: 'wireproof', label: 'the recorder', makesUpIds: false, command };
};

const filesIn = (directory: string): number =>
  readdirSync(directory, { recursive: true }).filter((name) => String(name).endsWith('.json')).length;

const reportOf = (before: number, passed: Passed, saved: number, mib: number): MeasureReport => {
  const grown = passed.peakMiB - before;
  const all = passed.bytes === mib * 1024 * 1024;
  return {
    tables: [
      {
        caption: `One stream of ${mib} MiB through the recorder, which keeps 8 MiB at most`,
        head: ['MiB', 'seconds', 'MiB/s', 'RSS MiB before', 'most RSS MiB while it passed', 'recordings of it'],
        rows: [
          [mebibytes(passed.bytes), passed.seconds, mebibytes(passed.bytes) / passed.seconds, before, passed.peakMiB]
            .map(figure)
            .concat(String(saved)),
        ],
      },
    ],
    goals: [
      { what: 'every byte reaches the client', goal: `${mib} MiB`, kind: 'correctness', met: all, measured: `${passed.bytes} bytes` },
      { what: 'the recorder refuses to save it', goal: '0 files', kind: 'correctness', met: saved === 0, measured: String(saved) },
      {
        what: 'growth of the recorder’s memory while it passes',
        goal: `at most ${mostGrowthMiB} MiB`,
        kind: 'correctness',
        met: grown <= mostGrowthMiB,
        measured: `${figure(grown)} MiB`,
      },
    ],
    notes: [
      `The stream is made as it is read and stored nowhere. Before it, ${warmUpMiB} MiB passed as a warm-up. Resident memory was asked for every 16 MiB.`,
    ],
  };
};

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const mib = context.quick ? askForMiB / 4 : askForMiB;
  const upstream = await startUpstream();
  let server: RunningContestant | undefined;
  try {
    const directory = join(context.scratchDir, 'huge');
    mkdirSync(directory, { recursive: true });
    server = await startContestant(recorder((upstream.address() as AddressInfo).port, directory, context), context, []);
    await readAll(server, warmUpMiB);
    const [before, saved] = [await rssOf(server), filesIn(directory)];
    context.progress(`${mib} MiB pass the recorder`);
    const passed = await readAll(server, mib);
    return reportOf(before, passed, filesIn(directory) - saved, mib);
  } finally {
    await server?.stop();
    upstream.closeAllConnections();
    upstream.close();
  }
};

export const measure: Measure = { name: 'record-huge', title: 'A stream that is too large to record', order: 9, run };
