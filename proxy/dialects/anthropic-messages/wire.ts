import type { ImagePart, ReasoningPart, StopReason, Usage } from '../../ir/chat.ts';
import { carrySignature, readCarriedSignature } from '../carried-signature.ts';
import { asCount, asObject, asText, needText, optionalText, present, type WireObject } from '../reading.ts';

/** The shapes that requests, answers and streams of the Messages API share, read leniently: what is used, not all that is documented. */

export const own = 'anthropic-messages';

/** Required by Anthropic; used when the client of another dialect named none. */
export const defaultMaxTokens = 4096;

/** Keys that a block may have beside those that its reader takes; anything else is reported as lost. */
export const unreadKeys = (block: WireObject, ...read: readonly string[]): readonly string[] =>
  Object.entries(block)
    .filter(([key, value]) => key !== 'type' && !read.includes(key) && value !== null && value !== undefined)
    .map(([key]) => key);

export const imageFromWire = (block: WireObject, path: string): ImagePart | undefined => {
  const source = asObject(block['source']);
  if (source?.['type'] === 'url') return { kind: 'image', source: { kind: 'url', url: needText(source['url'], `${path}.source.url`) } };
  if (source?.['type'] !== 'base64') return undefined;
  const mediaType = optionalText(source['media_type'], `${path}.source.media_type`);
  const data = optionalText(source['data'], `${path}.source.data`) ?? '';
  return { kind: 'image', source: { kind: 'inline', ...present({ mediaType }), data } };
};

export const imageToWire = ({ source }: ImagePart): WireObject =>
  source.kind === 'url'
    ? { type: 'image', source: { type: 'url', url: source.url } }
    : { type: 'image', source: { type: 'base64', ...present({ media_type: source.mediaType }), data: source.data } };

/**
 * A `redacted_thinking` block has no text, only sealed data. It becomes reasoning whose signature starts with this mark, because a
 * `thinking` block may have an empty text too. Signatures are base64, which has no colon.
 */
const redacted = 'redacted_thinking:';

export const reasoningFromWire = (block: WireObject): ReasoningPart => {
  if (block['type'] === 'redacted_thinking') {
    return { kind: 'reasoning', text: '', signature: { issuer: own, value: redacted + (asText(block['data']) ?? '') } };
  }
  const signature = asText(block['signature']);
  const text = asText(block['thinking']) ?? '';
  return { kind: 'reasoning', text, ...(signature && { signature: readCarriedSignature(signature, own) }) };
};

export const reasoningToWire = ({ text, signature }: ReasoningPart): WireObject => {
  const value = signature ? carrySignature(signature, own) : '';
  return value.startsWith(redacted)
    ? { type: 'redacted_thinking', data: value.slice(redacted.length) }
    : { type: 'thinking', thinking: text, signature: value };
};

/** Whether `signature` seals a whole redacted block, whose text nobody may see. */
export const isRedacted = (signature: ReasoningPart['signature']): boolean =>
  signature?.issuer === own && signature.value.startsWith(redacted);

const reasonOfRaw: Readonly<Record<string, StopReason>> = {
  end_turn: 'end',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  stop_sequence: 'stop-sequence',
  refusal: 'refusal',
  pause_turn: 'other',
};

const rawOfReason: Readonly<Record<StopReason, string>> = {
  end: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'stop-sequence': 'stop_sequence',
  refusal: 'refusal',
  other: 'end_turn',
};

export const stopFromWire = (raw: unknown): { readonly reason: StopReason; readonly raw?: string } => {
  const text = asText(raw);
  return text === undefined ? { reason: 'other' } : { reason: reasonOfRaw[text] ?? 'other', raw: text };
};

/** Why the answer was refused, in words; the newest version of the API tells it, not as the model's own text. */
export const refusalFromWire = (holder: WireObject): string => {
  const explanation = asText(asObject(holder['stop_details'])?.['explanation']);
  return holder['stop_reason'] === 'refusal' ? (explanation ?? '') : '';
};

/** A raw reason of this very dialect goes back as it was. */
export const stopToWire = (reason: StopReason, raw: string | undefined): string =>
  raw !== undefined && reasonOfRaw[raw] === reason ? raw : rawOfReason[reason];

/** Anthropic counts cached input beside `input_tokens`; the neutral input includes it. */
export const usageFromWire = (wire: unknown): Usage | undefined => {
  const usage = asObject(wire);
  const fresh = asCount(usage?.['input_tokens']);
  const output = asCount(usage?.['output_tokens']);
  if (!usage || (fresh === undefined && output === undefined)) return undefined;
  const cachedInput = asCount(usage['cache_read_input_tokens']);
  const reasoning = asCount(asObject(usage['output_tokens_details'])?.['thinking_tokens']);
  const cacheWrites = asCount(usage['cache_creation_input_tokens']);
  const input = (fresh ?? 0) + (cachedInput ?? 0) + (cacheWrites ?? 0);
  return { input, output: output ?? 0, ...present({ cachedInput, cacheWrites, reasoning }) };
};

/** The `usage` object is required, and SDKs read it unasked; zeros stand where the upstream sent no counts. */
export const usageToWire = (usage: Usage | undefined): WireObject => ({
  input_tokens: usage ? Math.max(0, usage.input - (usage.cachedInput ?? 0) - (usage.cacheWrites ?? 0)) : 0,
  ...present({ cache_creation_input_tokens: usage?.cacheWrites, cache_read_input_tokens: usage?.cachedInput }),
  output_tokens: usage?.output ?? 0,
  ...(usage?.reasoning !== undefined && { output_tokens_details: { thinking_tokens: usage.reasoning } }),
});
