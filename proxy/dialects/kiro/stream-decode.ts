import { ProxyError } from '../../errors.ts';
import type { ChatEvent, Usage } from '../../ir/chat.ts';
import type { Machine, WireEvent } from '../dialect.ts';
import { asCount, asObject, asText, parseJson, present, type WireObject } from '../reading.ts';
import { decodeException } from './errors.ts';

type Speech = 'text' | 'reasoning';

interface Reading {
  started: boolean;
  ended: boolean;
  parts: number;
  /** The text or reasoning that is being written; Kiro writes one at a time. */
  speech: { readonly kind: Speech; readonly index: number } | undefined;
  /** Calls by their ids; `undefined` once a call is whole. */
  readonly calls: Map<string, number | undefined>;
  usage: Usage | undefined;
}

type Reader = (wire: WireObject, reading: Reading) => readonly ChatEvent[];

/** Events of a Kiro stream, by their type. The answer is whole when the transport says `end`, for the vendor has no event for it. */
export const newStreamDecoder = (): Machine<WireEvent, ChatEvent> => {
  const reading: Reading = { started: false, ended: false, parts: 0, speech: undefined, calls: new Map(), usage: undefined };
  const push = ({ event = '', data }: WireEvent): readonly ChatEvent[] => {
    if (reading.ended) return [];
    const wire = asObject(parseJson(data));
    const events = wire === undefined ? [bad('an event of the upstream is not a JSON object')] : (readers[event]?.(wire, reading) ?? []);
    reading.ended = events.some(({ kind }) => kind === 'stop' || kind === 'error');
    return events;
  };
  return { push, finish: () => [] };
};

const bad = (message: string): ChatEvent => ({ kind: 'error', error: new ProxyError('upstream-bad-answer', message).toInfo() });

const started = (reading: Reading, model?: string): readonly ChatEvent[] => {
  if (reading.started) return [];
  reading.started = true;
  return [{ kind: 'start', id: '', model: model ?? '' }];
};

const endSpeech = (reading: Reading): readonly ChatEvent[] => {
  const { speech } = reading;
  reading.speech = undefined;
  return speech === undefined ? [] : [{ kind: 'part-end', index: speech.index }];
};

const say =
  (kind: Speech, member: string): Reader =>
  (wire, reading) => {
    const text = asText(wire[member]) ?? '';
    const start = started(reading, asText(wire['modelId']));
    if (text === '') return start;
    const before = reading.speech?.kind === kind ? [] : endSpeech(reading);
    const isNew = reading.speech === undefined;
    const index = reading.speech?.index ?? reading.parts++;
    reading.speech = { kind, index };
    const opening: readonly ChatEvent[] = isNew ? [{ kind: 'part-start', index, part: kind }] : [];
    return [...start, ...before, ...opening, { kind: 'delta', index, text }];
  };

/** Arguments come in pieces of JSON text, or from some models whole, as an object. */
const inputText = (input: unknown): string => asText(input) ?? (asObject(input) === undefined ? '' : JSON.stringify(input));

const onToolUse: Reader = (wire, reading) => {
  const [id, name] = [asText(wire['toolUseId']) ?? '', asText(wire['name']) ?? ''];
  const out: ChatEvent[] = [...started(reading), ...endSpeech(reading)];
  if (!reading.calls.has(id)) {
    reading.calls.set(id, reading.parts);
    out.push({ kind: 'part-start', index: reading.parts++, part: 'tool-call', id, name });
  }
  const index = reading.calls.get(id);
  if (index === undefined) return out;
  const text = inputText(wire['input']);
  if (text !== '') out.push({ kind: 'delta', index, text });
  if (wire['stop'] === true) {
    reading.calls.set(id, undefined);
    out.push({ kind: 'part-end', index });
  }
  return out;
};

/** Most answers have no usage; none is invented. */
const onMetadata: Reader = (wire, reading) => {
  const counts = asObject(wire['tokenUsage']);
  const [fresh, output] = [asCount(counts?.['uncachedInputTokens']), asCount(counts?.['outputTokens'])];
  if (fresh === undefined || output === undefined) return [];
  const [cachedInput, cacheWrites] = [asCount(counts?.['cacheReadInputTokens']), asCount(counts?.['cacheWriteInputTokens'])];
  reading.usage = { input: fresh + (cachedInput ?? 0) + (cacheWrites ?? 0), output, ...present({ cachedInput, cacheWrites }) };
  return [];
};

const onEnd: Reader = (_wire, reading) => {
  if (!reading.started) return [bad("the upstream's stream ended before it said anything")];
  if ([...reading.calls.values()].some((index) => index !== undefined)) return [bad("the upstream's stream ended inside of a tool call")];
  const { usage } = reading;
  return [...endSpeech(reading), { kind: 'stop', reason: reading.calls.size > 0 ? 'tool-calls' : 'end', ...(usage && { usage }) }];
};

const readers: Readonly<Record<string, Reader | undefined>> = {
  assistantResponseEvent: say('text', 'content'),
  reasoningContentEvent: say('reasoning', 'text'),
  toolUseEvent: onToolUse,
  metadataEvent: onMetadata,
  messageMetadataEvent: onMetadata,
  exception: (wire) => [{ kind: 'error', error: decodeException(asText(wire['exceptionType']) ?? '', wire) }],
  end: onEnd,
};
