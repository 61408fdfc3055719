import type { ChatEvent, ChatResponse, Usage } from '../ir/chat.ts';
import { textOfPieces } from '../dialects/plain-piece.ts';
import { TextSample, sampleOf } from './text-sample.ts';
import type { SampledText } from './text-sample.ts';

/** What an answer tells of its size: the upstream's own count where it gave one, and its text to count where it did not. */
export interface AnswerSize {
  /** The last that the upstream said; one that came before the end of a broken stream counts too. */
  readonly usage?: Usage;
  readonly text: SampledText;
}

/** As many bytes of a stream as have the text that is sampled in them, where a piece of four letters takes 250 bytes. */
const mostUnreadBytes = 262_144;

const smallBytes = 4_096;

/** A stream of so many pieces is a slow one, of which there may be many at once: their text is a tenth of their bytes. */
const mostUnreadPieces = 32;

const nothingSaid: SampledText = sampleOf([]);

/** Reads along with a streamed answer. Keeps its numbers and a bounded beginning of its text. */
export class AnswerMeter {
  readonly #text = new TextSample();
  #usage: Usage | undefined;
  #unread: Buffer[] = [];
  #unreadBytes = 0;
  #keptBytes = 0;
  #piece: RegExp | undefined;

  push(events: readonly ChatEvent[]): void {
    for (const event of events) {
      if (event.kind === 'delta') this.#text.add(event.text);
      else if (event.kind === 'part-start' && event.part === 'tool-call') this.#text.add(event.name);
      else if (event.kind === 'stop' && event.usage !== undefined) this.#usage = event.usage;
    }
  }

  /** Pieces of text that passed unread. Should nobody count them, they are read after all; the beginning of many stands for all. */
  passed(bytes: Buffer, piece: RegExp): void {
    this.#piece = piece;
    this.#unreadBytes += bytes.length;
    if (this.#keptBytes >= mostUnreadBytes) return;
    // A small piece keeps the place that a read of 64 KiB was given.
    this.#unread.push(bytes.length < smallBytes ? Buffer.from(bytes) : bytes);
    this.#keptBytes += bytes.length;
    if (this.#unread.length >= mostUnreadPieces) this.#readOn();
  }

  /** Reads what has passed so far, and keeps its text only. */
  #readOn(): void {
    this.#text.add(this.#textOfUnread());
    this.#unread = [];
    this.#unreadBytes -= this.#keptBytes;
    this.#keptBytes = 0;
  }

  #textOfUnread(): string {
    return this.#piece === undefined ? '' : textOfPieces(Buffer.concat(this.#unread), this.#piece);
  }

  size(): AnswerSize {
    if (this.#usage !== undefined) return { text: this.#text, usage: this.#usage };
    return { text: this.#unreadBytes === 0 ? this.#text : this.#withUnread() };
  }

  #withUnread(): SampledText {
    const text = new TextSample();
    text.add(this.#text.beginning);
    text.add(this.#textOfUnread());
    const scale = this.#unreadBytes / this.#keptBytes;
    const unread = text.length - this.#text.beginning.length;
    return { beginning: text.beginning, length: Math.round(this.#text.length + unread * scale) };
  }
}

const textsOf = ({ parts }: ChatResponse): readonly string[] =>
  parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name, part.arguments] : [part.text]));

export const sizeOfResponse = (response: ChatResponse): AnswerSize => ({
  ...(response.usage !== undefined && { usage: response.usage }),
  get text() {
    return sampleOf(textsOf(response));
  },
});

/** Of an answer of which nobody needs the text, because the upstream counted. */
export const sizeAsTold = (usage: Usage): AnswerSize => ({ usage, text: nothingSaid });

const tokens = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** The count in an answer that is no conversation: embeddings, compaction. */
export const sizeOfOther = (wire: unknown): AnswerSize => {
  const { usage } = (wire ?? {}) as { readonly usage?: Readonly<Record<string, unknown>> | null };
  const input = tokens(usage?.input_tokens) ?? tokens(usage?.prompt_tokens);
  if (input === undefined) return { text: nothingSaid };
  return { text: nothingSaid, usage: { input, output: tokens(usage?.output_tokens) ?? 0 } };
};
