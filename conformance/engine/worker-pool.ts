/** Queues of items; each worker prefers one of them, and helps with the others when that is empty. */
type Queues<Item> = readonly (readonly Item[])[];

/** Takes the items of each queue in order. @returns for a worker's number, what it shall do next; undefined when all is taken */
const dealer = <Item>(queues: Queues<Item>): ((worker: number) => { readonly item: Item } | undefined) => {
  const left = queues.map((items) => items.values());
  return (worker) => {
    for (const step of left.keys()) {
      const next = left[(worker + step) % left.length]?.next();
      if (next?.done === false) return { item: next.value };
    }
    return undefined;
  };
};

/**
 * Runs `work` over the items of the queues, each queue in order, at most `width` items at a time, of each queue as many as of the others
 * while all last. Stops taking items once `signal` is aborted. The first rejection is thrown after every running one has ended.
 */
export const queuesInParallel = async <Item>(
  queues: Queues<Item>,
  width: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const failures: unknown[] = [];
  const take = dealer(queues);
  const worker = async (number: number): Promise<void> => {
    while (!signal.aborted && failures.length === 0) {
      const taken = take(number);
      if (taken === undefined) return;
      try {
        await work(taken.item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, (_, number) => worker(number)));
  if (failures.length > 0) throw failures[0];
};

/** The same with one queue. */
export const inParallel = <Item>(
  items: readonly Item[],
  width: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<void> => queuesInParallel([items], Math.min(width, items.length), signal, work);
