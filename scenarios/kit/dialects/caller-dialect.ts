import { isEventStreamType } from '#fixtures/event-stream-type';

import type { CallerSight, SseEvent } from '../sight.ts';

/** A tool's output in the caller's own wire form; `undefined` leaves the key out, which is what makes a result sparse. */
export interface GivenToolResult {
  readonly callId: string;
  readonly output: unknown;
  readonly isError?: boolean;
}

/** A request in terms that every dialect has. */
export interface Ask {
  readonly model: string;
  readonly text: string;
  readonly stream: boolean;
  readonly maxOutputTokens: number;
  /** A finished tool round before the answer: the calls of tool `lookup`, and what it gave back. */
  readonly toolResults?: readonly GivenToolResult[];
  /** What the user adds in the same breath as the results: behind them in one message where the dialect allows that, else in the next. */
  readonly afterResults?: string;
  /** Another user turn after the tool round and a short assistant answer: the round is then history. */
  readonly followUp?: string;
}

export const earlierAnswer = 'Noted.';

export interface ReadToolCall {
  readonly name: string;
  /** Parsed arguments, `undefined` when they are not JSON. */
  readonly arguments: unknown;
}

export interface Answer {
  readonly text: string;
  readonly toolCalls: readonly ReadToolCall[];
  /** As the dialect names it. */
  readonly stop: string | undefined;
  readonly usage: { readonly input: number; readonly output: number } | undefined;
  /** A stream reached its dialect's end; always true for a plain answer. */
  readonly ended: boolean;
}

export interface ErrorEnvelope {
  readonly message: string;
  readonly type: string | undefined;
  readonly code: string | number | undefined;
}

/** How a caller of one dialect asks and reads. Written from the vendor's documentation; shares nothing with the proxy. */
export interface CallerDialect {
  readonly path: (ask: Ask) => string;
  readonly body: (ask: Ask) => unknown;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined` when it is not an answer of this dialect. */
  readonly readAnswer: (json: unknown) => Answer | undefined;
  readonly readStream: (events: readonly SseEvent[]) => Answer | undefined;
  /** `undefined` when it is not this dialect's error envelope. */
  readonly readError: (json: unknown) => ErrorEnvelope | undefined;
}

export const lookupTool = {
  name: 'lookup',
  description: 'Looks up one fact.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const listIn = (value: unknown, key: string): readonly unknown[] => {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
};
export const objectIn = (value: unknown, key: string): Json => {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
};
export const textIn = (value: unknown, key: string): string | undefined => {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
};
export const numberIn = (value: unknown, key: string): number | undefined => {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'number' ? found : undefined;
};

export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

export const usageIn = (usage: unknown, input: string, output: string): Answer['usage'] => {
  const [read, written] = [numberIn(usage, input), numberIn(usage, output)];
  return read === undefined || written === undefined ? undefined : { input: read, output: written };
};

/** OpenAI's envelope, which Chat and Responses share: `{"error":{"message": …, "type": …, "code": …}}`. */
export const readOpenaiError = (json: unknown): ErrorEnvelope | undefined => {
  const error = objectIn(json, 'error');
  const message = textIn(error, 'message');
  if (message === undefined || textIn(error, 'status') !== undefined) return undefined;
  return { message, type: textIn(error, 'type'), code: textIn(error, 'code') ?? numberIn(error, 'code') };
};

export const isEventStream = (sight: CallerSight): boolean => isEventStreamType(sight.headers['content-type']);
