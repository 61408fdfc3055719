import type { ChatEvent, TokenLogprob } from '../../ir/chat.ts';
import { asCustomCalls } from '../custom-calls.ts';
import type { Machine, ResponseAbout, WireEvent } from '../dialect.ts';
import { writeLogprobs } from '../openai-logprobs.ts';
import { streamedError } from './errors.ts';
import { statusOf, writeContent, writeItem } from './items.ts';
import { callEvents, emptyItem, idOf, opened, partOf, textOf, type OpenItem, type PartStart, type TextStart } from './open-item.ts';
import { responseShell, shownId, writeStop, writeUsage, type WireOutputItem } from './wire.ts';

type Stop = Extract<ChatEvent, { kind: 'stop' }>;

/**
 * Writes the Responses event grammar, one output item per part, numbered from 0 without gaps. The terminal event repeats the whole
 * response. An error is one `error` event and the last (sheet 1.5). A part that has ended is done when the next one starts or the answer
 * stops: only then it is known whether it was cut short.
 */
class ResponsesStreamEncoder implements Machine<ChatEvent, WireEvent> {
  readonly #about: ResponseAbout;
  readonly #restore: ReturnType<typeof asCustomCalls>;
  readonly #open = new Map<number, OpenItem>();
  /** Ended, and not yet done. */
  readonly #ended: OpenItem[] = [];
  readonly #said = { refusal: false, toolCalls: false };
  readonly #output: WireOutputItem[] = [];
  #items = 0;
  #sequence = 0;
  #id: string | undefined;
  #over = false;

  constructor(about: ResponseAbout) {
    this.#about = about;
    this.#restore = asCustomCalls(about.customTools);
  }

