import { ProxyError } from '../../errors.ts';
import { partEvents } from '../../ir/as-events.ts';
import type { AssistantPart, ChatEvent, TokenLogprob } from '../../ir/chat.ts';
import type { Machine, WireEvent } from '../dialect.ts';
import { asObject, asText, parseJson, type WireObject } from '../reading.ts';
import { decodeStreamError } from './errors.ts';
import { readCitations } from './citations.ts';
import { readLogprobs } from './logprobs.ts';
import { readModelPart } from './model-parts.ts';
import { blockReason, firstCandidate, partsOf, refusalIn } from './response.ts';
import { madeUpCallId, stopFromWire, textOf, usageFromWire } from './wire.ts';

type AssistantText = Exclude<AssistantPart, { kind: 'tool-call' }>;

interface Reading {
  id: string | undefined;
  parts: number;
  called: boolean;
  /** The text or the thoughts that the next chunk may continue. */
  open: { readonly part: number; readonly kind: 'text' | 'reasoning' } | undefined;
  /** What was said so far, since citations come last and count its bytes. */
  readonly texts: { readonly part: number; text: string }[];
  /** The last candidate with citations: each repeats what the ones before it said. */
  citing: WireObject | undefined;
  finish: { readonly raw: string; readonly blocked: boolean; readonly refusal: string } | undefined;
  usage: ReturnType<typeof usageFromWire>;
  ended: boolean;
}

/**
 * Events of a stream of partial answers. Nothing marks its end: the stop comes with the first usage at or after `finishReason`, or, when
 * none follows, at the end of the stream. Without `finishReason` the stream was cut, and there is no stop.
 */
export const newStreamDecoder = (): Machine<WireEvent, ChatEvent> => {
  const reading: Reading = {
    id: undefined,
    parts: 0,
    called: false,
    open: undefined,
    texts: [],
    citing: undefined,
    finish: undefined,
    usage: undefined,
    ended: false,
  };
  const push = ({ data }: WireEvent): readonly ChatEvent[] => {
    if (reading.ended) return [];
    const wire = parseJson(data);
    const chunk = asObject(wire);
    if (Array.isArray(wire) || chunk?.['error'] !== undefined) return fail(reading, { kind: 'error', error: decodeStreamError(wire) });
    return chunk ? readChunk(chunk, reading) : fail(reading, unreadable());
  };
  return { push, finish: () => (reading.finish && !reading.ended ? end(reading.finish, reading) : []) };
};

const unreadable = (): ChatEvent => ({
  kind: 'error',
  error: new ProxyError('upstream-bad-answer', 'an event of the upstream is not a JSON object').toInfo(),
});

const fail = (reading: Reading, event: ChatEvent): readonly ChatEvent[] => {
  reading.ended = true;
  return [event];
};

const readChunk = (chunk: WireObject, reading: Reading): readonly ChatEvent[] => {
  const start = readStart(chunk, reading);
  const candidate = firstCandidate(chunk) ?? {};
  if (candidate['groundingMetadata'] !== undefined || candidate['citationMetadata'] !== undefined) reading.citing = candidate;
  const parts = readParts(candidate, reading);
  const usage = usageFromWire(chunk['usageMetadata']);
  const blocked = blockReason(chunk);
  const raw = asText(candidate['finishReason']) ?? blocked;
  reading.usage = usage ?? reading.usage;
  if (raw !== undefined) reading.finish = { raw, blocked: blocked !== undefined, refusal: refusalIn(chunk, firstCandidate(chunk)) };
  return [...start, ...parts, ...(reading.finish && usage ? end(reading.finish, reading) : [])];
};

const readStart = (chunk: WireObject, reading: Reading): readonly ChatEvent[] => {
  if (reading.id !== undefined) return [];
  reading.id = textOf(chunk['responseId']);
  return [{ kind: 'start', id: reading.id, model: textOf(chunk['modelVersion']) }];
};

/** The log probabilities beside the parts of a chunk go with its first text. */
const readParts = (candidate: WireObject, reading: Reading): readonly ChatEvent[] => {
  let logprobs = readLogprobs(candidate);
  return partsOf(candidate).flatMap((wire) =>
    (readModelPart(wire, madeUpCallId(reading.id ?? '', reading.parts)) ?? []).flatMap((part) => {
      const tokens = part.kind === 'text' ? logprobs : [];
      if (part.kind === 'text') logprobs = [];
      return eventsOf(part, tokens, reading);
    }),
  );
};

const eventsOf = (part: AssistantPart, tokens: readonly TokenLogprob[], reading: Reading): readonly ChatEvent[] => {
  if (part.kind === 'tool-call') return readCall(part, reading);
  const signature = part.kind === 'reasoning' ? part.signature : undefined;
  if (part.text === '' && !signature && tokens.length === 0) return [];
  const before = reading.open?.kind === part.kind ? [] : [...closeOpen(reading), ...openPart(part.kind, reading)];
  const index = reading.open?.part ?? 0;
  // A signature seals its thoughts: what follows is another part.
  const seal: readonly ChatEvent[] = signature ? [{ kind: 'signature', index, ...signature }, ...closeOpen(reading)] : [];
  return [...before, ...saying(part, index, tokens, reading), ...seal];
};

const saying = (
  { kind, text }: AssistantText,
  index: number,
  tokens: readonly TokenLogprob[],
  { texts }: Reading,
): readonly ChatEvent[] => {
  if (text === '' && tokens.length === 0) return [];
  const last = texts.at(-1);
  if (kind === 'text' && last?.part === index) last.text += text;
  else if (kind === 'text') texts.push({ part: index, text });
  return [{ kind: 'delta', index, text, ...(tokens.length > 0 && { logprobs: tokens }) }];
};

const readCall = (call: Extract<AssistantPart, { kind: 'tool-call' }>, reading: Reading): readonly ChatEvent[] => {
  const closing = closeOpen(reading);
  const index = reading.parts++;
  reading.called = true;
  return [
    ...closing,
    { kind: 'part-start', index, part: 'tool-call', id: call.id, name: call.name },
    { kind: 'delta', index, text: call.arguments },
    { kind: 'part-end', index },
  ];
};

const openPart = (kind: 'text' | 'reasoning', reading: Reading): readonly ChatEvent[] => {
  reading.open = { part: reading.parts++, kind };
  return [{ kind: 'part-start', index: reading.open.part, part: kind }];
};

const closeOpen = (reading: Reading): readonly ChatEvent[] => {
  const { open } = reading;
  const citations = citing(reading);
  reading.open = undefined;
  return open ? [...citations, { kind: 'part-end', index: open.part }] : [];
};

/** The citations of the text that is open, once it ends; one that has ended can no longer be cited. */
const citing = ({ citing: candidate, texts, open }: Reading): readonly ChatEvent[] =>
  candidate === undefined || open?.kind !== 'text'
    ? []
    : readCitations(candidate, texts, []).flatMap(({ at, citation }): readonly ChatEvent[] => {
        const index = texts[at]?.part;
        return index === undefined || index !== open.part ? [] : [{ kind: 'citation', index, citation }];
      });

const end = ({ raw, blocked, refusal }: NonNullable<Reading['finish']>, reading: Reading): readonly ChatEvent[] => {
  reading.ended = true;
  const { reason } = blocked ? { reason: 'refusal' as const } : stopFromWire(raw, reading.called);
  return [
    ...closeOpen(reading),
    ...(refusal === '' ? [] : partEvents({ kind: 'text', text: refusal, refusal: true }, reading.parts)),
    { kind: 'stop', reason, raw, ...(reading.usage && { usage: reading.usage }) },
  ];
};
