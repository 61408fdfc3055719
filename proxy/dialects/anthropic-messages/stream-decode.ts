import { ProxyError } from '../../errors.ts';
import { partEvents } from '../../ir/as-events.ts';
import type { ChatEvent } from '../../ir/chat.ts';
import type { Machine, WireEvent } from '../dialect.ts';
import { asArray, asCount, asObject, asText, parseJson, type WireObject } from '../reading.ts';
import { readCitation } from './citations.ts';
import { decodeStreamError } from './errors.ts';
import { reasoningFromWire, refusalFromWire, stopFromWire, usageFromWire } from './wire.ts';

type PartKind = Extract<ChatEvent, { kind: 'part-start' }>['part'];

interface OpenBlock {
  /** The neutral part's number; blocks without a neutral form take none. */
  readonly part: number;
  readonly kind: PartKind;
  /** Arguments that came whole with the block's start, for upstreams that do not stream them. */
  readonly wholeInput: string;
  empty: boolean;
}

interface Reading {
  readonly blocks: Map<number, OpenBlock>;
  parts: number;
  startUsage: WireObject;
  /** Why the answer was refused, where that was told. */
  refusal: string;
  /** From `message_delta`; without it `message_stop` ends nothing. */
  stop: Extract<ChatEvent, { kind: 'stop' }> | undefined;
  ended: boolean;
}

type Reader = (wire: WireObject, reading: Reading) => readonly ChatEvent[];

/** Events of a Messages stream. The answer is whole only after `message_delta` and `message_stop`; a stream cut before gives no stop. */
export const newStreamDecoder = (): Machine<WireEvent, ChatEvent> => {
  const reading: Reading = { blocks: new Map(), parts: 0, startUsage: {}, refusal: '', stop: undefined, ended: false };
  const push = ({ data }: WireEvent): readonly ChatEvent[] => {
    if (reading.ended) return [];
    const wire = asObject(parseJson(data));
    const events = wire ? (readers[asText(wire['type']) ?? '']?.(wire, reading) ?? []) : [unreadable()];
    reading.ended = events.some(({ kind }) => kind === 'stop' || kind === 'error');
    return events;
  };
  return { push, finish: () => [] };
};

const unreadable = (): ChatEvent => ({
  kind: 'error',
  error: new ProxyError('upstream-bad-answer', 'an event of the upstream is not a JSON object').toInfo(),
});

const onMessageStart: Reader = (wire, reading) => {
  const message = asObject(wire['message']) ?? {};
  reading.startUsage = asObject(message['usage']) ?? {};
  return [{ kind: 'start', id: asText(message['id']) ?? '', model: asText(message['model']) ?? '' }];
};

const onBlockStart: Reader = (wire, reading) => {
  const index = asCount(wire['index']);
  const block = asObject(wire['content_block']) ?? {};
  const kind = partKinds[asText(block['type']) ?? ''];
  if (index === undefined || !kind) return [];
  const part = reading.parts++;
  const input = asObject(block['input']) ?? {};
  const open = { part, kind, wholeInput: JSON.stringify(input), empty: true };
  reading.blocks.set(index, open);
  return [startOf(block, open), ...startingContent(block, open)];
};

const partKinds: Readonly<Record<string, PartKind>> = {
  text: 'text',
  thinking: 'reasoning',
  redacted_thinking: 'reasoning',
  tool_use: 'tool-call',
};

const startOf = (block: WireObject, { part: index, kind }: OpenBlock): ChatEvent => {
  if (kind !== 'tool-call') return { kind: 'part-start', index, part: kind };
  return { kind: 'part-start', index, part: kind, id: asText(block['id']) ?? '', name: asText(block['name']) ?? '' };
};

/** A block usually starts empty, but may bring text, citations or a seal along. */
const startingContent = (block: WireObject, open: OpenBlock): readonly ChatEvent[] => {
  if (open.kind === 'text') {
    const citations = asArray(block['citations']) ?? [];
    return [...textDelta(asText(block['text']) ?? '', open), ...citations.flatMap((citation) => cited(citation, open))];
  }
  if (open.kind === 'tool-call') return [];
  const { text, signature } = reasoningFromWire(block);
  const seal: readonly ChatEvent[] = signature ? [{ kind: 'signature', index: open.part, ...signature }] : [];
  return [...textDelta(text, open), ...seal];
};