  readonly push = (event: ChatEvent): readonly WireEvent[] => {
    if (this.#over) return [];
    if (event.kind === 'error') return this.#fail(streamedError(event.error, this.#sequence));
    if (event.kind === 'start') return this.#start(event.id);
    const opening = this.#start('');
    return [...opening, ...this.#restore(event).flatMap((next) => this.#write(next))];
  };

  /** Nothing is owed: a stream without a stop stays without a terminal event, and its client can tell. */
  readonly finish = (): readonly WireEvent[] => [];

  #write(event: ChatEvent): readonly WireEvent[] {
    if (event.kind === 'stop') return this.#stop(event);
    if (event.kind === 'part-start') return [...this.#release('completed'), ...this.#openItem(event)];
    const item = 'index' in event ? this.#open.get(event.index) : undefined;
    if (item === undefined) return [];
    if (event.kind === 'delta') return this.#delta(item, event.text, event.logprobs);
    if (event.kind === 'part-end') this.#end(item);
    else if (event.kind === 'citation') item.citations.push(event.citation);
    else if (event.kind === 'signature') item.signature = { issuer: event.issuer, value: event.value };
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

  /** Where an event of this item belongs; each kind of item numbers its contents by a name of its own. */
  #place(item: OpenItem) {
    const place = { item_id: idOf(item, this.#id ?? ''), output_index: item.outputIndex };
    if (item.start.part === 'text') return { ...place, content_index: 0 };
    return item.start.part === 'reasoning' ? { ...place, summary_index: 0 } : place;
  }

  #openItem(start: PartStart): readonly WireEvent[] {
    const item = opened(start, this.#items++);
    this.#open.set(start.index, item);
    if (start.part === 'tool-call') this.#said.toolCalls = true;
    if (start.part === 'text' && start.refusal) this.#said.refusal = true;
    const added = this.#event('response.output_item.added', { output_index: item.outputIndex, item: emptyItem(item, this.#id ?? '') });
    if (start.part !== 'text') return [added];
    return [added, this.#event('response.content_part.added', { ...this.#place(item), part: writeContent(textOf(item, start)) })];
  }

  #delta(item: OpenItem, text: string, tokens: readonly TokenLogprob[] = []): readonly WireEvent[] {
    if (text === '' && tokens.length === 0) return [];
    const first = item.text === '';
    item.text += text;
    const place = this.#place(item);
    if (item.start.part === 'text') return [this.#textDelta(item, item.start, text, tokens)];
    if (item.start.part === 'tool-call') return [this.#event(`response.${callEvents(item.start)}.delta`, { ...place, delta: text })];
    return [
      ...(first ? [this.#event('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } })] : []),
      this.#event('response.reasoning_summary_text.delta', { ...place, delta: text }),
    ];
  }

  #textDelta(item: OpenItem, { refusal }: TextStart, delta: string, tokens: readonly TokenLogprob[]): WireEvent {
    const place = this.#place(item);
    if (refusal) return this.#event('response.refusal.delta', { ...place, delta });
    for (const token of tokens) item.logprobs.push(token);
    return this.#event('response.output_text.delta', { ...place, delta, logprobs: writeLogprobs(tokens) });
  }

  #end(item: OpenItem): void {
    this.#open.delete(item.start.index);
    this.#ended.push(item);
  }

  /** What has ended is done. Of an answer that ended early, only the last part can be cut short without showing it. */
  #release(ending: 'completed' | 'incomplete'): readonly WireEvent[] {
    const ended = this.#ended.splice(0).toSorted((a, b) => a.outputIndex - b.outputIndex);
    return ended.flatMap((item) => this.#done(item, statusOf(partOf(item), item.outputIndex === this.#items - 1, ending)));
  }

  #done(item: OpenItem, status: 'completed' | 'incomplete'): readonly WireEvent[] {
    const done = writeItem(partOf(item), idOf(item, this.#id ?? ''), status);
    this.#output[item.outputIndex] = done;
    return [...this.#contentDone(item, done), this.#event('response.output_item.done', { output_index: item.outputIndex, item: done })];
  }

  #contentDone(item: OpenItem, done: WireOutputItem): readonly WireEvent[] {
    const { start, text } = item;
    const place = this.#place(item);
    if (start.part === 'text') return this.#textDone(item, start);
    if (done.type === 'custom_tool_call') return [this.#event('response.custom_tool_call_input.done', { ...place, input: done.input })];
    if (done.type === 'function_call') return this.#argumentsDone(place, done, text === '');
    if (text === '') return [];
    return [
      this.#event('response.reasoning_summary_text.done', { ...place, text }),
      this.#event('response.reasoning_summary_part.done', { ...place, part: { type: 'summary_text', text } }),
    ];
  }

  /** Citations come when their text is whole, since some cite all of it. */
  #textDone(item: OpenItem, start: TextStart): readonly WireEvent[] {
    const part = writeContent(textOf(item, start));
    const place = this.#place(item);
    const closing = () => this.#event('response.content_part.done', { ...place, part });
    if (part.type === 'refusal') return [this.#event('response.refusal.done', { ...place, refusal: part.refusal }), closing()];
    return [
      ...part.annotations.map((annotation, annotation_index) =>
        this.#event('response.output_text.annotation.added', { ...place, annotation_index, annotation }),
      ),
      this.#event('response.output_text.done', { ...place, text: part.text, logprobs: part.logprobs }),
      closing(),
    ];
  }

  /** Clients add up the deltas, so arguments that nobody wrote are a delta too. */
  #argumentsDone(place: object, done: { readonly name: string; readonly arguments: string }, silent: boolean): readonly WireEvent[] {
    const { name, arguments: written } = done;
    return [
      ...(silent && written !== '' ? [this.#event('response.function_call_arguments.delta', { ...place, delta: written })] : []),
      this.#event('response.function_call_arguments.done', { ...place, name, arguments: written }),
    ];
  }

  #stop({ reason, usage }: Stop): readonly WireEvent[] {
    for (const item of this.#open.values()) this.#end(item);
    this.#over = true;
    const ending = writeStop(reason, this.#said);
    const done = this.#release(ending.status);
    const response = {
      ...responseShell({ id: this.#id ?? '' }, this.#about),
      ...ending,
      output: this.#output,
      usage: usage === undefined ? null : writeUsage(usage),
    };
    return [...done, this.#event(`response.${ending.status}`, { response })];
  }

  #fail(event: object): readonly WireEvent[] {
    this.#over = true;
    return [{ event: 'error', data: JSON.stringify(event) }];
  }
}

export const newStreamEncoder = (about: ResponseAbout): Machine<ChatEvent, WireEvent> => new ResponsesStreamEncoder(about);
