import type { ChatEvent } from '../../ir/chat.ts';
import type { Machine, ResponseAbout, WireEvent } from '../dialect.ts';
import { encodeOpenAiError } from '../openai-envelope.ts';
import { choiceOf, headOf, writeStop, writeUsage } from './wire.ts';

type About = ResponseAbout & { readonly wantsUsage: boolean };
type Stop = Extract<ChatEvent, { kind: 'stop' }>;

const done: WireEvent = { data: '[DONE]' };

/**
 * Writes `text_completion` chunks: one per piece of text, one with the finish reason, one with usage when it was asked for, `[DONE]`.
 * Without a stop none of the last three comes, so that a client can tell that the answer is not whole.
 */
class CompletionStreamEncoder implements Machine<ChatEvent, WireEvent> {
  readonly #about: About;
  readonly #textParts = new Set<number>();
  #id = '';
  #over = false;

  constructor(about: About) {
    this.#about = about;
  }

  readonly push = (event: ChatEvent): readonly WireEvent[] => {
    if (this.#over) return [];
    if (event.kind === 'start') this.#id = event.id;
    else if (event.kind === 'part-start' && event.part === 'text') this.#textParts.add(event.index);
    else if (event.kind === 'delta') return this.#text(event.index, event.text);
    else if (event.kind === 'stop') return this.#stop(event);
    else if (event.kind === 'error') {
      this.#over = true;
      return [{ data: JSON.stringify(encodeOpenAiError(event.error)) }];
    }
    return [];
  };

  /** Nothing is owed. */
  readonly finish = (): readonly WireEvent[] => [];

  /** Reasoning and tool arguments have no place in a text. */
  #text(index: number, text: string): readonly WireEvent[] {
    return text === '' || !this.#textParts.has(index) ? [] : [this.#chunk(text, null)];
  }

  #stop({ reason, usage }: Stop): readonly WireEvent[] {
    this.#over = true;
    const counted = this.#about.wantsUsage && usage !== undefined;
    const last = counted ? [{ data: JSON.stringify({ ...this.#head(), choices: [], usage: writeUsage(usage) }) }] : [];
    return [this.#chunk('', writeStop(reason)), ...last, done];
  }

  #chunk(text: string, finishReason: string | null): WireEvent {
    const usage = this.#about.wantsUsage ? { usage: null } : {};
    return { data: JSON.stringify({ ...this.#head(), choices: [choiceOf(text, finishReason)], ...usage }) };
  }

  #head() {
    return headOf(this.#id, this.#about);
  }
}

export const newStreamEncoder = (about: About): Machine<ChatEvent, WireEvent> => new CompletionStreamEncoder(about);
