import type { ChatEvent } from '../../ir/chat.ts';
import { asFunctionCalls } from '../custom-calls.ts';
import type { Machine, ResponseAbout, WireEvent } from '../dialect.ts';
import { onePartAtATime } from '../one-part-at-a-time.ts';
import type { WireObject } from '../reading.ts';
import { writeCitation } from './citations.ts';
import { encodeError } from './errors.ts';
import { isRedacted, reasoningToWire, stopToWire, usageToWire } from './wire.ts';

type PartStart = Extract<ChatEvent, { kind: 'part-start' }>;

interface Writing {
  readonly about: ResponseAbout;
  /** The block being written; reasoning is opened late, when its first content tells thinking from redacted thinking. */
  current: { readonly kind: PartStart['part']; opened: boolean } | undefined;
  ended: boolean;
}

/** Blocks never interleave, indexes are dense, and `message_stop` is written only for an answer that was whole. */
export const newStreamEncoder = (about: ResponseAbout): Machine<ChatEvent, WireEvent> => {
  const [plain, inOrder] = [asFunctionCalls(), onePartAtATime()];
  const writing: Writing = { about, current: undefined, ended: false };
  const push = (event: ChatEvent): readonly WireEvent[] => {
    if (writing.ended) return [];
    writing.ended = event.kind === 'stop' || event.kind === 'error';
    return plain(event)
      .flatMap(inOrder)
      .flatMap((next) => write(next, writing));
  };
  return { push, finish: () => [] };
};

const wireEvent = (event: string, fields: WireObject): WireEvent => ({ event, data: JSON.stringify({ type: event, ...fields }) });

const write = (event: ChatEvent, writing: Writing): readonly WireEvent[] => {
  switch (event.kind) {
    case 'start':
      return [messageStart(event.id, writing.about.model)];
    case 'part-start':
      writing.current = { kind: event.part, opened: false };
      return event.part === 'reasoning' ? [] : open(event.index, emptyBlock(event), writing);
    case 'delta':
      return event.text === '' ? [] : [...ensureOpen(event.index, writing), blockDelta(event.index, deltaOf(event.text, writing))];
    case 'citation':
      return [blockDelta(event.index, { type: 'citations_delta', citation: writeCitation(event.citation) })];
    case 'signature':
      return writeSignature(event, writing);
    case 'part-end':
      return [...ensureOpen(event.index, writing), wireEvent('content_block_stop', { index: event.index })];
    case 'stop':
      return messageEnd(event);
    default:
      return [{ event: 'error', data: JSON.stringify(encodeError(event.error)) }];
  }
};

/** Real counts are not known yet; the ones in `message_delta` overrule these. */
const messageStart = (id: string, model: string): WireEvent => {
  const empty = { content: [], stop_reason: null, stop_sequence: null, usage: usageToWire(undefined) };
  return wireEvent('message_start', { message: { id, type: 'message', role: 'assistant', model, ...empty } });
};

const emptyBlock = (start: PartStart): WireObject => {
  if (start.part === 'tool-call') return { type: 'tool_use', id: start.id, name: start.name, input: {} };
  return start.part === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' };
};

const open = (index: number, content_block: WireObject, { current }: Writing): readonly WireEvent[] => {
  if (current) current.opened = true;
  return [wireEvent('content_block_start', { index, content_block })];
};

const ensureOpen = (index: number, writing: Writing): readonly WireEvent[] =>
  writing.current?.opened === false ? open(index, emptyBlock({ kind: 'part-start', index, part: 'reasoning' }), writing) : [];

const blockDelta = (index: number, delta: WireObject): WireEvent => wireEvent('content_block_delta', { index, delta });

const deltaOf = (text: string, { current }: Writing): WireObject => {
  if (current?.kind === 'tool-call') return { type: 'input_json_delta', partial_json: text };
  return current?.kind === 'reasoning' ? { type: 'thinking_delta', thinking: text } : { type: 'text_delta', text };
};

const writeSignature = (event: Extract<ChatEvent, { kind: 'signature' }>, writing: Writing): readonly WireEvent[] => {
  const signature = { issuer: event.issuer, value: event.value };
  const block = reasoningToWire({ kind: 'reasoning', text: '', signature });
  if (isRedacted(signature) && writing.current?.opened === false) return open(event.index, block, writing);
  return [...ensureOpen(event.index, writing), blockDelta(event.index, { type: 'signature_delta', signature: block['signature'] ?? '' })];
};

const messageEnd = ({ reason, raw, usage }: Extract<ChatEvent, { kind: 'stop' }>): readonly WireEvent[] => [
  wireEvent('message_delta', { delta: { stop_reason: stopToWire(reason, raw), stop_sequence: null }, usage: usageToWire(usage) }),
  wireEvent('message_stop', {}),
];
