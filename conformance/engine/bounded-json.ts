import type { Redact } from './redact.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const maxText = 2_048;
const maxItems = 40;
const maxDepth = 8;
const maxCharacters = 4_096;

const shortened = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length} characters)`;

const scalar = (value: unknown, redact: Redact): Json | undefined => {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string') return shortened(redact(value), maxText);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'undefined') return '(undefined)';
  if (typeof value === 'function' || typeof value === 'symbol') return `(${typeof value})`;
  return undefined;
};

const flattened = (value: object): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, maxText)).toString('utf8');
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Set) return [...(value as Set<unknown>)];
  return value;
};

const plain = (value: unknown, redact: Redact, above: readonly object[]): Json => {
  const simple = scalar(value, redact);
  if (simple !== undefined) return simple;
  const inner = flattened(value as object);
  if (typeof inner !== 'object' || inner === null) return plain(inner, redact, above);
  if (above.includes(inner)) return '(circular)';
  if (above.length >= maxDepth) return '(deeper)';
  const below = [...above, inner];
  if (Array.isArray(inner)) {
    const items = inner.slice(0, maxItems).map((item) => plain(item, redact, below));
    return inner.length > maxItems ? [...items, `… (${inner.length} items)`] : items;
  }
  const entries = Object.entries(inner);
  const kept = entries.slice(0, maxItems).map(([key, item]) => [shortened(redact(key), 200), plain(item, redact, below)] as const);
  return Object.fromEntries(entries.length > maxItems ? [...kept, ['…', `(${entries.length} keys)`]] : kept);
};

/** Any value as JSON of at most about 4 KiB, without credentials: what a report may hold. Never throws. */
export const boundedJson = (value: unknown, redact: Redact): Json => {
  try {
    const json = plain(value, redact, []);
    const text = JSON.stringify(json);
    return text.length <= maxCharacters ? json : shortened(text, maxCharacters - 64);
  } catch (error) {
    return `(not representable: ${error instanceof Error ? error.message : String(error)})`;
  }
};

/** A text of at most 4 KiB, without credentials. */
export const boundedText = (text: string, redact: Redact): string => shortened(redact(text), maxCharacters - 64);
