/** Where a page is, and how one page names another. */
import type { PageRow } from '#scenarios/kit/page-row';

export interface Place {
  /** Segments below the root, not encoded; none: the overview. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
}

/** `undefined`: that place is not to be had here, as in an export that keeps a part. */
export type Links = (to: Place) => string | undefined;

/** For an `a`: nothing where that place is not to be had. */
export const hrefOf = (links: Links, to: Place): { readonly href?: string } => {
  const href = links(to);
  return href === undefined ? {} : { href };
};

export const overview: Place = { path: [] };
export const targetPlace = (name: string, query: Place['query'] = {}): Place => ({ path: ['targets', name], query });
export const rowPlace = (row: PageRow): Place => ({ path: ['rows', String(row)] });
export const incidentPlace = (id: string): Place => ({ path: ['incidents', id] });
export const roundPlace = (id: string, query: Place['query'] = {}): Place => ({ path: ['rounds', id], query });
export const resultPlace = (id: string): Place => ({ path: ['results', id] });

const queryText = (query: Place['query'] = {}): string => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.append(name, value);
  return given.size === 0 ? '' : `?${given.toString()}`;
};

/** As a segment of an address. Half of a surrogate pair cannot be written in one; such a name leads nowhere, and breaks nothing. */
export const encodedName = (name: string): string => encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd'));

/** From a page so many segments deep to the root; relative, so that the pages may stand below any path. */
export const toRoot = (path: readonly string[]): string => '../'.repeat(Math.max(0, path.length - 1));

/** Links of the served pages. */
export const servedLinks =
  (from: Place): Links =>
  ({ path, query }) =>
    `${toRoot(from.path) || './'}${path.map(encodedName).join('/')}${queryText(query)}`;
