import type { Transaction } from 'kysely';

import type { Tables } from '../database/tables.ts';
import type { Incident } from '../records.ts';
import { incidentOf, storable } from '../rows.ts';
import type { HistoryStore } from '../store.ts';
import { holding, type Opened } from './locks.ts';
import { writeDeliveries, writeIncidents } from './record-round.ts';

type Tx = Transaction<Tables>;

/** How many rounds show how often a target is asked: a failure is asked about again at once, and these rounds show nothing. */
const latest = 10;

/** A canary that asks once a week is silent for six days, and not gone. */
const isSilent = async (tx: Tx, target: string, { silentSince, now }: Parameters<HistoryStore['closeLeft']>[0]): Promise<boolean> => {
  const rows = tx.selectFrom('canary_round').select('started_at').where('target', '=', target).orderBy('started_at', 'desc');
  const times = (await rows.limit(latest).execute()).map((row) => row.started_at);
  const [last] = times;
  if (last === undefined) return true;
  const longestPause = Math.max(0, ...times.slice(1).map((time, index) => (times[index] ?? time) - time));
  return last < silentSince && now - last > 3 * longestPause;
};

const openAt = async (tx: Tx, target: string): Promise<readonly Incident[]> => {
  const rows = tx.selectFrom('canary_incident').select('body').where('target', '=', target).where('closed_at', 'is', null);
  return (await rows.orderBy('opened_at').orderBy('id').execute()).map(incidentOf);
};

/** Its target's destinations are in no configuration any more; the deliveries say which they were. */
const toldOf = async (tx: Tx, { id }: Incident): Promise<readonly string[]> => {
  const rows = tx.selectFrom('canary_delivery').select('destination').where('incident', '=', id).where('kind', '=', 'opened');
  return (await rows.orderBy('destination').execute()).map(({ destination }) => destination);
};

/** The title says why, because it is told wherever the incident is: nobody has seen that anything is well. */
const closedAs = (incident: Incident, now: number): Incident => ({
  ...incident,
  title: `${incident.title} (closed because nobody asks this target any more)`,
  closedAt: now,
});

/** See HistoryStore. */
export const closeLeftIn =
  (opened: Opened): HistoryStore['closeLeft'] =>
  async (query) => {
    const { watched, now } = query;
    const rows = await opened.db.selectFrom('canary_incident').select('target').distinct().where('closed_at', 'is', null).execute();
    const known = new Set(watched.map(storable));
    const closed: Incident[] = [];
    for (const { target } of rows.filter((row) => !known.has(row.target))) {
      const some = await holding(opened, `target ${target}`, async (tx) => {
        if (!(await isSilent(tx, target, query))) return [];
        const incidents = (await openAt(tx, target)).map((incident) => closedAs(incident, now));
        await writeIncidents(tx, incidents);
        for (const incident of incidents)
          await writeDeliveries(tx, { events: [{ kind: 'resolved', at: now, incident }] }, await toldOf(tx, incident));
        return incidents;
      });
      closed.push(...some);
    }
    return closed;
  };
