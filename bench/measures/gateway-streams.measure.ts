import type { Cell } from '../gateway/cell.ts';
import { sameDialectBurst, translatedBurst } from '../gateway/cells.ts';
import { floorGoals, floorOf } from '../gateway/floor-goals.ts';
import { wireproof } from '../gateway/gateways.ts';
import { gatewayNotes } from '../gateway/notes.ts';
import { gatewaysOf, installPeers, missingNotes, versionsOf } from '../gateway/peers.ts';
import { type Measured, measureCell, type Rounds } from '../gateway/rounds.ts';
import { cellTable } from '../gateway/tables.ts';
import { startUpstream } from '../gateway/upstream.ts';
import type { Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { pinLoad } from '../pinning.ts';

const events = 100;
const connections = 16;
const same = sameDialectBurst(events, connections);
const translated = translatedBurst(events, connections);

const lookRounds: Rounds = { rounds: 3, forMs: 150, warmUpMs: 500 };
const wholeRounds: Rounds = { rounds: 11, forMs: 600, warmUpMs: 4_000 };

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const peers = await installPeers(context);
  const pinning = pinLoad(process.pid);
  const upstream = await startUpstream(context);
  const outcomes: { readonly cell: Cell; readonly measured: readonly Measured[] }[] = [];
  try {
    for (const cell of [same, translated]) {
      context.progress(cell.caption);
      // No goal compares with a peer here.
      const gateways = [floorOf(cell), wireproof(), ...gatewaysOf(peers, context.quick ? [] : ['llms'])];
      const rounds = context.quick ? lookRounds : wholeRounds;
      outcomes.push({ cell, measured: await measureCell(gateways, cell, upstream, rounds, context, pinning.serverPrefix) });
    }
  } finally {
    await upstream.stop();
    pinning.release();
  }
  return {
    tables: outcomes.map(({ cell, measured }) => cellTable(cell, measured)),
    goals: outcomes.flatMap(({ cell, measured }) => floorGoals(cell, measured)),
    notes: [
      ...missingNotes(peers),
      'The upstream sends ten events to a write and does not wait between them; every event is an HTTP chunk of its own. Events/s and CPU time per event count the events that the upstream sent, whatever a translation makes of them. The floor passes bytes on and translates nothing, in both tables.',
      'Portkey is left out: as installed it answers every stream with 500 on this version of Node (its issues 1389 and 1550).',
      ...gatewayNotes,
      pinning.about,
    ],
    versions: versionsOf(peers),
  };
};

export const measure: Measure = { name: 'gateway-streams', title: 'Streams through the proxy, all events at once', order: 7, run };
