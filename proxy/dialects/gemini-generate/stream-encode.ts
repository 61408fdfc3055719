import type { AssistantPart, ChatEvent, ReasoningPart, TokenLogprob, UrlCitation } from '../../ir/chat.ts';
import { asFunctionCalls } from '../custom-calls.ts';
import type { Machine, ResponseAbout, WireEvent } from '../dialect.ts';
import { rawJson, writeJson } from '../splice-json.ts';
import { onePartAtATime } from '../one-part-at-a-time.ts';
import type { WireObject } from '../reading.ts';
import { writeCitations } from './citations.ts';
import { encodeError } from './errors.ts';
import { writeLogprobs } from './logprobs.ts';
import { writeModelParts } from './model-parts.ts';
import { signForClient } from './response.ts';
import { stopToWire, usageToWire } from './wire.ts';

type PartStart = Extract<ChatEvent, { kind: 'part-start' }>;
type Signature = NonNullable<ReasoningPart['signature']>;

interface Writing {
  readonly about: ResponseAbout;
  id: string;
  current: PartStart | undefined;
  /** Arguments so far: a call is written whole, when its part ends. */
  args: string;
  /** Whether the current reasoning has written any text. */
  spoke: boolean;
  /** The signature of reasoning without text: it belongs to the part that comes next. */
  held: Signature | undefined;
  /** What was said so far, for the citations in the last event, which count its bytes. */
  readonly texts: { text: string; readonly citations: UrlCitation[] }[];
  ended: boolean;
}

/** Partial answers: one per piece of text, one per tool call, and a last one with `finishReason` and, when there is any, usage. */
export const newStreamEncoder = (about: ResponseAbout): Machine<ChatEvent, WireEvent> => {
  const [plain, inOrder] = [asFunctionCalls(), onePartAtATime()];
  const writing: Writing = { about, id: '', current: undefined, args: '', spoke: false, held: undefined, texts: [], ended: false };
  const push = (event: ChatEvent): readonly WireEvent[] => {
    if (writing.ended) return [];
    writing.ended = event.kind === 'stop' || event.kind === 'error';
    return plain(event)
      .flatMap(inOrder)
      .flatMap((next) => write(next, writing));
  };
  return { push, finish: () => [] };
};

const write = (event: ChatEvent, writing: Writing): readonly WireEvent[] => {
  switch (event.kind) {
    case 'start':
      writing.id = event.id;
      return [];
    case 'part-start':
      writing.current = event;
      writing.args = '';
      writing.spoke = false;
      if (event.part === 'text') writing.texts.push({ text: '', citations: [] });
      return [];
    case 'delta':
      return writeDelta(event.text, event.logprobs ?? [], writing);
    case 'citation':
      writing.texts.at(-1)?.citations.push(event.citation);
      return [];
    case 'signature':
      return writeSignature({ issuer: event.issuer, value: event.value }, writing);
    case 'part-end':
      return endPart(writing);
    case 'stop':
      return [...flushHeld(writing), lastChunk(event, writing)];
    default:
      return [{ data: JSON.stringify(encodeError(event.error)) }];
  }
};

const writeDelta = (text: string, tokens: readonly TokenLogprob[], writing: Writing): readonly WireEvent[] => {
  if (text === '' && tokens.length === 0) return [];
  if (writing.current?.part === 'tool-call') {
    writing.args += text;
    return [];
  }
  writing.spoke = true;
  const part: AssistantPart = { kind: writing.current?.part ?? 'text', text };
  const last = writing.texts.at(-1);
  if (part.kind === 'text' && last) last.text += text;
  return writeParts(part, writing, writeLogprobs(tokens));
};

const writeSignature = (signature: Signature, writing: Writing): readonly WireEvent[] => {
  const before = flushHeld(writing);
  if (writing.spoke) return [...before, sealChunk(signature, writing)];
  writing.held = signature;
  return before;
};

const endPart = (writing: Writing): readonly WireEvent[] => {
  const { current, args } = writing;
  if (current?.part !== 'tool-call') return [];
  return writeParts({ kind: 'tool-call', id: current.id, name: current.name, arguments: args }, writing);
};

const flushHeld = (writing: Writing): readonly WireEvent[] => {
  const { held } = writing;
  writing.held = undefined;
  return held ? [sealChunk(held, writing)] : [];
};

const sealChunk = (signature: Signature, writing: Writing): WireEvent =>
  chunk(
    { content: { role: 'model', parts: [{ text: '', thought: true, thoughtSignature: signForClient(signature) }] }, index: 0 },
    {},
    writing,
  );

/** Writes one part, sealed by a held signature, as one chunk. */
const writeParts = (part: AssistantPart, writing: Writing, beside: WireObject = {}): readonly WireEvent[] => {
  const { held } = writing;
  writing.held = undefined;
  const seal: readonly AssistantPart[] = held ? [{ kind: 'reasoning', text: '', signature: held }] : [];
  const parts = writeModelParts([...seal, part], '', { sign: signForClient, argumentsOf: ({ text }) => rawJson(text), losses: [] });
  return [chunk({ content: { role: 'model', parts }, index: 0, ...beside }, {}, writing)];
};

const lastChunk = ({ reason, raw, usage }: Extract<ChatEvent, { kind: 'stop' }>, writing: Writing): WireEvent => {
  const candidate = { content: { role: 'model', parts: [{ text: '' }] }, finishReason: stopToWire(reason, raw), index: 0 };
  return chunk({ ...candidate, ...writeCitations(writing.texts) }, usage ? { usageMetadata: usageToWire(usage) } : {}, writing);
};

const chunk = (candidate: WireObject, more: WireObject, { about, id }: Writing): WireEvent => ({
  data: writeJson({ candidates: [candidate], ...more, modelVersion: about.model, ...(id !== '' && { responseId: id }) }),
});
