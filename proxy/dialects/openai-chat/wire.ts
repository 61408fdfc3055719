import type { StopReason, Usage } from '../../ir/chat.ts';
import { asCount, asObject, present } from '../reading.ts';

/** What this dialect writes. What it reads is checked field by field where it is used, since clients and upstreams vary. */

export interface WireTextPart {
  readonly type: 'text';
  readonly text: string;
}

export interface WireImagePart {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string; readonly detail?: string };
}

export interface WireFilePart {
  readonly type: 'file';
  readonly file: { readonly filename: string; readonly file_data: string };
}

export type WireContent = string | readonly (WireTextPart | WireImagePart | WireFilePart)[];

export interface WireToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: { readonly name: string; readonly arguments: string };
}

/** A call of a custom tool, whose input is any text. */
export interface WireCustomCall {
  readonly id: string;
  readonly type: 'custom';
  readonly custom: { readonly name: string; readonly input: string };
}

export type WireMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: WireContent }
  | { readonly role: 'assistant'; readonly content: WireContent | null; readonly tool_calls?: readonly (WireToolCall | WireCustomCall)[] }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content?: WireContent | null };

export interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number;
    readonly cache_write_tokens?: number;
    readonly audio_tokens?: number;
  };
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number; readonly audio_tokens?: number };
}

/** `undefined` unless both counts are there: usage is never invented. */
export const readUsage = (wire: unknown): Usage | undefined => {
  const usage = asObject(wire);
  const input = asCount(usage?.['prompt_tokens']);
  const output = asCount(usage?.['completion_tokens']);
  if (usage === undefined || input === undefined || output === undefined) return undefined;
  const prompt = asObject(usage['prompt_tokens_details']) ?? {};
  const completion = asObject(usage['completion_tokens_details']) ?? {};
  const details = {
    cachedInput: asCount(prompt['cached_tokens']),
    cacheWrites: asCount(prompt['cache_write_tokens']),
    reasoning: asCount(completion['reasoning_tokens']),
    // Zero unless a request is about audio, and then it says nothing.
    audioInput: asCount(prompt['audio_tokens']) || undefined,
    audioOutput: asCount(completion['audio_tokens']) || undefined,
  };
  return { input, output, ...present(details) };
};

export const writeUsage = ({ input, output, cachedInput, cacheWrites, reasoning, audioInput, audioOutput }: Usage): WireUsage => {
  const prompt = present({ cached_tokens: cachedInput, cache_write_tokens: cacheWrites, audio_tokens: audioInput });
  const completion = present({ reasoning_tokens: reasoning, audio_tokens: audioOutput });
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(Object.keys(prompt).length > 0 && { prompt_tokens_details: prompt }),
    ...(Object.keys(completion).length > 0 && { completion_tokens_details: completion }),
  };
};

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

/** A model that says itself that it refuses has ended its answer; `content_filter` means that the answer was ended for it. */
export const writeStop = (reason: StopReason, said: { readonly refusal: boolean; readonly toolCalls: boolean }): string =>
  reason === 'refusal' && said.refusal && !said.toolCalls ? 'stop' : finishReasonOf[reason];

/** An upstream may have given no id; clients expect one. */
export const shownId = (id: string, about: { readonly createdAt: number }): string => id || `chatcmpl-${about.createdAt}`;
