import { ProxyError } from '../../errors.ts';
import type { ChatEvent, ErrorInfo, TokenLogprob, UrlCitation, Usage } from '../../ir/chat.ts';
import { charactersIn } from '../characters.ts';
import type { Machine, WireEvent } from '../dialect.ts';
import { readCitations } from '../openai-citations.ts';
import { decodeOpenAiError, statusOfStreamedError } from '../openai-envelope.ts';
import { readLogprobs } from '../openai-logprobs.ts';
import { asArray, asObject, asText, parseJson, type WireObject } from '../reading.ts';
import { argumentsOf, reasoningIn, textOf } from './response.ts';
import { readStop, readUsage } from './wire.ts';

/** A call that is being streamed. Until its name has come, it has no part and its arguments wait. */
interface Call {
  id: string;
  name: string;
  custom: boolean;
  part: number | undefined;
  waiting: string;
}

type ProseKind = 'text' | 'refusal' | 'reasoning';

/** What is being said; `from` is the character of the message's content at which a text begins. */
interface Prose {
  readonly kind: ProseKind;
  readonly part: number;
  readonly from: number;
}

/**
 * Reads `chat.completion.chunk` events. The stop is given out at `[DONE]` or at the end, because usage follows the finish reason; a
 * stream that ends without a finish reason yields no stop, so that its reader knows that it was cut.
 */
class ChatStreamDecoder implements Machine<WireEvent, ChatEvent> {
  #out: ChatEvent[] = [];
  #parts = 0;
  #prose: Prose | undefined;
  /** Characters of content so far. */
  #content = 0;
  readonly #calls = new Map<number, Call>();
  /** Calls in the order in which they came; a reused index makes a second call of it. */
  readonly #allCalls: Call[] = [];
  #responseId: string | undefined;
  #finishReason: string | undefined;
  #refused = false;
  #usage: Usage | undefined;
  #over = false;

  readonly push = (event: WireEvent): readonly ChatEvent[] => {
    if (!this.#over && event.data.trim() !== '') this.#read(event.data);
    return this.#out.splice(0);
  };

  readonly finish = (): readonly ChatEvent[] => {
    this.#stop();
    return this.#out.splice(0);
  };

  #read(data: string): void {
    if (data.trim() === '[DONE]') return this.#stop();
    const chunk = asObject(parseJson(data));
    if (chunk === undefined) return this.#fail(badAnswer('an event that is not a JSON object'));
    const error = streamedError(chunk);
    if (error !== undefined) return this.#fail(error);
    this.#start(chunk);
    this.#usage = readUsage(chunk['usage']) ?? this.#usage;
    const choice = (asArray(chunk['choices']) ?? []).map(asObject).find((each) => (each?.['index'] ?? 0) === 0);
    if (choice !== undefined) this.#readChoice(choice);
  }

  #start(chunk: WireObject): void {
    if (this.#responseId !== undefined) return;
    this.#responseId = asText(chunk['id']) ?? '';
    this.#out.push({ kind: 'start', id: this.#responseId, model: asText(chunk['model']) ?? '' });
  }

