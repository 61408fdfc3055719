import type { Cell } from '../gateway/cell.ts';
import { sameDialect, translated } from '../gateway/cells.ts';
import { floorGoals, floorOf } from '../gateway/floor-goals.ts';
import { wireproof } from '../gateway/gateways.ts';
import { gatewayNotes } from '../gateway/notes.ts';
import { gatewaysOf, installPeers, missingNotes, type Peer, versionsOf } from '../gateway/peers.ts';
import { type Measured, measureCell, type Rounds } from '../gateway/rounds.ts';
import { cellTable, rateGoal } from '../gateway/tables.ts';
import { startUpstream } from '../gateway/upstream.ts';
import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { pinLoad } from '../pinning.ts';

interface Plan {
  readonly cell: Cell;
  /** Other people's gateways, and how many times as fast ours is to be. */
  readonly peers: Readonly<Partial<Record<'portkey' | 'llms', number>>>;
}

const sameDialectPeers = { portkey: 15, llms: 8 };

const plans: readonly Plan[] = [
  { cell: sameDialect(1, 16), peers: sameDialectPeers },
  { cell: sameDialect(1, 64), peers: sameDialectPeers },
  { cell: sameDialect(250, 16), peers: sameDialectPeers },
  { cell: translated(1, 16), peers: { llms: 4 } },
  { cell: translated(250, 16), peers: { llms: 1.6 } },
];

const lookRounds: Rounds = { rounds: 3, forMs: 150, warmUpMs: 500 };
const wholeRounds: Rounds = { rounds: 11, forMs: 600, warmUpMs: 4_000 };

const peerNames = { portkey: 'Portkey', llms: '@musistudio/llms' } as const;

const peersOf = ({ peers }: Plan): readonly (keyof typeof peerNames)[] => (['portkey', 'llms'] as const).filter((name) => name in peers);

const peerGoals = (plan: Plan, measured: readonly Measured[], installed: readonly Peer[]): readonly Goal[] =>
  peersOf(plan).map((against) => {
    const { cell, peers } = plan;
    const what = `${cell.caption}, ${cell.connections} connections, requests/s against ${peerNames[against]}`;
    const missing = installed.find(({ name }) => name === against)?.missing;
    return { ...rateGoal(measured, { what, against, atLeast: peers[against] ?? 0, missing }), traffic: cell.id };
  });

const goalsOf = (plan: Plan, measured: readonly Measured[], installed: readonly Peer[]): readonly Goal[] => [
  ...floorGoals(plan.cell, measured),
  ...peerGoals(plan, measured, installed),
];

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const peers = await installPeers(context);
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  const outcomes: { readonly plan: Plan; readonly measured: readonly Measured[] }[] = [];
  try {
    for (const plan of plans) {
      context.progress(plan.cell.caption);
      const rounds = context.quick ? lookRounds : wholeRounds;
      const gateways = [floorOf(plan.cell), wireproof(), ...gatewaysOf(peers, peersOf(plan))];
      outcomes.push({ plan, measured: await measureCell(gateways, plan.cell, upstream, rounds, context, pinning.serverPrefix) });
    }
  } finally {
    await upstream.stop();
    pinning.release();
  }
  return {
    tables: outcomes.map(({ plan, measured }) => cellTable(plan.cell, measured)),
    goals: outcomes.flatMap(({ plan, measured }) => goalsOf(plan, measured, peers)),
    notes: [...missingNotes(peers), ...gatewayNotes, pinning.about],
    versions: versionsOf(peers),
  };
};

export const measure: Measure = { name: 'gateway-throughput', title: 'The proxy under load, beside floors and peers', order: 6, run };
