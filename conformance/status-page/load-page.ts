/** From an address to what its page shows. Whatever stands in a query may be anybody's: what is not understood is left out. */
import { isPageRow, type PageRow } from '#scenarios/kit/page-row';

import { healthStates, type Health } from '../history/records.ts';
import { incidentListOf, incidentPageOf } from './model/incident-pages.ts';
import { overviewOf, type OverviewQuery } from './model/overview.ts';
import { resultPageOf, roundPageOf } from './model/result-pages.ts';
import { rowListOf, rowPageOf } from './model/row-pages.ts';
import type { Source } from './model/source.ts';
import { rangeIds, targetPageOf, type RangeId } from './model/target-page.ts';
import type { Place } from './place.ts';
import type { PageKind, PageModel, PageModels } from './render.tsx';

/** How many targets stand on one page of the overview. */
export const targetsOnAPage = 25;
const mostPages = 10_000;
const longestText = 300;

type Query = Readonly<Record<string, string | undefined>>;

const someText = (text: string | undefined): string | undefined =>
  text === undefined || text.trim() === '' ? undefined : text.slice(0, longestText);

const healthOf = (text: string | undefined): Health | undefined => healthStates.find((one) => one === text);

const labelOf = (text: string | undefined): OverviewQuery['label'] => {
  const cut = text?.indexOf(':') ?? -1;
  return text === undefined || cut < 1 ? undefined : { name: text.slice(0, cut), value: text.slice(cut + 1) };
};

const pageNumber = (text: string | undefined): number => {
  const page = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 1;
  return Math.min(Math.max(1, page), mostPages);
};

const given = <Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } =>
  (value === undefined ? {} : { [name]: value }) as { readonly [Key in Name]?: Value };

const overviewQuery = (query: Query, size: number): OverviewQuery => ({
  page: pageNumber(query['page']),
  size,
  ...given('health', healthOf(query['state'])),
  ...given('label', labelOf(query['label'])),
  ...given('search', someText(query['q'])?.trim()),
});

const rangeOf = (text: string | undefined): RangeId => rangeIds.find((one) => one === text) ?? 'day';

const rowOf = (text: string): PageRow | undefined => {
  const row = /^\d{1,3}$/.test(text) ? Number(text) : text;
  return isPageRow(row) ? row : undefined;
};

const modelOf = <Kind extends PageKind>(kind: Kind, page: PageModels[Kind] | undefined): PageModel | undefined =>
  page === undefined ? undefined : ({ kind, page } as unknown as PageModel);

const loadList = async (source: Source, kind: string, query: Query): Promise<PageModel | undefined> => {
  if (kind === 'rows') return modelOf('rows', await rowListOf(source));
  if (kind !== 'incidents') return undefined;
  const wanted = {
    open: query['state'] !== 'all',
    ...given('target', someText(query['target'])),
    ...given('after', someText(query['after'])),
  };
  return modelOf('incidents', await incidentListOf(source, wanted));
};

const loadOne = async (source: Source, kind: string, id: string, query: Query): Promise<PageModel | undefined> => {
  const after = someText(query['after']);
  switch (kind) {
    case 'targets': {
      const wanted = { range: rangeOf(query['range']), ...given('scenario', someText(query['scenario'])), ...given('after', after) };
      return modelOf('target', await targetPageOf(source, id, wanted));
    }
    case 'rows': {
      const row = rowOf(id);
      return row === undefined ? undefined : modelOf('row', await rowPageOf(source, row));
    }
    case 'incidents':
      return modelOf('incident', await incidentPageOf(source, id));
    case 'rounds':
      return modelOf('round', await roundPageOf(source, id, after));
    case 'results':
      return modelOf('result', await resultPageOf(source, id));
    default:
      return undefined;
  }
};

/**
 * `undefined`: there is no such page.
 * @param size targets on a page of the overview
 */
export const loadPage = async (source: Source, { path, query = {} }: Place, size = targetsOnAPage): Promise<PageModel | undefined> => {
  const [kind, id] = path;
  if (kind === undefined) return modelOf('overview', await overviewOf(source, overviewQuery(query, size)));
  return id === undefined ? loadList(source, kind, query) : loadOne(source, kind, id, query);
};
