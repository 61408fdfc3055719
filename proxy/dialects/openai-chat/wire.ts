import type { StopReason, Usage } from '../../ir/chat.ts';
import { asCount, asObject, present } from '../reading.ts';

/** What this dialect writes. What it reads is checked field by field where it is used, since clients and upstreams vary. */

export interface WireTextPart {
  readonly type: 'text';
  readonly text: string;
}

export interface WireImagePart {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string };
}

export type WireContent = string | readonly (WireTextPart | WireImagePart)[];

export interface WireToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

export type WireMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: WireContent }
  | { readonly role: 'assistant'; readonly content: WireContent | null; readonly tool_calls?: readonly WireToolCall[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content?: WireContent | null };

export interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: { readonly cached_tokens: number };
  readonly completion_tokens_details?: { readonly reasoning_tokens: number };
}

/** `undefined` unless both counts are there: usage is never invented. */
export const readUsage = (wire: unknown): Usage | undefined => {
  const usage = asObject(wire);
  const input = asCount(usage?.['prompt_tokens']);
  const output = asCount(usage?.['completion_tokens']);
  if (usage === undefined || input === undefined || output === undefined) return undefined;
  const cachedInput = asCount(asObject(usage['prompt_tokens_details'])?.['cached_tokens']);
  const reasoning = asCount(asObject(usage['completion_tokens_details'])?.['reasoning_tokens']);
  return { input, output, ...present({ cachedInput, reasoning }) };
};

export const writeUsage = ({ input, output, cachedInput, reasoning }: Usage): WireUsage => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  ...(cachedInput !== undefined && { prompt_tokens_details: { cached_tokens: cachedInput } }),
  ...(reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: reasoning } }),
});

const reasonOf: Readonly<Record<string, StopReason>> = {
  stop: 'end',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'refusal',
};

/**
 * Reads `finish_reason`. A refusal text comes with "stop", and many compatible upstreams say "stop" after tool calls too: what the
 * message holds decides in both cases.
 */
export const readStop = (
  raw: string | undefined,
  seen: { readonly refusal: boolean; readonly toolCalls: boolean },
): { reason: StopReason; raw?: string } => {
  const said = (raw !== undefined && Object.hasOwn(reasonOf, raw) && reasonOf[raw]) || 'other';
  const plain = said === 'end' || raw === undefined;
  const reason = plain && seen.refusal ? 'refusal' : plain && seen.toolCalls ? 'tool-calls' : said;
  return { reason, ...(raw !== undefined && { raw }) };
};

const finishReasonOf: Readonly<Record<StopReason, string>> = {
  end: 'stop',
  'stop-sequence': 'stop',
  other: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  refusal: 'content_filter',
};

export const writeStop = (reason: StopReason): string => finishReasonOf[reason];

/** An upstream may have given no id; clients expect one. */
export const shownId = (id: string, about: { readonly createdAt: number }): string => id || `chatcmpl-${about.createdAt}`;
