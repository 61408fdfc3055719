import type { Cell } from '../gateway/cell.ts';
import { sameDialect, translated } from '../gateway/cells.ts';
import { parseFloor, pipeFloor, wireproof } from '../gateway/gateways.ts';
import { gatewayNotes } from '../gateway/notes.ts';
import { gatewaysOf, installPeers, missingNotes, type Peer, versionsOf } from '../gateway/peers.ts';
import { type Measured, measureCell, type Rounds } from '../gateway/rounds.ts';
import { cellTable, type RateGoal, rateGoal } from '../gateway/tables.ts';
import { startUpstream } from '../gateway/upstream.ts';
import type { Goal, Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { pinLoad } from '../pinning.ts';

interface Plan {
  readonly cell: Cell;
  readonly translates: boolean;
  readonly goals: readonly Pick<RateGoal, 'against' | 'atLeast'>[];
}

const sameDialectGoals = [
  { against: 'floor-pipe', atLeast: 0.85 },
  { against: 'portkey', atLeast: 15 },
  { against: 'llms', atLeast: 8 },
] as const;

const plans: readonly Plan[] = [
  { cell: sameDialect(1, 16), translates: false, goals: sameDialectGoals },
  { cell: sameDialect(1, 64), translates: false, goals: sameDialectGoals },
  { cell: sameDialect(250, 16), translates: false, goals: sameDialectGoals },
  {
    cell: translated(1, 16),
    translates: true,
    goals: [
      { against: 'floor-parse', atLeast: 0.85 },
      { against: 'llms', atLeast: 4 },
    ],
  },
  {
    cell: translated(250, 16),
    translates: true,
    goals: [
      { against: 'floor-parse', atLeast: 0.85 },
      { against: 'llms', atLeast: 1.6 },
    ],
  },
];

const lookRounds: Rounds = { rounds: 3, forMs: 150, warmUpMs: 500 };
const wholeRounds: Rounds = { rounds: 11, forMs: 600, warmUpMs: 4_000 };

const against: Readonly<Record<string, string>> = {
  'floor-pipe': 'the floor',
  'floor-parse': 'the parsing floor',
  portkey: 'Portkey',
  llms: '@musistudio/llms',
};

const goalsOf = ({ cell, goals }: Plan, measured: readonly Measured[], peers: readonly Peer[]): readonly Goal[] =>
  goals.map((goal) => {
    const what = `${cell.caption}, ${cell.connections} connections, requests/s against ${against[goal.against] ?? goal.against}`;
    const missing = peers.find(({ name }) => name === goal.against)?.missing;
    return { ...rateGoal(measured, { ...goal, what, missing }), traffic: cell.id };
  });

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const peers = await installPeers(context);
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  const outcomes: { readonly plan: Plan; readonly measured: readonly Measured[] }[] = [];
  try {
    for (const plan of plans) {
      context.progress(plan.cell.caption);
      const floor = plan.translates ? parseFloor : pipeFloor;
      const others = gatewaysOf(peers, plan.translates ? ['llms'] : ['portkey', 'llms']);
      const rounds = context.quick ? lookRounds : wholeRounds;
      const gateways = [floor, wireproof(), ...others];
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
