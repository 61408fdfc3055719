import { ProxyError } from '../../errors.ts';
import type { AnswerTextPart, AssistantPart, ChatEvent, ErrorInfo, TokenLogprob } from '../../ir/chat.ts';
import { startOf } from '../../ir/as-events.ts';
import type { Machine, WireEvent } from '../dialect.ts';
import { readCitation } from '../openai-citations.ts';
import { readLogprobs } from '../openai-logprobs.ts';
import { asArray, asObject, asText, parseJson, present, type WireObject } from '../reading.ts';
import { readStreamedError } from './errors.ts';
import { readContent, readItem, reasoningText, summaryGap } from './items.ts';
import { calls, contentKey, itemKey, prose } from './stream-words.ts';
import { readStop, readUsage } from './wire.ts';

interface OpenPart {
  readonly index: number;
  readonly kind: AssistantPart['kind'];
  /** Whether text came already: then the text in a `done` event says nothing new. */
  spoke: boolean;
  /** The same of its log probabilities. */
  weighed: boolean;
  /** How many citations came already. */
  cited: number;
  summaryIndex: unknown;
}

/**
 * Reads the Responses event grammar, also from upstreams that leave out part events or send an empty `output` at the end: what was
 * streamed counts. A reasoning item has no part until it says something, since many say nothing. A stream that ends before a terminal
 * event yields no stop.
 */
class ResponsesStreamDecoder implements Machine<WireEvent, ChatEvent> {
  #out: ChatEvent[] = [];
  #parts = 0;
  /** By output index, and content index where an item has several contents. */
  readonly #open = new Map<string, OpenPart>();
  readonly #ended = new Set<string>();
  #started = false;
  #toolCalls = false;
  #refused = false;
  #over = false;

  readonly push = (event: WireEvent): readonly ChatEvent[] => {
    if (!this.#over && event.data.trim() !== '' && event.data.trim() !== '[DONE]') this.#read(event);
    return this.#out.splice(0);
  };

  /** Nothing is owed: only a terminal event makes a stop. */
  readonly finish = (): readonly ChatEvent[] => [];

  #read(wire: WireEvent): void {
    const event = asObject(parseJson(wire.data));
    if (event === undefined) return this.#fail(badAnswer('an event that is not a JSON object'));
    const type = asText(event['type']) ?? wire.event ?? '';
    if (type === 'error' || type === 'response.failed' || (type === '' && event['error'])) return this.#fail(readStreamedError(event));
    const response = asObject(event['response']);
    if (response !== undefined) this.#start(response);
    if (type === 'response.completed' || type === 'response.incomplete' || type === 'response.done') this.#stop(response ?? {});
    else if (type.startsWith('response.')) this.#readStep(type, event);
  }

