import PgBoss from 'pg-boss';

import { jobId, queueOf, type RoundJob } from './round-job.ts';

/** One location's due rounds in PostgreSQL, shared by its workers. */
export interface RoundQueue {
  /** By the database's clock, milliseconds since the epoch. */
  readonly now: () => Promise<number>;
  /** What is in the queue already, or was, stays as it is. */
  readonly add: (jobs: readonly (RoundJob & { readonly expiresAfterSeconds: number })[]) => Promise<void>;
  /** Takes what is due; nobody else gets it until it expires. */
  readonly take: (most: number) => Promise<readonly TakenJob[]>;
  /** An earlier round of the same target is under way, here or at another worker. */
  readonly isUnderWay: (job: TakenJob) => Promise<boolean>;
  readonly done: (job: TakenJob) => Promise<void>;
  /** It was not begun: in a second it can be taken again, by any worker. */
  readonly giveBack: (job: TakenJob) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TakenJob {
  readonly id: string;
  readonly round: RoundJob;
}

interface QueueOptions {
  /** A postgres:// URL. */
  readonly history: string;
  readonly location: string;
  readonly tell: (line: string) => void;
  /** How often jobs of dead workers are looked for. */
  readonly maintenanceSeconds?: number;
  readonly answersWithinMs?: number;
}

const schema = 'wireproof_queue';
const connections = 4;
const connectsWithinMs = 5_000;
/** A server that vanished without a word would else be waited for until the system gives up the connection: a quarter of an hour. */
const usualAnswersWithinMs = 60_000;
const usualMaintenanceSeconds = 5;
/** A round goes back as often as it has to wait for an earlier one of its target, and each time waits so long. */
const retryLimit = 1_000;
const retryDelaySeconds = 1;
const hour = 3_600;

const underWay = `SELECT 1 FROM ${schema}.job other JOIN ${schema}.job mine ON mine.name = other.name AND mine.id = $2
  WHERE other.name = $1 AND other.state = 'active' AND other.singleton_key = mine.singleton_key AND other.id <> mine.id
  AND (other.started_on, other.id) < (mine.started_on, mine.id) LIMIT 1`;

/** Opens the queue in the history's database and makes it where there is none. */
export const openRoundQueue = async (options: QueueOptions): Promise<RoundQueue> => {
  const { history, location, tell, maintenanceSeconds = usualMaintenanceSeconds, answersWithinMs = usualAnswersWithinMs } = options;
  // It hands them on to the driver, and does not name them in its types.
  const patience = { connectionTimeoutMillis: connectsWithinMs, query_timeout: answersWithinMs, keepAlive: true };
  const boss = new PgBoss({
    connectionString: history,
    schema,
    application_name: 'wireproof canary',
    max: connections,
    ...patience,
    schedule: false,
    maintenanceIntervalSeconds: maintenanceSeconds,
    archiveCompletedAfterSeconds: hour,
    deleteAfterHours: 48,
  });
  // Whatever it cannot do it tries again; the database being away is told by the history.
  boss.on('error', (error) => tell(`queue: ${error.message}`));
  await boss.start();
  const queue = queueOf(location);
  await boss.createQueue(queue, { name: queue, retryLimit, retryDelay: retryDelaySeconds });
  const db = boss.getDb();
  return {
    now: async () => {
      const { rows } = await db.executeSql('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now', []);
      return Number((rows as readonly { readonly now: unknown }[])[0]?.now);
    },
    add: async (jobs) => {
      if (jobs.length === 0) return;
      await boss.insert(
        jobs.map(({ expiresAfterSeconds, ...round }) => ({
          id: jobId(location, round),
          name: queue,
          data: round,
          startAfter: new Date(round.due).toISOString(),
          singletonKey: round.target,
          expireInSeconds: expiresAfterSeconds,
        })),
      );
    },
    take: async (most) => {
      const jobs = await boss.fetch<RoundJob>(queue, { batchSize: most });
      return jobs.map(({ id, data }) => ({ id, round: data }));
    },
    isUnderWay: async ({ id }) => {
      const { rows } = await db.executeSql(underWay, [queue, id]);
      return rows.length > 0;
    },
    done: ({ id }) => boss.complete(queue, id),
    giveBack: ({ id }) => boss.fail(queue, id),
    close: () => boss.stop({ graceful: false, close: true }),
  };
};
