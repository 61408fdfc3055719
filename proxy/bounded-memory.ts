import { LRUCache } from 'lru-cache';

/**
 * Keeps at most `most` entries; the least used go first. Bounded by weight (one each) and not by `max`, because the cache sets aside
 * room for `max` entries when it is made: 1.6 ms and a megabyte for ten thousand, for each of a dozen tables of a proxy that may stay
 * empty for its whole life.
 */
export const boundedMemory = <Value extends object | number>(most: number): LRUCache<string, Value> =>
  new LRUCache<string, Value>({ maxSize: most, sizeCalculation: () => 1 });