  #readStep(type: string, event: WireObject): void {
    const item = asObject(event['item']);
    if (type === 'response.output_item.added') this.#itemAdded(event, item ?? {});
    else if (type === 'response.output_item.done') this.#itemDone(event, item ?? {});
    else if (type === 'response.content_part.added') this.#contentAdded(event);
    else if (type === 'response.content_part.done') this.#contentDone(contentKey(event), asObject(event['part']) ?? {});
    else if (type === 'response.output_text.annotation.added') this.#annotated(event);
    else if (calls.test(type)) this.#readCall(type, event);
    else this.#readProse(type, event);
  }

  #readCall(type: string, event: WireObject): void {
    const part = this.#open.get(itemKey(event));
    if (type.endsWith('.delta')) this.#speak(part, asText(event['delta']));
    else this.#complete(part, asText(event['arguments']) ?? asText(event['input']));
  }

  #readProse(type: string, event: WireObject): void {
    const dot = type.lastIndexOf('.');
    const family = type.slice(0, dot);
    const begun = Object.hasOwn(prose, family) ? prose[family] : undefined;
    if (begun === undefined) return;
    const part = this.#partAt(begun.kind === 'text' ? contentKey(event) : itemKey(event), begun);
    if (part === undefined) return;
    const logprobs = readLogprobs(event['logprobs']);
    if (type.endsWith('.delta')) this.#speak(part, this.#gap(part, event) + (asText(event['delta']) ?? ''), logprobs);
    else if (begun.kind === 'text') this.#complete(part, asText(event['text']) ?? asText(event['refusal']), logprobs);
  }

  #annotated(event: WireObject): void {
    const part = this.#partAt(contentKey(event), { kind: 'text', text: '' });
    const citation = readCitation(asObject(event['annotation']) ?? {});
    if (part === undefined || citation === undefined) return;
    part.cited += 1;
    this.#out.push({ kind: 'citation', index: part.index, citation });
  }

  /** The pieces of a reasoning summary are joined as they are in a whole answer. */
  #gap(part: OpenPart, event: WireObject): string {
    const before = part.summaryIndex;
    part.summaryIndex = event['summary_index'] ?? event['content_index'];
    return part.kind === 'reasoning' && part.spoke && before !== part.summaryIndex ? summaryGap : '';
  }

  #start(response: WireObject): void {
    if (this.#started) return;
    this.#started = true;
    this.#out.push({ kind: 'start', id: asText(response['id']) ?? '', model: asText(response['model']) ?? '' });
  }

  #partAt(key: string, begun: AssistantPart): OpenPart | undefined {
    return this.#open.get(key) ?? this.#begin(key, begun);
  }

  /** Starts a part at `key`, once. */
  #begin(key: string, part: AssistantPart): OpenPart | undefined {
    if (this.#open.has(key) || this.#ended.has(key)) return undefined;
    this.#start({});
    const opened: OpenPart = { index: this.#parts++, kind: part.kind, spoke: false, weighed: false, cited: 0, summaryIndex: undefined };
    this.#open.set(key, opened);
    if (part.kind === 'tool-call') this.#toolCalls = true;
    if (part.kind === 'text' && part.refusal) this.#refused = true;
    this.#out.push(startOf(part, opened.index));
    return opened;
  }

  #speak(part: OpenPart | undefined, text = '', logprobs: readonly TokenLogprob[] = []): void {
    if (part === undefined || (text === '' && logprobs.length === 0)) return;
    part.spoke ||= text !== '';
    part.weighed ||= logprobs.length > 0;
    this.#out.push({ kind: 'delta', index: part.index, text, ...(logprobs.length > 0 && { logprobs }) });
  }

  /** A `done` event repeats what was streamed; it counts where nothing was. */
  #complete(part: OpenPart | undefined, text: string | undefined, logprobs: readonly TokenLogprob[] = []): void {
    if (part !== undefined) this.#speak(part, part.spoke ? '' : text, part.weighed ? [] : logprobs);
  }

  #end(key: string): void {
    const part = this.#open.get(key);
    if (part === undefined) return;
    this.#open.delete(key);
    this.#ended.add(key);
    this.#out.push({ kind: 'part-end', index: part.index });
  }

  #itemAdded(event: WireObject, item: WireObject): void {
    if (item['type'] !== 'function_call' && item['type'] !== 'custom_tool_call') return;
    const [call] = readItem(item, '', []);
    if (call?.kind === 'tool-call') this.#speak(this.#begin(itemKey(event), call), call.arguments);
  }

  #contentAdded(event: WireObject): void {
    const part = readContent(asObject(event['part']) ?? {}, '', []);
    if (part !== undefined) this.#begin(contentKey(event), part);
  }

  /** Ends a text, with whatever of it was not streamed. */
  #contentDone(key: string, wire: WireObject): void {
    const part = readContent(wire, '', []);
    const open = part && this.#partAt(key, part);
    if (part !== undefined && open !== undefined) this.#completeText(open, part);
    this.#end(key);
  }

  #completeText(open: OpenPart, { text, citations = [], logprobs }: AnswerTextPart): void {
    this.#complete(open, text, logprobs);
    for (const citation of citations.slice(open.cited)) this.#out.push({ kind: 'citation', index: open.index, citation });
    open.cited = Math.max(open.cited, citations.length);
  }

  /** An item that ends: it may be the first that was heard of it, and it alone carries the seal of a reasoning. */
  #itemDone(event: WireObject, item: WireObject): void {
    if (item['type'] === 'message') return this.#messageDone(event, item);
    const [part] = readItem(item, '', []);
    const key = itemKey(event);
    if (part === undefined) return this.#end(key);
    const open = this.#partAt(key, part);
    this.#complete(open, part.kind === 'tool-call' ? part.arguments : reasoningText(item));
    if (open !== undefined && part.kind === 'reasoning' && part.signature) {
      this.#out.push({ kind: 'signature', index: open.index, ...part.signature });
    }
    this.#end(key);
  }

  #messageDone(event: WireObject, item: WireObject): void {
    (asArray(item['content']) ?? []).forEach((piece, index) => {
      this.#contentDone(`${itemKey(event)}/${index}`, asObject(piece) ?? {});
    });
    for (const key of this.#open.keys()) if (key.startsWith(`${itemKey(event)}/`)) this.#end(key);
  }

  #stop(response: WireObject): void {
    this.#start(response);
    if (this.#parts === 0) this.#readOutput(response);
    for (const key of this.#open.keys()) this.#end(key);
    this.#over = true;
    const stop = readStop(response, { refusal: this.#refused, toolCalls: this.#toolCalls });
    this.#out.push({ kind: 'stop', ...stop, ...present({ usage: readUsage(response['usage']) }) });
  }

  /** For upstreams that stream nothing but the end. */
  #readOutput(response: WireObject): void {
    (asArray(response['output']) ?? []).forEach((item, index) => this.#itemDone({ output_index: index }, asObject(item) ?? {}));
  }

  #fail(error: ErrorInfo): void {
    this.#over = true;
    this.#out.push({ kind: 'error', error });
  }
}

const badAnswer = (what: string): ErrorInfo => new ProxyError('upstream-bad-answer', `the upstream's stream has ${what}`).toInfo();

export const newStreamDecoder = (): Machine<WireEvent, ChatEvent> => new ResponsesStreamDecoder();
