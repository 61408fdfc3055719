import { ProxyError } from '../errors.ts';
import type { AssistantPart, ChatEvent, ChatResponse, DialectId, ErrorInfo, StopReason, TokenLogprob, UrlCitation, Usage } from './chat.ts';

/** Folds a streamed answer into a whole one. */
export interface Aggregator {
  readonly push: (event: ChatEvent) => void;
  /** The answer, or the error that ended it; `undefined` while no terminal event came, so a cut stream never passes for an answer. */
  readonly result: () => ChatResponse | ErrorInfo | undefined;
}

type PartStart = Extract<ChatEvent, { kind: 'part-start' }>;
type PartChange = 'delta' | 'signature' | 'citation';
type Stop = Extract<ChatEvent, { kind: 'stop' }>;

interface OpenPart {
  readonly start: PartStart;
  text: string;
  readonly citations: UrlCitation[];
  readonly logprobs: TokenLogprob[];
  signature?: { readonly issuer: DialectId; readonly value: string };
}

const closePart = ({ start, text, signature, citations, logprobs }: OpenPart): AssistantPart => {
  if (start.part === 'text') {
    const { refusal } = start;
    const said = { ...(citations.length > 0 && { citations }), ...(logprobs.length > 0 && { logprobs }) };
    return { kind: 'text', text, ...(refusal && { refusal }), ...said };
  }
  if (start.part === 'tool-call') {
    const { id, name, custom } = start;
    return { kind: 'tool-call', id, name, arguments: text, ...(custom && { custom }) };
  }
  return { kind: 'reasoning', text, ...(signature && { signature }) };
};

const stopOf = ({ reason, raw, usage }: Stop): { stop: { reason: StopReason; raw?: string }; usage?: Usage } => ({
  stop: { reason, ...(raw !== undefined && { raw }) },
  ...(usage && { usage }),
});

const strayEvent = (event: { readonly kind: string; readonly index: number }): ErrorInfo =>
  new ProxyError('upstream-bad-answer', `the upstream's stream has a ${event.kind} for part ${event.index}, which never started`).toInfo();

/** The first `stop` or `error` decides; what comes after it is ignored. An event of a part that never started counts as an error. */
export const newAggregator = (): Aggregator => {
  const parts = new Map<number, OpenPart>();
  let about = { id: '', model: '' };
  let ended: ChatResponse | ErrorInfo | undefined;

  const changePart = (event: Extract<ChatEvent, { kind: PartChange }>): void => {
    const part = parts.get(event.index);
    if (part === undefined) ended = strayEvent(event);
    else if (event.kind === 'citation') part.citations.push(event.citation);
    else if (event.kind === 'delta') {
      part.text += event.text;
      for (const token of event.logprobs ?? []) part.logprobs.push(token);
    } else part.signature = { issuer: event.issuer, value: event.value };
  };
  const whole = (stop: Stop): ChatResponse => {
    const inOrder = [...parts].sort(([a], [b]) => a - b);
    return { ...about, parts: inOrder.map(([, part]) => closePart(part)), ...stopOf(stop) };
  };
  const push = (event: ChatEvent): void => {
    if (ended !== undefined) return;
    if (event.kind === 'start') about = { id: event.id, model: event.model };
    else if (event.kind === 'part-start') parts.set(event.index, { start: event, text: '', citations: [], logprobs: [] });
    else if (event.kind === 'delta' || event.kind === 'signature' || event.kind === 'citation') changePart(event);
    else if (event.kind === 'stop') ended = whole(event);
    else if (event.kind === 'error') ended = event.error;
  };
  return { push, result: () => ended };
};
