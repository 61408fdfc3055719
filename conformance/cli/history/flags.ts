/** What was written behind the flags, as values; all that is wrong is told at once. */
import { parseDuration } from '../../canary/config/duration.ts';
import { verdicts } from '../../engine/records.ts';
import { ToolError, type Problem } from '../../errors.ts';
import type { ResultQuery } from '../../history/store.ts';
import type { HistoryFormat } from './formats.ts';
import type { LocationFlags } from './location.ts';

interface PlainFlags extends LocationFlags, Pick<ResultQuery, 'target' | 'scenario' | 'location' | 'row'> {
  readonly open?: true;
  readonly verdict?: readonly string[];
  readonly format: HistoryFormat;
  readonly limit?: number;
}

/** As the command line has them. */
export interface WrittenFlags extends PlainFlags {
  readonly from?: string;
  readonly to?: string;
  readonly width: string;
  readonly keep?: string;
}

/** Times since the epoch and durations, in milliseconds. */
export interface HistoryFlags extends PlainFlags {
  readonly from?: number;
  readonly to?: number;
  readonly width: number;
  readonly keep?: number;
}

const iso = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;
const leastWidthMs = 1_000;

/** A date alone is midnight UTC; a duration is so long ago. */
const momentOf = (text: string, now: number): number | undefined => {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  const at = iso.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

/** @param now milliseconds since the epoch */
export const readFlags = ({ from, to, width, keep, ...rest }: WrittenFlags, now: number): HistoryFlags => {
  const problems: Problem[] = [];
  const read = (flag: string, expected: string, text: string, value: number | undefined): number => {
    if (value === undefined) problems.push({ where: flag, expected, actual: text });
    return value ?? 0;
  };
  const moment = (flag: string, text: string): number =>
    read(flag, 'a time such as 2026-11-23T08:00:00Z or 2026-11-23 (UTC), or how long ago, such as 24h', text, momentOf(text, now));
  const duration = (flag: string, text: string, least: number): number => {
    const ms = parseDuration(text);
    return read(flag, 'a duration such as 90s, 5m, 24h or 30d', text, ms === undefined || ms < least ? undefined : ms);
  };
  const flags: HistoryFlags = {
    ...rest,
    ...(from !== undefined && { from: moment('--from', from) }),
    ...(to !== undefined && { to: moment('--to', to) }),
    width: duration('--width', width, leastWidthMs),
    ...(keep !== undefined && { keep: duration('--keep', keep, 0) }),
  };
  for (const verdict of rest.verdict ?? [])
    if (!(verdicts as readonly string[]).includes(verdict))
      problems.push({ where: '--verdict', expected: `one of ${verdicts.join(', ')}`, actual: verdict });
  if (problems.length > 0) throw new ToolError('usage', 'flags cannot be read', { problems });
  return flags;
};
