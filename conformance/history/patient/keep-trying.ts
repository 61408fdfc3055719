/** A store that outlives its database being away: rounds wait, spending goes on from what was known last, and what is lost is counted. */
import { mayPass } from '../history-error.ts';
import type { HistoryStore, SpendRequest } from '../store.ts';
import { budgetWhileAway } from './budget-while-away.ts';
import { watchReach, type Timekeeper } from './reach.ts';
import { roundQueue } from './round-queue.ts';

export interface PatientOptions {
  readonly clock: Timekeeper;
  /** Bounds of what waits: rounds, and their size as JSON. */
  readonly mostRounds?: number;
  readonly mostBytes?: number;
  /** Pauses before asking again: the first, and the longest. */
  readonly firstMs?: number;
  readonly atMostMs?: number;
  /** The part of what is left that this process may spend while the database is away: 1/n where n processes share the budget. */
  readonly share?: number;
}

/** For metrics and the status page. */
export interface Condition {
  readonly reachable: boolean;
  /** Rounds that wait to be written, and their size. */
  readonly queued: number;
  readonly queuedBytes: number;
  /** Rounds that were given up since the start. */
  readonly lost: number;
  /** Since when the database is away. */
  readonly since?: number;
  readonly lastError?: string;
}

/** `recordRound` resolves when the round is written, however late, and rejects with ToolError `history-lost` when it was given up. */
export interface PatientStore extends HistoryStore {
  readonly condition: () => Condition;
}

const usual = { mostRounds: 20_000, mostBytes: 64 * 1024 * 1024, firstMs: 500, atMostMs: 15_000, share: 1, atOnce: 4 } as const;
const settlementsKept = 10_000;
const closesWithinMs = 10_000;
/** Written to see whether writing works: a full disk can still be read. */
const probeFact = 'last-reached';

/** Ceilings say nothing about what has been spent already. */
const withoutCeilings = ({ limits, at, worst }: SpendRequest): SpendRequest => ({
  limits: limits.map(({ scope }) => ({ scope, hour: {}, day: {} })),
  at,
  worst,
});

type Spent = Parameters<HistoryStore['settle']>[1];

/** Reserving and settling, with the database or without it. */
const patientSpending = (store: HistoryStore, share: number, isUp: () => boolean, onTrouble: (error: unknown) => void) => {
  const budget = budgetWhileAway(share);
  const realIds = new Map<string, string>();
  const settlements = new Map<string, Spent>();
  const settleLater = (reservation: string, spent: Spent): void => {
    // Beyond the bound it stays reserved in full: that costs nobody more than was told.
    if (settlements.size < settlementsKept) settlements.set(reservation, spent);
  };
  const reserve: HistoryStore['reserve'] = async (request) => {
    if (!isUp()) return budget.reserve(request);
    try {
      const answer = await store.reserve(request);
      if ('used' in answer && answer.used !== undefined) budget.learn(answer.used);
      return answer;
    } catch (error) {
      if (!mayPass(error)) throw error;
      onTrouble(error);
      return budget.reserve(request);
    }
  };
  const settle: HistoryStore['settle'] = async (reservation, spent) => {
    if (budget.settle(reservation, spent)) return;
    const real = realIds.get(reservation) ?? reservation;
    realIds.delete(reservation);
    if (!isUp()) return settleLater(real, spent);
    try {
      await store.settle(real, spent);
    } catch (error) {
      if (!mayPass(error)) throw error;
      onTrouble(error);
      settleLater(real, spent);
    }
  };
  const book = async (): Promise<void> => {
    for (const [id, booking] of budget.bookings()) {
      const answer = await store.reserve(withoutCeilings(booking.request));
      if ('refused' in answer) throw new Error(`a reservation without ceilings was refused: ${answer.refused}`);
      budget.learn(answer.used ?? []);
      budget.booked(id);
      if (booking.spent === undefined) realIds.set(id, answer.reservation);
      else settlements.set(answer.reservation, booking.spent);
    }
    for (const [reservation, spent] of settlements) {
      await store.settle(reservation, spent).catch((error: unknown) => {
        // What would fail each time stays reserved in full, and keeps nothing else waiting.
        if (mayPass(error)) throw error;
      });
      settlements.delete(reservation);
    }
  };
  /** What was reserved and settled meanwhile, into the database; also what comes while this is done, which nobody would book later. */
  const catchUp = async (): Promise<void> => {
    do await book();
    while (budget.bookings().length > 0 || settlements.size > 0);
  };
  return { reserve, settle, catchUp };
};

/** Other methods reject while the database is away, and tell that it is. */
const noticing =
  <Args extends readonly unknown[], Result>(call: (...args: Args) => Promise<Result>, onTrouble: (error: unknown) => void) =>
  async (...args: Args): Promise<Result> => {
    try {
      return await call(...args);
    } catch (error) {
      if (mayPass(error)) onTrouble(error);
      throw error;
    }
  };

/** See PatientStore. Closing waits ten seconds at most for what is not written. */
export const keepTrying = (store: HistoryStore, options: PatientOptions): PatientStore => {
  const { clock, mostRounds, mostBytes, firstMs, atMostMs, share, atOnce } = { ...usual, ...options };
  const reach = watchReach({
    clock,
    firstMs,
    atMostMs,
    probe: async () => {
      await store.setFact(probeFact, String(clock.now()));
      await spending.catchUp();
    },
    onUp: () => queue.pump(),
  });
  const onTrouble = (error: unknown): void => reach.failed(error);
  const queue = roundQueue({ write: store.recordRound, mostRounds, mostBytes, atOnce, isUp: reach.isUp, onTrouble });
  const spending = patientSpending(store, share, reach.isUp, onTrouble);
  return {
    kind: store.kind,
    recordRound: queue.add,
    reserve: spending.reserve,
    settle: spending.settle,
    spent: noticing(store.spent, onTrouble),
    states: noticing(store.states, onTrouble),
    incidents: noticing(store.incidents, onTrouble),
    incident: noticing(store.incident, onTrouble),
    rounds: noticing(store.rounds, onTrouble),
    results: noticing(store.results, onTrouble),
    result: noticing(store.result, onTrouble),
    series: noticing(store.series, onTrouble),
    days: noticing(store.days, onTrouble),
    samples: noticing(store.samples, onTrouble),
    closeLeft: noticing(store.closeLeft, onTrouble),
    claimDeliveries: noticing(store.claimDeliveries, onTrouble),
    finishDelivery: noticing(store.finishDelivery, onTrouble),
    deliveries: noticing(store.deliveries, onTrouble),
    fact: noticing(store.fact, onTrouble),
    setFact: noticing(store.setFact, onTrouble),
    prune: noticing(store.prune, onTrouble),
    condition: () => {
      const { rounds, bytes, lost } = queue.size();
      const away = reach.away();
      return {
        reachable: away === undefined,
        queued: rounds,
        queuedBytes: bytes,
        lost,
        ...(away !== undefined && { since: away.since, lastError: away.error }),
      };
    },
    close: async () => {
      if (!reach.isUp()) await reach.ask();
      await new Promise<void>((resolve) => {
        const late = clock.after(closesWithinMs, resolve);
        const done = async (): Promise<void> => {
          await queue.empty();
          late.cancel();
          resolve();
        };
        void done();
      });
      reach.stop();
      queue.abandon();
      await store.close();
    },
  };
};
