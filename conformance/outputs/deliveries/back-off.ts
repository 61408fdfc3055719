/** Milliseconds. */
const firstMs = 5000;
const mostMs = 900_000;

/**
 * How long to wait before the next attempt: twice as long each time, up to a quarter of an hour, and somewhere in the upper half of that, so
 * that what failed together does not come back together.
 * @param failures in a row, 1 for the first
 * @param random at least 0, below 1
 */
export const backOffMs = (failures: number, random: number): number => {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(Math.max(0, failures - 1), 20));
  return Math.round(full / 2 + (full / 2) * random);
};

/** An alert that is a day old tells nobody anything; but no clock that jumps ahead makes one old that was hardly tried. */
const tooOldMs = 86_400_000;
const fewestAttempts = 8;

export const isHopeless = (
  { attempts, event: { at } }: { readonly attempts: number; readonly event: { readonly at: number } },
  now: number,
): boolean => attempts >= fewestAttempts && now - at > tooOldMs;
