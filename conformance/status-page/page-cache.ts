/** Many people who look at the same page at the same time make it once. */
import { LRUCache } from 'lru-cache';

export interface PageCache {
  /** `make` is called when the page is not there; those who come meanwhile wait for the same. */
  readonly get: (key: string, make: () => Promise<string | undefined>) => Promise<string | undefined>;
  /** Something changed. Pages that are being made are not kept either. */
  readonly clear: () => void;
}

const mostPages = 200;
const mostCharacters = 32 * 1_024 * 1_024;

/**
 * @param now milliseconds
 * @param freshMs pages tell how long something lasts, so none is kept long
 */
export const newPageCache = (now: () => number, freshMs = 2_000): PageCache => {
  const pages = new LRUCache<string, { readonly at: number; readonly text: string }>({
    max: mostPages,
    maxSize: mostCharacters,
    sizeCalculation: ({ text }) => Math.max(1, text.length),
  });
  const making = new Map<string, Promise<string | undefined>>();
  const make = async (key: string, work: () => Promise<string | undefined>): Promise<string | undefined> => {
    const at = now();
    const promise = work();
    making.set(key, promise);
    try {
      const text = await promise;
      if (text !== undefined && making.get(key) === promise) pages.set(key, { at, text });
      return text;
    } finally {
      if (making.get(key) === promise) making.delete(key);
    }
  };
  return {
    get: async (key, work) => {
      const kept = pages.get(key);
      // A clock that was set back makes no page immortal.
      if (kept !== undefined && Math.abs(now() - kept.at) < freshMs) return kept.text;
      return making.get(key) ?? make(key, work);
    },
    clear: () => {
      pages.clear();
      making.clear();
    },
  };
};