  #readChoice(choice: WireObject): void {
    const delta = asObject(choice['delta']) ?? {};
    const logprobs = asObject(choice['logprobs']) ?? {};
    this.#say('reasoning', reasoningIn(delta));
    this.#say('text', textOf(delta['content']), readLogprobs(logprobs['content']));
    for (const citation of readCitations(delta['annotations'], '', [])) this.#cite(citation);
    const refusal = asText(delta['refusal']) ?? '';
    if (refusal !== '') this.#refused = true;
    this.#say('refusal', refusal, readLogprobs(logprobs['refusal']));
    for (const call of asArray(delta['tool_calls']) ?? []) this.#readCall(asObject(call) ?? {});
    // Some upstreams write an empty reason into every chunk.
    this.#finishReason = asText(choice['finish_reason']) || this.#finishReason;
  }

  #say(kind: ProseKind, text: string, logprobs: readonly TokenLogprob[] = []): void {
    if (text === '' && logprobs.length === 0) return;
    const { part } = this.#prose?.kind === kind ? this.#prose : this.#startProse(kind);
    if (kind === 'text') this.#content += charactersIn(text);
    this.#out.push({ kind: 'delta', index: part, text, ...(logprobs.length > 0 && { logprobs }) });
  }

  #startProse(kind: ProseKind): Prose {
    this.#endProse();
    const index = this.#parts++;
    this.#prose = { kind, part: index, from: this.#content };
    if (kind === 'refusal') this.#out.push({ kind: 'part-start', index, part: 'text', refusal: true });
    else this.#out.push({ kind: 'part-start', index, part: kind });
    return this.#prose;
  }

  /** Vendors cite with the text or right after it; a citation without a text that is open has no place. */
  #cite({ range, ...citation }: UrlCitation): void {
    if (this.#prose?.kind !== 'text') return;
    const { part, from } = this.#prose;
    const here = range && { start: Math.max(0, range.start - from), end: Math.max(0, range.end - from) };
    this.#out.push({ kind: 'citation', index: part, citation: { ...citation, ...(here && { range: here }) } });
  }

  #endProse(): void {
    if (this.#prose !== undefined) this.#out.push({ kind: 'part-end', index: this.#prose.part });
    this.#prose = undefined;
  }

  #readCall(delta: WireObject): void {
    const custom = asObject(delta['custom']);
    const fields = custom ?? asObject(delta['function']) ?? {};
    const name = asText(fields['name']) ?? '';
    const call = this.#callOf(delta, name);
    call.id ||= asText(delta['id']) ?? '';
    call.custom ||= custom !== undefined;
    if (call.part === undefined) call.name ||= name;
    call.waiting += argumentsOf(fields[custom ? 'input' : 'arguments']);
    if (call.name !== '') this.#flush(call);
  }

  /** Some upstreams leave the index out, others say 0 for every call: a new id with a name opens a new call. */
  #callOf(delta: WireObject, name: string): Call {
    const id = asText(delta['id']) ?? '';
    const opens = id !== '' && name !== '';
    const index = typeof delta['index'] === 'number' ? delta['index'] : opens ? this.#calls.size : Math.max(this.#calls.size - 1, 0);
    const known = this.#calls.get(index);
    if (known !== undefined && !(opens && known.id !== '' && known.id !== id)) return known;
    const fresh: Call = { id: '', name: '', custom: false, part: undefined, waiting: '' };
    this.#calls.set(index, fresh);
    this.#allCalls.push(fresh);
    return fresh;
  }

  #flush(call: Call): void {
    if (call.part === undefined) {
      this.#endProse();
      call.part = this.#parts++;
      const id = call.id || `call_${this.#responseId ?? ''}_${call.part}`;
      const custom = call.custom && ({ custom: true } as const);
      this.#out.push({ kind: 'part-start', index: call.part, part: 'tool-call', id, name: call.name, ...custom });
    }
    if (call.waiting !== '') this.#out.push({ kind: 'delta', index: call.part, text: call.waiting });
    call.waiting = '';
  }

  #stop(): void {
    if (this.#over || this.#finishReason === undefined) return;
    if (this.#allCalls.some(({ part }) => part === undefined)) return this.#fail(badAnswer('a tool call without a name'));
    this.#over = true;
    this.#endProse();
    for (const { part } of this.#allCalls) if (part !== undefined) this.#out.push({ kind: 'part-end', index: part });
    const seen = { refusal: this.#refused, toolCalls: this.#allCalls.length > 0 };
    this.#out.push({ kind: 'stop', ...readStop(this.#finishReason, seen), ...(this.#usage && { usage: this.#usage }) });
  }

  #fail(error: ErrorInfo): void {
    this.#over = true;
    this.#out.push({ kind: 'error', error });
  }
}

const badAnswer = (what: string): ErrorInfo => new ProxyError('upstream-bad-answer', `the upstream's stream has ${what}`).toInfo();

const streamedError = (chunk: WireObject): ErrorInfo | undefined => {
  if (chunk['error'] === undefined || chunk['error'] === null) return undefined;
  const status = statusOfStreamedError(asObject(chunk['error']) ?? {}, chunk);
  return decodeOpenAiError(status, chunk) ?? { status, message: 'the upstream reported an error without a message' };
};

export const newStreamDecoder = (): Machine<WireEvent, ChatEvent> => new ChatStreamDecoder();
