import type { ChatEvent } from '../../ir/chat.ts';
import type { Machine, ResponseAbout, WireEvent } from '../dialect.ts';
import { encodeOpenAiError } from '../openai-envelope.ts';
import { shownId, writeStop, writeUsage } from './wire.ts';

type PartStart = Extract<ChatEvent, { kind: 'part-start' }>;
type Stop = Extract<ChatEvent, { kind: 'stop' }>;

interface OpenPart {
  readonly kind: PartStart['part'];
  /** Position among the tool calls. */
  readonly call: number;
  empty: boolean;
}

/**
 * Writes `chat.completion.chunk` events: the role first, then deltas, one finish chunk, the usage chunk where it is wanted, `[DONE]`.
 * An error is the last event and has no `[DONE]` after it (sheet 1.5). Signatures have no place here.
 */
class ChatStreamEncoder implements Machine<ChatEvent, WireEvent> {
  readonly #about: ResponseAbout & { readonly wantsUsage: boolean };
  readonly #parts = new Map<number, OpenPart>();
  #calls = 0;
  /** The text of a chunk up to its choices, made once: it is the same in every chunk. */
  #head = '';
  #over = false;

  constructor(about: ResponseAbout & { readonly wantsUsage: boolean }) {
    this.#about = about;
  }

  readonly push = (event: ChatEvent): readonly WireEvent[] => {
    if (this.#over) return [];
    if (event.kind === 'error') return this.#fail({ data: JSON.stringify(encodeOpenAiError(event.error)) });
    if (event.kind === 'start') return this.#start(event.id);
    const opening = this.#start('');
    return [...opening, ...this.#write(event)];
  };

  /** Nothing is owed: a stream without a stop stays without a finish chunk, and its client can tell. */
  readonly finish = (): readonly WireEvent[] => [];

  #write(event: Exclude<ChatEvent, { kind: 'error' | 'start' }>): readonly WireEvent[] {
    if (event.kind === 'part-start') return this.#open(event);
    if (event.kind === 'delta') return this.#delta(event.index, event.text);
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

  #chunk(delta: object, finishReason: string | null = null): WireEvent {
    const choice = `{"index":0,"delta":${JSON.stringify(delta)},"logprobs":null,"finish_reason":${JSON.stringify(finishReason)}}`;
    return { data: `${this.#head},"choices":[${choice}]${this.#about.wantsUsage ? ',"usage":null' : ''}}` };
  }

  #open(event: PartStart): readonly WireEvent[] {
    if (event.part !== 'tool-call') {
      this.#parts.set(event.index, { kind: event.part, call: -1, empty: true });
      return [];
    }
    const index = this.#calls++;
    this.#parts.set(event.index, { kind: event.part, call: index, empty: true });
    const call = { index, id: event.id, type: 'function', function: { name: event.name, arguments: '' } };
    return [this.#chunk({ tool_calls: [call] })];
  }

  #delta(index: number, text: string): readonly WireEvent[] {
    const part = this.#parts.get(index);
    if (part === undefined || text === '') return [];
    part.empty = false;
    if (part.kind === 'text') return [this.#chunk({ content: text })];
    if (part.kind === 'reasoning') return [this.#chunk({ reasoning_content: text })];
    return [this.#chunk({ tool_calls: [{ index: part.call, function: { arguments: text } }] })];
  }

  /** A call without arguments gets an empty object, because clients parse them. */
  #end(index: number): readonly WireEvent[] {
    const part = this.#parts.get(index);
    const owed = part?.kind === 'tool-call' && part.empty ? this.#delta(index, '{}') : [];
    this.#parts.delete(index);
    return owed;
  }

  #stop({ reason, usage }: Stop): readonly WireEvent[] {
    const open = [...this.#parts.keys()].flatMap((index) => this.#end(index));
    this.#over = true;
    const counted = this.#about.wantsUsage && usage !== undefined;
    return [
      ...open,
      this.#chunk({}, writeStop(reason)),
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