const textDelta = (text: string, open: OpenBlock): readonly ChatEvent[] => {
  if (text === '') return [];
  open.empty = false;
  return [{ kind: 'delta', index: open.part, text }];
};

const cited = (wire: unknown, open: OpenBlock): readonly ChatEvent[] => {
  const citation = open.kind === 'text' ? readCitation(asObject(wire) ?? {}) : undefined;
  return citation ? [{ kind: 'citation', index: open.part, citation }] : [];
};

const onBlockDelta: Reader = (wire, reading) => {
  const open = reading.blocks.get(asCount(wire['index']) ?? -1);
  const delta = asObject(wire['delta']) ?? {};
  if (!open) return [];
  if (delta['type'] === 'citations_delta') return cited(delta['citation'], open);
  if (delta['type'] !== 'signature_delta')
    return textDelta(asText(delta['text'] ?? delta['thinking'] ?? delta['partial_json']) ?? '', open);
  const { signature } = reasoningFromWire(delta);
  return signature ? [{ kind: 'signature', index: open.part, ...signature }] : [];
};

const onBlockStop: Reader = (wire, reading) => {
  const index = asCount(wire['index']) ?? -1;
  const open = reading.blocks.get(index);
  if (!open) return [];
  reading.blocks.delete(index);
  const owed = open.kind === 'tool-call' && open.empty ? textDelta(open.wholeInput, open) : [];
  return [...owed, { kind: 'part-end', index: open.part }];
};

const onMessageDelta: Reader = (wire, reading) => {
  const delta = asObject(wire['delta']) ?? {};
  reading.refusal = refusalFromWire(delta) || reading.refusal;
  reading.stop = { ...toldStop(delta, reading.stop), ...toldUsage(asObject(wire['usage']), reading) };
  return [];
};

/** What an earlier event told of the end stays, unless this one tells another. */
const toldStop = (delta: WireObject, earlier: Reading['stop']): Extract<ChatEvent, { kind: 'stop' }> => {
  const { reason, raw } = stopFromWire(delta['stop_reason']);
  if (raw === undefined) return earlier ?? { kind: 'stop', reason };
  return { kind: 'stop', reason, raw };
};

const toldUsage = (final: WireObject | undefined, reading: Reading): Pick<Extract<ChatEvent, { kind: 'stop' }>, 'usage'> => {
  const usage = finalUsage(reading.startUsage, final) ?? reading.stop?.usage;
  // The next event may repeat some of these counts only.
  if (final !== undefined) reading.startUsage = largestCounts(reading.startUsage, final);
  return usage === undefined ? {} : { usage };
};

/** Counts only grow, and older upstreams repeat just `output_tokens`. Without final counts there is no usage: the first ones are guesses. */
const finalUsage = (start: WireObject, final: WireObject | undefined): ReturnType<typeof usageFromWire> => {
  if (asCount(final?.['output_tokens']) === undefined) return undefined;
  return usageFromWire(largestCounts(start, final));
};

const largestCounts = (start: WireObject, final: WireObject = {}): WireObject => {
  const counts = { ...start, ...final };
  const largest = Object.entries(counts).map(([key, value]) => [key, Math.max(asCount(start[key]) ?? 0, asCount(value) ?? 0)] as const);
  const numbers = Object.fromEntries(largest.filter(([key]) => asCount(start[key]) !== undefined || asCount(final[key]) !== undefined));
  return { ...counts, ...numbers };
};

const onMessageStop: Reader = (_wire, reading) => {
  if (!reading.stop) return [];
  const ends = [...reading.blocks.values()].map(({ part }): ChatEvent => ({ kind: 'part-end', index: part }));
  return [...ends, ...refusal(reading), reading.stop];
};

const refusal = ({ refusal: text, parts: index }: Reading): readonly ChatEvent[] =>
  text === '' ? [] : partEvents({ kind: 'text', text, refusal: true }, index);

const readers: Readonly<Record<string, Reader>> = {
  message_start: onMessageStart,
  content_block_start: onBlockStart,
  content_block_delta: onBlockDelta,
  content_block_stop: onBlockStop,
  message_delta: onMessageDelta,
  message_stop: onMessageStop,
  error: (wire) => [{ kind: 'error', error: decodeStreamError(wire) }],
};
