/** Ninety days of verdicts as a bar. */
import type { DayOfRow } from '../../history/store.ts';
import { day } from '../words.ts';

export const daysShown = 90;

/** `some`: less than half of the day's checks failed, or only `should` checks did. `none`: nothing was judged. */
export const dayKinds = ['good', 'some', 'bad', 'none'] as const;
export type DayKind = (typeof dayKinds)[number];

export interface Uptime {
  /** Runs of days alike, oldest first; their lengths add up to `daysShown`. */
  readonly runs: readonly { readonly kind: DayKind; readonly days: number }[];
  readonly pass: number;
  readonly judged: number;
  readonly daysWithFailures: number;
  /** Midnight UTC. */
  readonly lastFailure?: number;
}

interface Sums {
  pass: number;
  warned: number;
  fail: number;
}

/** The first midnight (UTC) that the bar of `now` shows. */
export const firstDayShown = (now: number): number => Math.floor(now / day) * day - (daysShown - 1) * day;

const kindOf = ({ pass, warned, fail }: Sums): DayKind => {
  if (pass + fail === 0) return 'none';
  if (fail === 0) return warned === 0 ? 'good' : 'some';
  return fail * 2 >= pass + fail ? 'bad' : 'some';
};

const runsOf = (kinds: readonly DayKind[]): Uptime['runs'] => {
  const runs: { kind: DayKind; days: number }[] = [];
  for (const kind of kinds) {
    const last = runs.at(-1);
    if (last?.kind === kind) last.days += 1;
    else runs.push({ kind, days: 1 });
  }
  return runs;
};

/** Days may come in any order and several for a day (of more rows); those outside of the bar are left out. */
export const uptimeOf = (days: readonly DayOfRow[], now: number): Uptime => {
  const first = firstDayShown(now);
  const sums: Sums[] = Array.from({ length: daysShown }, () => ({ pass: 0, warned: 0, fail: 0 }));
  for (const one of days) {
    const sum = sums[Math.floor((one.day - first) / day)];
    if (sum === undefined) continue;
    sum.pass += one.pass;
    sum.warned += one.warned;
    sum.fail += one.fail;
  }
  const lastFailure = sums.findLastIndex(({ fail }) => fail > 0);
  const pass = sums.reduce((total, sum) => total + sum.pass, 0);
  return {
    runs: runsOf(sums.map(kindOf)),
    pass,
    judged: pass + sums.reduce((total, { fail }) => total + fail, 0),
    daysWithFailures: sums.filter(({ fail }) => fail > 0).length,
    ...(lastFailure === -1 ? {} : { lastFailure: first + lastFailure * day }),
  };
};
