import type { ChatEvent, TokenLogprob, UrlCitation } from '../../ir/chat.ts';
import { charactersIn } from '../characters.ts';
import { asCustomCalls } from '../custom-calls.ts';
import type { Machine, ResponseAbout, WireEvent } from '../dialect.ts';
import { encodeOpenAiError } from '../openai-envelope.ts';
import { writeLogprobs } from '../openai-logprobs.ts';
import { writeAnnotations } from './response.ts';
import { shownId, writeStop, writeUsage } from './wire.ts';

type PartStart = Extract<ChatEvent, { kind: 'part-start' }>;
type Stop = Extract<ChatEvent, { kind: 'stop' }>;

interface OpenPart {
  readonly start: PartStart;
  /** Position among the tool calls. */
  readonly call: number;
  empty: boolean;
  /** Characters: how many of content there were before this text, and how many it has. */
  readonly offset: number;
  length: number;
  readonly citations: UrlCitation[];
}

/**
 * Writes `chat.completion.chunk` events: the role first, then deltas, one finish chunk, the usage chunk where it is wanted, `[DONE]`.
 * An error is the last event and has no `[DONE]` after it (sheet 1.5). Signatures have no place here.
 */
class ChatStreamEncoder implements Machine<ChatEvent, WireEvent> {
  readonly #about: ResponseAbout & { readonly wantsUsage: boolean };
  readonly #parts = new Map<number, OpenPart>();
  readonly #restore: ReturnType<typeof asCustomCalls>;
  #calls = 0;
  /** Characters of content so far. */
  #content = 0;
  #refused = false;
  /** The text of a chunk up to its choices, made once: it is the same in every chunk. */
  #head = '';
  #over = false;

  constructor(about: ResponseAbout & { readonly wantsUsage: boolean }) {
    this.#about = about;
    this.#restore = asCustomCalls(about.customTools);
  }

  readonly push = (event: ChatEvent): readonly WireEvent[] => {
    if (this.#over) return [];
    if (event.kind === 'error') return this.#fail({ data: JSON.stringify(encodeOpenAiError(event.error)) });
    if (event.kind === 'start') return this.#start(event.id);
    const opening = this.#start('');
    return [...opening, ...this.#restore(event).flatMap((next) => this.#write(next))];
  };

  /** Nothing is owed: a stream without a stop stays without a finish chunk, and its client can tell. */
  readonly finish = (): readonly WireEvent[] => [];

  #write(event: ChatEvent): readonly WireEvent[] {
    if (event.kind === 'part-start') return this.#open(event);
    if (event.kind === 'delta') return this.#delta(event.index, event.text, event.logprobs);
    if (event.kind === 'citation') this.#parts.get(event.index)?.citations.push(event.citation);
    if (event.kind === 'part-end') return this.#end(event.index);
    if (event.kind === 'stop') return this.#stop(event);
    return [];
  }

  #start(id: string): readonly WireEvent[] {
    if (this.#head !== '') return [];
    const { createdAt, model } = this.#about;
    this.#head = JSON.stringify({ id: shownId(id, this.#about), object: 'chat.completion.chunk', created: createdAt, model }).slice(0, -1);
    return [this.#chunk({ role: 'assistant', content: '', refusal: null })];
  }

  #chunk(delta: object, finishReason: string | null = null, logprobs: object | null = null): WireEvent {
    const choice = `{"index":0,"delta":${JSON.stringify(delta)},"logprobs":${JSON.stringify(logprobs)},"finish_reason":${JSON.stringify(finishReason)}}`;
    return { data: `${this.#head},"choices":[${choice}]${this.#about.wantsUsage ? ',"usage":null' : ''}}` };
  }

  #open(start: PartStart): readonly WireEvent[] {
    const call = start.part === 'tool-call' ? this.#calls++ : -1;
    this.#parts.set(start.index, { start, call, empty: true, offset: this.#content, length: 0, citations: [] });
    if (start.part !== 'tool-call') return [];
    const { id, name } = start;
    const opened = start.custom ? { type: 'custom', custom: { name, input: '' } } : { type: 'function', function: { name, arguments: '' } };
    return [this.#chunk({ tool_calls: [{ index: call, id, ...opened }] })];
  }

  #delta(index: number, text: string, tokens: readonly TokenLogprob[] = []): readonly WireEvent[] {
    const part = this.#parts.get(index);
    if (part === undefined || (text === '' && tokens.length === 0)) return [];
    part.empty = false;
    if (part.start.part === 'text') return [this.#text(part, text, tokens)];
    if (part.start.part === 'reasoning') return [this.#chunk({ reasoning_content: text })];
    const piece = part.start.custom ? { custom: { input: text } } : { function: { arguments: text } };
    return [this.#chunk({ tool_calls: [{ index: part.call, ...piece }] })];
  }

  #text(part: OpenPart, text: string, tokens: readonly TokenLogprob[]): WireEvent {
    const logprobs = tokens.length > 0 ? writeLogprobs(tokens) : null;
    if (part.start.part === 'text' && part.start.refusal) {
      this.#refused = true;
      return this.#chunk({ refusal: text }, null, logprobs && { content: null, refusal: logprobs });
    }
    const length = charactersIn(text);
    part.length += length;
    this.#content += length;
    return this.#chunk({ content: text }, null, logprobs && { content: logprobs, refusal: null });
  }

  /** A function call without arguments gets an empty object, because clients parse them. Citations need to know how long their text is. */
  #end(index: number): readonly WireEvent[] {
    const part = this.#parts.get(index);
    if (part === undefined) return [];
    const owesArguments = part.start.part === 'tool-call' && !part.start.custom && part.empty;
    const owed = owesArguments ? this.#delta(index, '{}') : [];
    this.#parts.delete(index);
    const annotations = writeAnnotations(part, part.length, part.offset);
    return annotations.length > 0 ? [...owed, this.#chunk({ annotations })] : owed;
  }

  #stop({ reason, usage }: Stop): readonly WireEvent[] {
    const open = [...this.#parts.keys()].flatMap((index) => this.#end(index));
    this.#over = true;
    const counted = this.#about.wantsUsage && usage !== undefined;
    return [
      ...open,
      this.#chunk({}, writeStop(reason, { refusal: this.#refused, toolCalls: this.#calls > 0 })),
      ...(counted ? [{ data: `${this.#head},"choices":[],"usage":${JSON.stringify(writeUsage(usage))}}` }] : []),
      { data: '[DONE]' },
    ];
  }

  #fail(event: WireEvent): readonly WireEvent[] {
    this.#over = true;
    return [event];
  }
}

export const newStreamEncoder = (about: ResponseAbout & { readonly wantsUsage: boolean }): Machine<ChatEvent, WireEvent> =>
  new ChatStreamEncoder(about);
