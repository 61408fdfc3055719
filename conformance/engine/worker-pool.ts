/**
 * Runs `work` over the items in order, at most `width` at a time, and returns the results in the items' order. Stops taking items
 * once `signal` is aborted; those not taken have no result. The first rejection is thrown after every running one has ended.
 */
export const inParallel = async <Item, Result>(
  items: readonly Item[],
  width: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<Result | undefined>,
): Promise<readonly Result[]> => {
  const results: (Result | undefined)[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length && !signal.aborted && failures.length === 0) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as Item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(width, items.length)) }, worker));
  if (failures.length > 0) throw failures[0];
  return results.filter((result): result is Result => result !== undefined);
};
