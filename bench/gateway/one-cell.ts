import type { Goal, MeasureContext, Table } from '../measure.ts';
import { pinLoad } from '../pinning.ts';
import { areaTable } from './area-table.ts';
import type { Cell } from './cell.ts';
import { sameDialect, sameDialectBurst, translated, translatedBurst } from './cells.ts';
import { floorGoals, floorOf } from './floor-goals.ts';
import { wireproof } from './gateways.ts';
import { hotAreas, hotPlaces } from './profile.ts';
import { type ProfileBench, profiled } from './profiled.ts';
import { type Measured, measureCell } from './rounds.ts';
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

const withUpstream = async <T>(context: MeasureContext, use: (bench: ProfileBench) => Promise<T>): Promise<T> => {
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  try {
    return await use({ upstream, context, prefix: pinning.serverPrefix });
  } finally {
    await upstream.stop();
    pinning.release();
  }
};

const rounds = { rounds: 9, forMs: 400, warmUpMs: 4_000 };

const besideFloor = (cell: Cell, { upstream, context, prefix }: ProfileBench): Promise<readonly Measured[]> =>
  measureCell([floorOf(cell), wireproof()], cell, upstream, rounds, context, prefix);

/** The proxy beside its floor, without peers. */
export const lookAt = (name: string, context: MeasureContext): Promise<Table> => {
  const cell = cellNamed(name);
  return withUpstream(context, async (bench) => cellTable(cell, await besideFloor(cell, bench)));
};

/** The traffic that a slower proxy would show in: small and large bodies, whole and streamed, passed on and translated. */
export const gatedCells: readonly Cell[] = [
  sameDialect(1, 16),
  sameDialect(250, 16),
  translated(1, 16),
  sameDialectBurst(100, 16),
  translatedBurst(100, 16),
];

/** The goals of the proxy beside its floors under the traffic that is looked at whenever the code changes. */
export const gatedGoals = (context: MeasureContext): Promise<readonly Goal[]> =>
  withUpstream(context, async (bench) => {
    const goals: Goal[] = [];
    for (const cell of gatedCells) {
      context.progress(cell.caption);
      goals.push(...floorGoals(cell, await besideFloor(cell, bench)));
    }
    return goals;
  });

const warmUpMs = 2_000;
const profiledMs = 4_000;
const shown = 40;

/** Puts the proxy under this load with V8's profiler on, and tells where its time went after the warm-up. */
export const profileOf = async (name: string, context: MeasureContext): Promise<readonly Table[]> => {
  const cell = cellNamed(name);
  const { profile, since, answers, perAnswer } = await withUpstream(context, (bench) =>
    profiled(wireproof(), cell, { warmUpMs, profiledMs }, bench),
  );
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
};

/** Where the time goes under each of these kinds of traffic, beside the floor's: what is shown with goals that are missed. */
export const whereTimeGoes = (names: readonly string[], context: MeasureContext): Promise<readonly Table[]> =>
  withUpstream(context, async (bench) => {
    const tables: Table[] = [];
    for (const cell of names.map(cellNamed)) {
      context.progress(cell.caption);
      const times = { warmUpMs, profiledMs };
      tables.push(areaTable(cell, await profiled(wireproof(), cell, times, bench), await profiled(floorOf(cell), cell, times, bench)));
    }
    return tables;
  });
