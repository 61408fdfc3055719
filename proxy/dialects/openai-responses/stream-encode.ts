import type { AssistantPart, ChatEvent } from '../../ir/chat.ts';
import type { Machine, ResponseAbout, WireEvent } from '../dialect.ts';
import { writtenArguments } from '../conversation.ts';
import { streamedError } from './errors.ts';
import { itemId, outputText, writeItem } from './items.ts';
import { responseShell, shownId, writeStop, writeUsage, type WireOutputItem } from './wire.ts';

type PartStart = Extract<ChatEvent, { kind: 'part-start' }>;
type Signature = Extract<ChatEvent, { kind: 'signature' }>;
type Stop = Extract<ChatEvent, { kind: 'stop' }>;

interface OpenItem {
  readonly start: PartStart;
  readonly outputIndex: number;
  text: string;
  signature: Pick<Signature, 'issuer' | 'value'> | undefined;
}

/**
 * Writes the Responses event grammar, one output item per part, numbered from 0 without gaps. The terminal event repeats the whole
 * response. An error is one `error` event and the last (sheet 1.5).
 */
class ResponsesStreamEncoder implements Machine<ChatEvent, WireEvent> {
  readonly #about: ResponseAbout;
  readonly #open = new Map<number, OpenItem>();
  readonly #output: WireOutputItem[] = [];
  #items = 0;
  #sequence = 0;
  #id: string | undefined;
  #over = false;

  constructor(about: ResponseAbout) {
    this.#about = about;
  }

  readonly push = (event: ChatEvent): readonly WireEvent[] => {
    if (this.#over) return [];
    if (event.kind === 'error') return this.#fail(streamedError(event.error, this.#sequence));
    if (event.kind === 'start') return this.#start(event.id);
    const opening = this.#start('');
    return [...opening, ...this.#write(event)];
  };

  /** Nothing is owed: a stream without a stop stays without a terminal event, and its client can tell. */
  readonly finish = (): readonly WireEvent[] => [];

  #write(event: Exclude<ChatEvent, { kind: 'error' | 'start' }>): readonly WireEvent[] {
    if (event.kind === 'stop') return this.#stop(event);
    if (event.kind === 'part-start') return this.#openItem(event);
    const item = this.#open.get(event.index);
    if (item === undefined) return [];
    if (event.kind === 'delta') return this.#delta(item, event.text);
    if (event.kind === 'part-end') return this.#end(item);
    item.signature = { issuer: event.issuer, value: event.value };
    return [];
  }

  #event(type: string, fields: object): WireEvent {
    return { event: type, data: JSON.stringify({ type, sequence_number: this.#sequence++, ...fields }) };
  }

  #start(id: string): readonly WireEvent[] {
    if (this.#id !== undefined) return [];
    this.#id = shownId(id, this.#about);
    const response = responseShell({ id: this.#id }, this.#about);
    return [this.#event('response.created', { response }), this.#event('response.in_progress', { response })];
  }

  #idOf({ start, outputIndex }: OpenItem): string {
    return itemId(start.part, this.#id ?? '', outputIndex);
  }

  /** Where an event of this item belongs; each kind of item numbers its contents by a name of its own. */
  #place(item: OpenItem) {
    const place = { item_id: this.#idOf(item), output_index: item.outputIndex };
    if (item.start.part === 'text') return { ...place, content_index: 0 };
    return item.start.part === 'reasoning' ? { ...place, summary_index: 0 } : place;
  }

  #openItem(start: PartStart): readonly WireEvent[] {
    const item: OpenItem = { start, outputIndex: this.#items++, text: '', signature: undefined };
    this.#open.set(start.index, item);
    const added = this.#event('response.output_item.added', { output_index: item.outputIndex, item: this.#emptyItem(item) });
    if (start.part !== 'text') return [added];
    return [added, this.#event('response.content_part.added', { ...this.#place(item), part: outputText('') })];
  }

  #emptyItem(item: OpenItem): WireOutputItem {
    const { start } = item;
    const id = this.#idOf(item);
    if (start.part === 'text') return { id, type: 'message', status: 'in_progress', role: 'assistant', content: [] };
    if (start.part === 'tool-call') {
      return { id, type: 'function_call', status: 'in_progress', call_id: start.id, name: start.name, arguments: '' };
    }
    return { id, type: 'reasoning', summary: [] };
  }

  #delta(item: OpenItem, text: string): readonly WireEvent[] {
    if (text === '') return [];
    const first = item.text === '';
    item.text += text;
    const place = this.#place(item);
    if (item.start.part === 'text') return [this.#event('response.output_text.delta', { ...place, delta: text, logprobs: [] })];
    if (item.start.part === 'tool-call') return [this.#event('response.function_call_arguments.delta', { ...place, delta: text })];
    return [
      ...(first ? [this.#event('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } })] : []),
      this.#event('response.reasoning_summary_text.delta', { ...place, delta: text }),
    ];
  }

  #end(item: OpenItem): readonly WireEvent[] {
    this.#open.delete(item.start.index);
    const done = writeItem(partOf(item), this.#id ?? '', item.outputIndex);
    this.#output[item.outputIndex] = done;
    return [...this.#contentDone(item), this.#event('response.output_item.done', { output_index: item.outputIndex, item: done })];
  }

  #contentDone(item: OpenItem): readonly WireEvent[] {
    const { start, text } = item;
    const place = this.#place(item);
    if (start.part === 'tool-call') return this.#argumentsDone(place, start.name, text);
    if (start.part === 'text') {
      return [
        this.#event('response.output_text.done', { ...place, text, logprobs: [] }),
        this.#event('response.content_part.done', { ...place, part: outputText(text) }),
      ];
    }
    if (text === '') return [];
    return [
      this.#event('response.reasoning_summary_text.done', { ...place, text }),
      this.#event('response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } }),
    ];
  }

  /** Clients add up the deltas, so arguments that nobody wrote are a delta too. */
  #argumentsDone(place: object, name: string, text: string): readonly WireEvent[] {
    const written = writtenArguments(text);
    return [
      ...(text === '' ? [this.#event('response.function_call_arguments.delta', { ...place, delta: written })] : []),
      this.#event('response.function_call_arguments.done', { ...place, name, arguments: written }),
    ];
  }

  #stop({ reason, usage }: Stop): readonly WireEvent[] {
    const open = [...this.#open.values()].flatMap((item) => this.#end(item));
    this.#over = true;
    const ending = writeStop(reason);
    const response = {
      ...responseShell({ id: this.#id ?? '' }, this.#about),
      ...ending,
      output: this.#output,
      usage: usage === undefined ? null : writeUsage(usage),
    };
    return [...open, this.#event(`response.${ending.status}`, { response })];
  }

  #fail(event: object): readonly WireEvent[] {
    this.#over = true;
    return [{ event: 'error', data: JSON.stringify(event) }];
  }
}

const partOf = ({ start, text, signature }: OpenItem): AssistantPart => {
  if (start.part === 'text') return { kind: 'text', text };
  if (start.part === 'tool-call') return { kind: 'tool-call', id: start.id, name: start.name, arguments: text };
  return { kind: 'reasoning', text, ...(signature && { signature }) };
};

export const newStreamEncoder = (about: ResponseAbout): Machine<ChatEvent, WireEvent> => new ResponsesStreamEncoder(about);
