import type { JsonObject } from '../ir/chat.ts';

/**
 * The arguments of a tool call for a dialect that wants an object. Models stream text, so it can be empty (no arguments), cut off, or
 * no object at all; such text is kept whole under `_raw`, where the next reader can see it, and `intact` is false.
 */
export interface ReadArguments {
  readonly intact: boolean;
  readonly value: JsonObject;
  /** JSON text of `value`; the original text, digits and all, where that was an object. */
  readonly text: string;
}

export const readArguments = (text: string): ReadArguments => {
  if (text.trim() === '') return { intact: true, value: {}, text: '{}' };
  const value = parseObject(text);
  if (value) return { intact: true, value, text };
  return { intact: false, value: { _raw: text }, text: JSON.stringify({ _raw: text }) };
};

const parseObject = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
};

export const whyArgumentsWereWrapped = 'the arguments are not a JSON object; their text is sent as the member _raw';
