/** The history's way in: a file path or a postgres:// URL becomes a HistoryStore whose schema is in place. */
import { Kysely, type Dialect } from 'kysely';

import { migrateToNewest } from './database/migrate.ts';
import { sharedFiles } from './database/shared-files.ts';
import type { Tables } from './database/tables.ts';
import { historyError, isPostgresUrl } from './history-error.ts';
import { checkIn } from './read/check.ts';
import { daysIn } from './read/days.ts';
import { incidentIn, incidentsIn } from './read/incidents.ts';
import { resultIn, resultsIn } from './read/results.ts';
import { roundsIn } from './read/rounds.ts';
import { samplesIn } from './read/samples.ts';
import { seriesIn } from './read/series.ts';
import { spendWindowsIn, type SpentQuery, type SpentWindow } from './read/spend-windows.ts';
import { statesIn } from './read/states.ts';
import type { HistoryStore } from './store.ts';
import { closeLeftIn } from './write/close-left.ts';
import { claimDeliveriesIn, deliveriesIn, finishDeliveryIn } from './write/deliveries.ts';
import { factIn, setFactIn } from './write/facts.ts';
import type { Opened } from './write/locks.ts';
import { pruneIn } from './write/prune.ts';
import { recordRoundIn } from './write/record-round.ts';
import { reserveIn, settleIn, spentIn } from './write/spending.ts';

interface Joined {
  readonly opened: Opened;
  readonly leave: () => Promise<void>;
}

/** Makes the schema, and leaves nothing open where that fails. */
const withSchema = async (
  dialect: Dialect,
  kind: Opened['kind'],
  patiently: (work: () => Promise<void>) => Promise<void>,
): Promise<Opened> => {
  const db = new Kysely<Tables>({ dialect });
  const opened: Opened = { db, kind };
  try {
    await patiently(async () => migrateToNewest(opened));
    return opened;
  } catch (error) {
    await db.destroy().catch(() => {});
    throw error;
  }
};

const files = sharedFiles<Opened>(async ({ db }) => db.destroy());

/** Drivers are loaded when they are needed: most commands need neither. */
const join = async (location: string): Promise<Joined> => {
  if (isPostgresUrl(location)) {
    const { openPostgres } = await import('./database/postgres.ts');
    const opened = await withSchema(await openPostgres(location), 'postgres', async (work) => work());
    return { opened, leave: async () => opened.db.destroy() };
  }
  const { openSqlite, patiently } = await import('./database/sqlite.ts');
  return files.join(location, async () => withSchema(await openSqlite(location), 'sqlite', patiently));
};

/** A store, and what only people at a command line ask. */
export interface HistoryDatabase extends HistoryStore {
  /** What is wrong with the database, as sentences. */
  readonly check: () => Promise<readonly string[]>;
  /** Newest first. */
  readonly spendWindows: (query?: SpentQuery) => Promise<readonly SpentWindow[]>;
}

const storeOf = ({ opened, leave }: Joined): HistoryDatabase => ({
  kind: opened.kind,
  recordRound: recordRoundIn(opened),
  reserve: reserveIn(opened),
  settle: settleIn(opened),
  spent: spentIn(opened),
  states: statesIn(opened),
  incidents: incidentsIn(opened),
  incident: incidentIn(opened),
  rounds: roundsIn(opened),
  results: resultsIn(opened),
  result: resultIn(opened),
  series: seriesIn(opened),
  days: daysIn(opened),
  samples: samplesIn(opened),
  closeLeft: closeLeftIn(opened),
  claimDeliveries: claimDeliveriesIn(opened),
  finishDelivery: finishDeliveryIn(opened),
  deliveries: deliveriesIn(opened),
  fact: factIn(opened),
  setFact: setFactIn(opened),
  prune: pruneIn(opened),
  check: checkIn(opened),
  spendWindows: spendWindowsIn(opened),
  close: leave,
});

/**
 * Opens a history, makes it where there is none, and brings its schema to the newest. Any number of processes may do so at once.
 * @param location path of an SQLite file, or a `postgres://` URL
 * @throws ToolError `history-unusable` (somebody must act) or `history-unreachable` (it may pass)
 */
export const openHistory = async (location: string): Promise<HistoryDatabase> => {
  try {
    return storeOf(await join(location));
  } catch (error) {
    throw historyError(location, error);
  }
};
