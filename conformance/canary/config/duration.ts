import { z } from 'zod';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: second, m: minute, h: hour, d: day, w: 7 * day };

const written = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d|w)$/;

/** `90s`, `5m`, `1.5h`, `30d` as milliseconds; `undefined` for what is no duration. */
export const parseDuration = (text: string): number | undefined => {
  const [, amount, unit = ''] = written.exec(text) ?? [];
  const size = unitMs[unit];
  return amount === undefined || size === undefined ? undefined : Math.round(Number(amount) * size);
};

/** The largest unit that divides it: 5m rather than 300s. */
export const durationText = (ms: number): string => {
  const fitting = ['d', 'h', 'm', 's'].find((unit) => ms !== 0 && ms % (unitMs[unit] ?? 1) === 0);
  return fitting === undefined ? `${ms}ms` : `${ms / (unitMs[fitting] ?? 1)}${fitting}`;
};

/** A duration between two bounds (inclusive, written as durations themselves). */
export const durationSchema = (least: string, most: string) => {
  const [from = 0, to = 0] = [least, most].map(parseDuration);
  const wanted = `a duration from ${least} to ${most}, such as 90s, 5m, 24h or 30d`;
  return z
    .string({ error: wanted })
    .refine((text) => {
      const ms = parseDuration(text);
      return ms !== undefined && ms >= from && ms <= to;
    }, wanted)
    .transform((text) => parseDuration(text) ?? 0);
};
