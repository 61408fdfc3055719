/** Rounds that wait to be written: in order for each target, within a bound, and none of them unseen when it is lost. */
import { ToolError } from '../../errors.ts';
import { mayPass } from '../history-error.ts';
import type { Decision, HistoryStore } from '../store.ts';

type Record = Parameters<HistoryStore['recordRound']>;

interface Waiting {
  readonly record: Record;
  readonly bytes: number;
  readonly resolve: (decision: Decision | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export interface QueueOptions {
  readonly write: HistoryStore['recordRound'];
  readonly mostRounds: number;
  readonly mostBytes: number;
  /** Written at once, of different targets. */
  readonly atOnce: number;
  readonly isUp: () => boolean;
  readonly onTrouble: (error: unknown) => void;
}

export interface RoundQueue {
  /** Resolves when the round is written. */
  readonly add: HistoryStore['recordRound'];
  /** Goes on after a pause. */
  readonly pump: () => void;
  readonly size: () => { readonly rounds: number; readonly bytes: number; readonly lost: number };
  /** Resolves when nothing waits any more. */
  readonly empty: () => Promise<void>;
  /** Gives up what waits: everyone who waits for it is told. */
  readonly abandon: () => void;
}

const lostBecause = (why: string): ToolError =>
  new ToolError('history-lost', `a round was not written to the history: ${why}`, {
    hint: 'mend the database; what is lost is counted on the status page and in the metrics',
  });

const bytesOf = ([round, results]: Record): number => Buffer.byteLength(JSON.stringify([round, results]));

export const roundQueue = ({ write, mostRounds, mostBytes, atOnce, isUp, onTrouble }: QueueOptions): RoundQueue => {
  const waiting = new Set<Waiting>();
  const busyTargets = new Set<string>();
  const whenEmpty: (() => void)[] = [];
  let bytes = 0;
  let lost = 0;
  const leave = (item: Waiting): void => {
    if (!waiting.delete(item)) return;
    bytes -= item.bytes;
    if (waiting.size === 0) for (const told of whenEmpty.splice(0)) told();
  };
  const lose = (item: Waiting, error: unknown): void => {
    lost += 1;
    leave(item);
    item.reject(error);
  };
  const run = async (item: Waiting): Promise<void> => {
    const { target } = item.record[0];
    busyTargets.add(target);
    try {
      const decision = await write(...item.record);
      leave(item);
      item.resolve(decision);
    } catch (error) {
      if (mayPass(error)) onTrouble(error);
      else lose(item, error);
    } finally {
      busyTargets.delete(target);
      pump();
    }
  };
  const pump = (): void => {
    if (!isUp()) return;
    for (const item of waiting) {
      if (busyTargets.size >= atOnce) return;
      if (!busyTargets.has(item.record[0].target)) void run(item);
    }
  };
  return {
    add: async (...record) =>
      new Promise((resolve, reject) => {
        const item: Waiting = { record, bytes: bytesOf(record), resolve, reject };
        waiting.add(item);
        bytes += item.bytes;
        // The newest goes: what came before it tells how the trouble began, and is judged in order.
        if (waiting.size > mostRounds || bytes > mostBytes)
          lose(item, lostBecause(`${waiting.size - 1} rounds wait already, and more have no room`));
        else pump();
      }),
    pump,
    size: () => ({ rounds: waiting.size, bytes, lost }),
    empty: async () => {
      if (waiting.size > 0) await new Promise<void>((resolve) => whenEmpty.push(resolve));
    },
    abandon: () => {
      for (const item of waiting) lose(item, lostBecause('the database was away until the end'));
    },
  };
};
