import { asObject } from '../dialects/reading.ts';
import type { WireObject } from '../dialects/reading.ts';

/** When a token ends, in all the shapes in which auth files say it (sheet 1.11, row 16 (d)). */

/** A number above this is meant in milliseconds: as seconds it would lie five thousand years ahead. */
const firstInMilliseconds = 100_000_000_000;

const fromNumber = (value: number): number => (Math.abs(value) >= firstInMilliseconds ? value : value * 1000);

/**
 * Reads a point in time: RFC 3339, or a Unix time in seconds or milliseconds, also as text. Milliseconds since the epoch.
 * `undefined` for anything else, and for a date before 1970, which is how an unset one is written in some languages.
 */
export const readTime = (value: unknown): number | undefined => {
  const ms =
    typeof value === 'number'
      ? fromNumber(value)
      : typeof value !== 'string'
        ? Number.NaN
        : /^\d{1,15}(\.\d+)?$/.test(value.trim())
          ? fromNumber(Number(value))
          : /^\d{4}-\d\d-\d\d/.test(value.trim())
            ? Date.parse(value)
            : Number.NaN;
  return Number.isFinite(ms) && ms > 0 ? Math.round(ms) : undefined;
};

const members = ['expired', 'expires_at', 'expiresAt', 'expiry_date'] as const;

/** Those members of an auth file that hold an expiry, in the order in which they are believed. */
export const expiryMembers: readonly string[] = members;

const secondsIn = (value: unknown): number | undefined => {
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : undefined;
};

const fromDuration = ({ timestamp, expires_in }: WireObject): number | undefined => {
  const [start, seconds] = [readTime(timestamp), secondsIn(expires_in)];
  return start === undefined || seconds === undefined ? undefined : start + seconds * 1000;
};

/** When an auth file says that its token ends, in milliseconds since the epoch. */
export const readExpiry = (tree: WireObject): number | undefined =>
  members.map((member) => readTime(tree[member])).find((time) => time !== undefined) ?? fromDuration(tree);

/** A time in the shape of the one that it replaces: text stays text, seconds stay seconds. */
const inShapeOf = (previous: unknown, ms: number): unknown => {
  if (typeof previous !== 'number' || previous === 0) return new Date(ms).toISOString();
  return Math.abs(previous) >= firstInMilliseconds ? ms : Math.floor(ms / 1000);
};

const hasDuration = (tree: WireObject): boolean => tree['timestamp'] !== undefined && tree['expires_in'] !== undefined;

/**
 * The members that say a new expiry, for every shape that the file has already; `expired` when it has none.
 * Both times are milliseconds since the epoch.
 */
export const writeExpiry = (tree: unknown, expiresAt: number, now: number): WireObject => {
  const file = asObject(tree) ?? {};
  const present = members.filter((member) => file[member] !== undefined);
  const duration = hasDuration(file)
    ? { timestamp: inShapeOf(file['timestamp'], now), expires_in: Math.max(0, Math.round((expiresAt - now) / 1000)) }
    : {};
  const names = present.length === 0 && !hasDuration(file) ? (['expired'] as const) : present;
  return { ...duration, ...Object.fromEntries(names.map((member) => [member, inShapeOf(file[member], expiresAt)])) };
};
