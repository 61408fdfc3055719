import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { closedLoop } from '../load/closed-loop.ts';
import type { MeasureContext, Table } from '../measure.ts';
import { pinLoad } from '../pinning.ts';
import { type Cell, expectedFrom, firstRequestOf, requestOf, useOf } from './cell.ts';
import { sameDialect, sameDialectBurst, translated, translatedBurst } from './cells.ts';
import { type Gateway, parseFloor, pipeFloor, wireproof } from './gateways.ts';
import { type CpuProfile, hotAreas, hotPlaces } from './profile.ts';
import { measureCell } from './rounds.ts';
import { startGateway } from './start-gateway.ts';
import { cellTable } from './tables.ts';
import { startUpstream } from './upstream.ts';

/** One kind of traffic by itself: for those who work on the proxy's speed. */

const cells: readonly Cell[] = [
  ...[1, 16, 64].map((connections) => sameDialect(1, connections)),
  sameDialect(250, 16),
  translated(1, 16),
  translated(250, 16),
  sameDialectBurst(100, 16),
  translatedBurst(100, 16),
];

export const cellNames: readonly string[] = cells.map(({ id }) => id);

const cellNamed = (name: string): Cell => {
  const cell = cells.find(({ id }) => id === name);
  if (cell === undefined) throw new Error(`no traffic ${name}; there is ${cellNames.join(', ')}`);
  return cell;
};

const floorOf = ({ dialect, says }: Cell): Gateway => (dialect === 'anthropic-messages' && says.events === 0 ? parseFloor : pipeFloor);

/** The proxy beside its floor, without peers. */
export const lookAt = async (name: string, context: MeasureContext): Promise<Table> => {
  const cell = cellNamed(name);
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  try {
    const rounds = { rounds: 9, forMs: 400, warmUpMs: 4_000 };
    return cellTable(cell, await measureCell([floorOf(cell), wireproof()], cell, upstream, rounds, context, pinning.serverPrefix));
  } finally {
    await upstream.stop();
    pinning.release();
  }
};

const profileIn = (folder: string): CpuProfile => {
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error('the proxy left no profile');
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile;
};

const warmUpMs = 2_000;
const profiledMs = 4_000;
const shown = 40;

/** Puts the proxy under this load with V8's profiler on, and tells where its time went after the warm-up. */
export const profileOf = async (name: string, context: MeasureContext): Promise<readonly Table[]> => {
  const cell = cellNamed(name);
  const folder = join(context.scratchDir, 'profile');
  mkdirSync(folder, { recursive: true });
  const plain = wireproof();
  const profiled: Gateway = {
    ...plain,
    command: (place) => {
      const [node = '', ...rest] = plain.command(place);
      return [node, '--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`, ...rest];
    },
  };
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  try {
    await upstream.prepare(cell.answer);
    await upstream.use(useOf(cell, profiled));
    const running = await startGateway(profiled, upstream, firstRequestOf(cell), context, pinning.serverPrefix);
    const expected = await expectedFrom(running, cell, upstream);
    const load = { port: running.port, request: requestOf(running, cell), expected, connections: cell.connections, signal: context.signal };
    await closedLoop({ ...load, forMs: warmUpMs });
    const since = Number(process.hrtime.bigint() / 1_000n);
    const cpuBefore = running.cpuMicros();
    const { answers } = await closedLoop({ ...load, forMs: profiledMs });
    const perAnswer = (running.cpuMicros() - cpuBefore) / answers;
    process.kill(running.pid, 'SIGTERM'); // it writes the profile as it ends
    await running.ended;
    const profile = profileIn(folder);
    const cost = (share: number): readonly string[] => [`${(share * 100).toFixed(1)} %`, (share * perAnswer).toFixed(1)];
    const about = `${cell.caption}, ${cell.connections} connections: ${answers} answers, ${perAnswer.toFixed(0)} µs of CPU each with the profiler on`;
    return [
      {
        caption: `${about}; by function, callees left out`,
        head: ['share', 'µs per answer', 'function', 'file'],
        rows: hotPlaces(profile, since, shown).map(({ share, name, where }) => [...cost(share), name, where]),
      },
      {
        caption: 'The same by folder and package',
        head: ['share', 'µs per answer', 'folder'],
        rows: hotAreas(profile, since).map(({ share, area }) => [...cost(share), area]),
      },
    ];
  } finally {
    await upstream.stop();
    pinning.release();
  }
};
