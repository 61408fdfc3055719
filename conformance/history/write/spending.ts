import { randomUUID } from 'node:crypto';

import { sql, type Selectable, type Transaction } from 'kysely';

import type { Tables } from '../database/tables.ts';
import { dayOf, hourOf } from '../windows.ts';
import { amountColumns, amountsOf, countable } from '../rows.ts';
import { noSpending, refusal, sumOf, type Spending } from '../spending/windows-left.ts';
import type { HistoryStore, SpendAnswer, SpendRequest, SpendWindow } from '../store.ts';
import type { Opened } from './locks.ts';

type Tx = Transaction<Tables>;
type SpendRow = Selectable<Tables['canary_spend']>;

interface WindowKey {
  readonly scope: string;
  readonly span: 'hour' | 'day';
  readonly start: number;
}

const startOf = (span: 'hour' | 'day', at: number): number => (span === 'hour' ? hourOf(at) : dayOf(at));
const nameOf = ({ scope, span, start }: WindowKey): string => `${scope} ${span} ${start}`;

/** In one order for all processes, so that no two wait for each other. */
const windowsOf = (scopes: readonly string[], at: number): readonly WindowKey[] =>
  [...new Set(scopes)]
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((scope) => (['day', 'hour'] as const).map((span) => ({ scope, span, start: startOf(span, at) })));

const spendingOf = (row: SpendRow): Spending => ({ ...amountsOf(row), seconds: row.seconds });

const columnsOf = (spending: Spending) => ({ ...amountColumns(spending), seconds: spending.seconds });

const ensured = async (tx: Tx, windows: readonly WindowKey[]): Promise<void> => {
  const rows = windows.map(({ scope, span, start }) => ({ scope, span, start_at: start, ...columnsOf(noSpending) }));
  await tx
    .insertInto('canary_spend')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['scope', 'span', 'start_at']).doNothing())
    .execute();
};

/** What is used of each window; nobody else changes them before the end of the transaction. */
const locked = async (tx: Tx, kind: HistoryStore['kind'], windows: readonly WindowKey[]): Promise<ReadonlyMap<string, Spending>> => {
  await ensured(tx, windows);
  const used = new Map<string, Spending>();
  for (const window of windows) {
    const query = tx
      .selectFrom('canary_spend')
      .selectAll()
      .where('scope', '=', window.scope)
      .where('span', '=', window.span)
      .where('start_at', '=', window.start);
    const row = await (kind === 'postgres' ? query.forUpdate() : query).executeTakeFirstOrThrow();
    used.set(nameOf(window), spendingOf(row));
  }
  return used;
};

const add = async (tx: Tx, windows: readonly WindowKey[], change: Spending): Promise<void> => {
  for (const { scope, span, start } of windows)
    await tx
      .updateTable('canary_spend')
      .set({
        requests: sql`requests + ${change.requests}`,
        input_tokens: sql`input_tokens + ${change.inputTokens}`,
        output_tokens: sql`output_tokens + ${change.outputTokens}`,
        seconds: sql`seconds + ${change.seconds}`,
        usd: sql`usd + ${change.usd}`,
      })
      .where('scope', '=', scope)
      .where('span', '=', span)
      .where('start_at', '=', start)
      .execute();
};

const usesOf = ({ limits, at }: SpendRequest, used: ReadonlyMap<string, Spending>): readonly SpendWindow[] =>
  limits.flatMap(({ scope, hour, day }) =>
    (
      [
        ['hour', hour],
        ['day', day],
      ] as const
    ).map(([span, ceilings]) => ({
      scope,
      span,
      ceilings,
      used: used.get(nameOf({ scope, span, start: startOf(span, at) })) ?? noSpending,
    })),
  );

/** See HistoryStore. */
export const reserveIn =
  ({ db, kind }: Opened, newId: () => string = randomUUID): HistoryStore['reserve'] =>
  async (request: SpendRequest): Promise<SpendAnswer> =>
    db.transaction().execute(async (tx) => {
      const { limits, at, worst } = request;
      const scopes = limits.map(({ scope }) => scope);
      const windows = windowsOf(scopes, at);
      const uses = usesOf(request, windows.length === 0 ? new Map() : await locked(tx, kind, windows));
      const refused = refusal(uses, worst);
      if (refused !== undefined) return { refused };
      await add(tx, windows, worst);
      const id = newId();
      await tx
        .insertInto('canary_reservation')
        .values({ id, at, scopes: JSON.stringify(scopes), ...columnsOf(worst), settled: 0 })
        .execute();
      return { reservation: id, used: uses.map((use) => ({ ...use, used: sumOf(use.used, worst) })) };
    });

/** See HistoryStore. Settling twice, or what is not known, changes nothing. */
export const settleIn =
  ({ db }: Opened): HistoryStore['settle'] =>
  async (reservation, spent) =>
    db.transaction().execute(async (tx) => {
      const row = await tx
        .updateTable('canary_reservation')
        .set({ settled: 1 })
        .where('id', '=', reservation)
        .where('settled', '=', 0)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return;
      const worst = { ...amountsOf(row), seconds: row.seconds };
      const { inputTokens, outputTokens } = countable(spent);
      const change: Spending = {
        requests: spent.requests - worst.requests,
        inputTokens: inputTokens - worst.inputTokens,
        outputTokens: outputTokens - worst.outputTokens,
        seconds: spent.seconds - worst.seconds,
        usd: spent.usd - worst.usd,
      };
      await add(tx, windowsOf(JSON.parse(row.scopes) as string[], row.at), change);
    });

/** See HistoryStore. */
export const spentIn =
  ({ db }: Opened): HistoryStore['spent'] =>
  async (scope, at) => {
    const rows = await db
      .selectFrom('canary_spend')
      .selectAll()
      .where('scope', '=', scope)
      .where((where) => where.or((['hour', 'day'] as const).map((span) => where.and({ span, start_at: startOf(span, at) }))))
      .execute();
    const of = (span: string): Spending => {
      const row = rows.find((each) => each.span === span);
      return row === undefined ? noSpending : spendingOf(row);
    };
    return { hour: of('hour'), day: of('day') };
  };
