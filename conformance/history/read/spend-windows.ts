import { amountsOf } from '../rows.ts';
import type { Amounts } from '../records.ts';
import type { Opened } from '../write/locks.ts';
import { usualLimit } from './page.ts';

/** What was spent, or is reserved, in one window. */
export interface SpentWindow {
  /** A target's name, or `*` for all together. */
  readonly scope: string;
  readonly span: 'hour' | 'day';
  /** Its beginning (UTC). */
  readonly at: number;
  readonly spent: Amounts & { readonly seconds: number };
}

export interface SpentQuery {
  readonly scope?: string;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  /** The last one of the page before. */
  readonly after?: SpentWindow;
}

/** Newest first; windows of one time by span and scope. */
export const spendWindowsIn =
  ({ db }: Opened) =>
  async ({ scope, from, to, after, limit = usualLimit }: SpentQuery = {}): Promise<readonly SpentWindow[]> => {
    let rows = db.selectFrom('canary_spend').selectAll();
    if (scope !== undefined) rows = rows.where('scope', '=', scope);
    if (from !== undefined) rows = rows.where('start_at', '>=', from);
    if (to !== undefined) rows = rows.where('start_at', '<', to);
    if (after !== undefined)
      rows = rows.where((where) =>
        where.or([
          where('start_at', '<', after.at),
          where.and([
            where('start_at', '=', after.at),
            where.or([where('span', '>', after.span), where.and([where('span', '=', after.span), where('scope', '>', after.scope)])]),
          ]),
        ]),
      );
    const found = await rows.orderBy('start_at', 'desc').orderBy('span').orderBy('scope').limit(limit).execute();
    return found.map((row) => ({
      scope: row.scope,
      span: row.span as SpentWindow['span'],
      at: row.start_at,
      spent: { ...amountsOf(row), seconds: row.seconds },
    }));
  };
