import { ProxyError } from '../../errors.ts';
import type { AssistantPart, ChatEvent, ErrorInfo } from '../../ir/chat.ts';
import type { Machine, WireEvent } from '../dialect.ts';
import { asArray, asObject, asText, parseJson, present, type WireObject } from '../reading.ts';
import { readStreamedError } from './errors.ts';
import { isRefusal, readItem, reasoningText, summaryGap } from './items.ts';
import { readStop, readUsage } from './wire.ts';

interface OpenPart {
  readonly index: number;
  readonly kind: AssistantPart['kind'];
  /** Whether text came already: then the text in a `done` event says nothing new. */
  spoke: boolean;
  summaryIndex: unknown;
}

const prose: Readonly<Record<string, 'text' | 'reasoning'>> = {
  'response.output_text': 'text',
  'response.refusal': 'text',
  'response.reasoning_summary_text': 'reasoning',
  'response.reasoning_text': 'reasoning',
};

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
    else if (type === 'response.content_part.done') this.#end(contentKey(event));
    else if (type === 'response.function_call_arguments.delta') this.#speak(this.#open.get(itemKey(event)), asText(event['delta']));
    else if (type === 'response.function_call_arguments.done') this.#complete(this.#open.get(itemKey(event)), asText(event['arguments']));
    else this.#readProse(type, event);
  }

  #readProse(type: string, event: WireObject): void {
    const dot = type.lastIndexOf('.');
    const family = type.slice(0, dot);
    const kind = Object.hasOwn(prose, family) ? prose[family] : undefined;
    if (kind === undefined) return;
    if (family === 'response.refusal') this.#refused = true;
    const part = this.#proseOf(kind, kind === 'text' ? contentKey(event) : itemKey(event));
    if (part === undefined) return;
    if (type.endsWith('.delta')) this.#speak(part, this.#gap(part, event) + (asText(event['delta']) ?? ''));
    else if (kind === 'text') this.#complete(part, asText(event['text']) ?? asText(event['refusal']));
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

  #proseOf(kind: 'text' | 'reasoning', key: string): OpenPart | undefined {
    return this.#open.get(key) ?? this.#begin(key, { kind, text: '' });
  }

  /** Starts a part at `key`, once. */
  #begin(key: string, part: AssistantPart): OpenPart | undefined {
    if (this.#open.has(key) || this.#ended.has(key)) return undefined;
    this.#start({});
    const opened: OpenPart = { index: this.#parts++, kind: part.kind, spoke: false, summaryIndex: undefined };
    this.#open.set(key, opened);
    if (part.kind === 'tool-call') {
      this.#toolCalls = true;
      this.#out.push({ kind: 'part-start', index: opened.index, part: part.kind, id: part.id, name: part.name });
    } else this.#out.push({ kind: 'part-start', index: opened.index, part: part.kind });
    return opened;
  }

  #speak(part: OpenPart | undefined, text: string | undefined): void {
    if (part === undefined || text === undefined || text === '') return;
    part.spoke = true;
    this.#out.push({ kind: 'delta', index: part.index, text });
  }

  /** A `done` event repeats what was streamed; it counts where nothing was. */
  #complete(part: OpenPart | undefined, text: string | undefined): void {
    if (part?.spoke === false) this.#speak(part, text);
  }

  #end(key: string): void {
    const part = this.#open.get(key);
    if (part === undefined) return;
    this.#open.delete(key);
    this.#ended.add(key);
    this.#out.push({ kind: 'part-end', index: part.index });
  }

  #itemAdded(event: WireObject, item: WireObject): void {
    if (item['type'] !== 'function_call') return;
    const [call] = readItem(item, '', []);
    if (call?.kind === 'tool-call') this.#speak(this.#begin(itemKey(event), call), call.arguments);
  }

  #contentAdded(event: WireObject): void {
    const part = asObject(event['part']);
    if (part?.['type'] === 'refusal') this.#refused = true;
    if (part?.['type'] === 'output_text' || part?.['type'] === 'refusal') this.#begin(contentKey(event), { kind: 'text', text: '' });
  }

  /** An item that ends: it may be the first that was heard of it, and it alone carries the seal of a reasoning. */
  #itemDone(event: WireObject, item: WireObject): void {
    if (isRefusal(item)) this.#refused = true;
    if (item['type'] === 'message') return this.#messageDone(event, item);
    const [part] = readItem(item, '', []);
    const key = itemKey(event);
    if (part === undefined) return this.#end(key);
    const open = this.#open.get(key) ?? this.#begin(key, part);
    this.#complete(open, part.kind === 'tool-call' ? part.arguments : reasoningText(item));
    if (open !== undefined && part.kind === 'reasoning' && part.signature) {
      this.#out.push({ kind: 'signature', index: open.index, ...part.signature });
    }
    this.#end(key);
  }

  #messageDone(event: WireObject, item: WireObject): void {
    readItem(item, '', []).forEach((part, index) => {
      const key = `${itemKey(event)}/${index}`;
      const open = this.#open.get(key) ?? this.#begin(key, part);
      this.#complete(open, part.kind === 'text' ? part.text : '');
      this.#end(key);
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

const keyText = (...values: readonly unknown[]): string =>
  String(values.find((value) => typeof value === 'number' || typeof value === 'string') ?? 0);

/** Items are told apart by their output index; some compatible upstreams number nothing and give ids only. */
const itemKey = (event: WireObject): string => keyText(event['output_index'], event['item_id'], asObject(event['item'])?.['id']);

const contentKey = (event: WireObject): string => `${itemKey(event)}/${keyText(event['content_index'])}`;

const badAnswer = (what: string): ErrorInfo => new ProxyError('upstream-bad-answer', `the upstream's stream has ${what}`).toInfo();

export const newStreamDecoder = (): Machine<WireEvent, ChatEvent> => new ResponsesStreamDecoder();
