/** What every page is made from. */
import type { Condition } from '../../history/patient/keep-trying.ts';
import type { HistoryStore } from '../../history/store.ts';
import type { Watched } from '../watched.ts';

/** The reading part of the history; the pages never write. */
export type ReadHistory = Pick<
  HistoryStore,
  'states' | 'days' | 'incidents' | 'incident' | 'rounds' | 'results' | 'result' | 'series' | 'spent' | 'deliveries' | 'fact'
> & {
  /** Of a store that waits for its database. */
  readonly condition?: () => Pick<Condition, 'queued' | 'lost'>;
};

export interface Source {
  readonly history: ReadHistory;
  readonly watched: Watched;
  /** Milliseconds since the epoch: when the page is made. */
  readonly now: number;
}

/** A part of a list, and how to go on. */
export interface Part<Item> {
  readonly items: readonly Item[];
  /** Where the next part begins; absent: there is none. */
  readonly next?: string;
  /** Whether something comes before it. */
  readonly continued: boolean;
}

/**
 * @param found one more than `size`, where there are that many
 */
export const partOf = <Item extends { readonly id: string }>(
  found: readonly Item[],
  size: number,
  after: string | undefined,
): Part<Item> => {
  const items = found.slice(0, size);
  const last = items.at(-1);
  return { items, continued: after !== undefined, ...(found.length > size && last !== undefined ? { next: last.id } : {}) };
};
