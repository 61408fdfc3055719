import type { Fields } from '../../record/captured.ts';

const valueOf = (fields: Fields, name: string): string | undefined => fields.find(([one]) => one.toLowerCase() === name)?.[1].trim();

const asNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined;

/**
 * Milliseconds that an answer asks to be left alone for: `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110, 10.2.3).
 * @param now milliseconds since the epoch
 */
export const retryAfterMs = (fields: Fields, now: number): number | undefined => {
  const ms = asNumber(valueOf(fields, 'retry-after-ms'));
  if (ms !== undefined) return ms;
  const text = valueOf(fields, 'retry-after');
  const seconds = asNumber(text);
  if (seconds !== undefined) return seconds * 1_000;
  const date = Date.parse(text ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
};
