import type { AnswerTextPart, AssistantPart, ChatEvent, TokenLogprob, UrlCitation } from '../../ir/chat.ts';
import { itemId } from './items.ts';
import type { WireOutputItem } from './wire.ts';

/** An output item while it is streamed. */

export type PartStart = Extract<ChatEvent, { kind: 'part-start' }>;
export type TextStart = Extract<PartStart, { part: 'text' }>;
type CallStart = Extract<PartStart, { part: 'tool-call' }>;
type Signature = Extract<ChatEvent, { kind: 'signature' }>;

export interface OpenItem {
  readonly start: PartStart;
  readonly outputIndex: number;
  text: string;
  signature: Pick<Signature, 'issuer' | 'value'> | undefined;
  readonly citations: UrlCitation[];
  readonly logprobs: TokenLogprob[];
}

export const opened = (start: PartStart, outputIndex: number): OpenItem => ({
  start,
  outputIndex,
  text: '',
  signature: undefined,
  citations: [],
  logprobs: [],
});

export const idOf = ({ start, outputIndex }: OpenItem, responseId: string): string => {
  const custom = start.part === 'tool-call' && start.custom;
  return itemId({ kind: start.part, ...(custom && { custom }) }, responseId, outputIndex);
};

/** The item as it is added: nothing of its content is there yet. */
export const emptyItem = (item: OpenItem, responseId: string): WireOutputItem => {
  const { start } = item;
  const id = idOf(item, responseId);
  const status = 'in_progress';
  if (start.part === 'text') return { id, type: 'message', status, role: 'assistant', content: [] };
  if (start.part === 'reasoning') return { id, type: 'reasoning', summary: [] };
  const call = { call_id: start.id, name: start.name };
  if (start.custom) return { id, type: 'custom_tool_call', status, ...call, input: '' };
  return { id, type: 'function_call', status, ...call, arguments: '' };
};

/** The text so far, of an item that began as one. */
export const textOf = ({ text, citations, logprobs }: OpenItem, { refusal }: TextStart): AnswerTextPart => ({
  kind: 'text',
  text,
  ...(refusal && { refusal }),
  citations,
  logprobs,
});

/** The part so far. */
export const partOf = (item: OpenItem): AssistantPart => {
  const { start, text, signature } = item;
  if (start.part === 'text') return textOf(item, start);
  if (start.part === 'reasoning') return { kind: 'reasoning', text, ...(signature && { signature }) };
  return { kind: 'tool-call', id: start.id, name: start.name, arguments: text, ...(start.custom && { custom: start.custom }) };
};

/** What the events that carry a call's content are called. */
export const callEvents = ({ custom }: CallStart): string => (custom ? 'custom_tool_call_input' : 'function_call_arguments');
