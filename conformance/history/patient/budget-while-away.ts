/**
 * What may be spent while the database that counts it is away: what was left when it was last asked, less what was reserved since. It only
 * shrinks, also when an hour or a day ends in between, because nobody can say what other processes spend.
 */
import { noSpending, refusal, sumOf, type Spending } from '../spending/windows-left.ts';
import type { SpendAnswer, SpendRequest, SpendWindow } from '../store.ts';

interface Booking {
  readonly request: SpendRequest;
  spent?: Spending;
}

export interface BudgetWhileAway {
  /** What the database said last. */
  readonly learn: (windows: readonly SpendWindow[]) => void;
  readonly reserve: (request: SpendRequest) => SpendAnswer;
  /** True where the reservation was made here. */
  readonly settle: (reservation: string, spent: Spending) => boolean;
  /** To be put into the database when it is back. */
  readonly bookings: () => readonly (readonly [string, Booking])[];
  /** The database knows of it now. */
  readonly booked: (reservation: string) => void;
}

const measures = ['requests', 'inputTokens', 'outputTokens', 'seconds', 'usd'] as const;
const mostBookings = 10_000;
const keyOf = (scope: string, span: string): string => `${span} ${scope}`;

/** @param share the part of what is left that this process may use: 1 where it is alone on the database, 1/n where n share it */
export const budgetWhileAway = (share: number): BudgetWhileAway => {
  const known = new Map<string, Spending>();
  const since = new Map<string, Spending>();
  const bookings = new Map<string, Booking>();
  let count = 0;
  /** As if the others had used their shares. */
  const usedOf = (window: Omit<SpendWindow, 'used'>): Spending | undefined => {
    const used = known.get(keyOf(window.scope, window.span));
    if (used === undefined) return undefined;
    const reserved = since.get(keyOf(window.scope, window.span)) ?? noSpending;
    const shared = { ...used };
    for (const measure of measures) {
      const left = Math.max(0, (window.ceilings[measure] ?? 0) - used[measure]);
      shared[measure] = used[measure] + left * (1 - share);
    }
    return sumOf(shared, reserved);
  };
  const windowsOf = ({ limits }: SpendRequest): readonly Omit<SpendWindow, 'used'>[] =>
    limits.flatMap(({ scope, hour, day }) => [
      { scope, span: 'hour' as const, ceilings: hour },
      { scope, span: 'day' as const, ceilings: day },
    ]);
  const limited = ({ ceilings }: Omit<SpendWindow, 'used'>): boolean => measures.some((measure) => ceilings[measure] !== undefined);
  return {
    learn: (windows) => {
      for (const { scope, span, used } of windows) known.set(keyOf(scope, span), used);
    },
    reserve: (request) => {
      const windows = windowsOf(request).filter(limited);
      const uses = windows.map((window) => ({ ...window, used: usedOf(window) }));
      const unknown = uses.find(({ used }) => used === undefined);
      if (unknown !== undefined)
        return {
          refused: `the history is away, and what is left of the budget of ${unknown.scope === '*' ? 'all targets' : `target "${unknown.scope}"`} is not known`,
        };
      if (bookings.size >= mostBookings) return { refused: `the history is away, and ${mostBookings} reservations wait for it already` };
      const refused = refusal(
        uses.map((use) => ({ ...use, used: use.used ?? noSpending })),
        request.worst,
      );
      if (refused !== undefined) return { refused: `the history is away; ${refused}` };
      for (const { scope, span } of windows)
        since.set(keyOf(scope, span), sumOf(since.get(keyOf(scope, span)) ?? noSpending, request.worst));
      count += 1;
      bookings.set(`away:${count}`, { request });
      return { reservation: `away:${count}` };
    },
    settle: (reservation, spent) => {
      const booking = bookings.get(reservation);
      if (booking !== undefined) booking.spent ??= spent;
      return booking !== undefined;
    },
    bookings: () => [...bookings],
    booked: (reservation) => {
      bookings.delete(reservation);
      if (bookings.size === 0) since.clear();
    },
  };
};
