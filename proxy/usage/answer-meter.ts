import type { ChatEvent, ChatResponse, Usage } from '../ir/chat.ts';
import { TextSample, sampleOf } from './text-sample.ts';
import type { SampledText } from './text-sample.ts';

/** What an answer tells of its size: the upstream's own count where it gave one, and its text to count where it did not. */
export interface AnswerSize {
  /** The last that the upstream said; one that came before the end of a broken stream counts too. */
  readonly usage?: Usage;
  readonly text: SampledText;
}

const nothingSaid: SampledText = sampleOf([]);

/** Reads along with a streamed answer. Keeps its numbers and a bounded beginning of its text. */
export class AnswerMeter {
  readonly #text = new TextSample();
  #usage: Usage | undefined;

  push(events: readonly ChatEvent[]): void {
    for (const event of events) {
      if (event.kind === 'delta') this.#text.add(event.text);
      else if (event.kind === 'part-start' && event.part === 'tool-call') this.#text.add(event.name);
      else if (event.kind === 'stop' && event.usage !== undefined) this.#usage = event.usage;
    }
  }

  size(): AnswerSize {
    return { text: this.#text, ...(this.#usage !== undefined && { usage: this.#usage }) };
  }
}

const textsOf = ({ parts }: ChatResponse): readonly string[] =>
  parts.flatMap((part) => (part.kind === 'tool-call' ? [part.name, part.arguments] : [part.text]));

export const sizeOfResponse = (response: ChatResponse): AnswerSize => ({
  text: sampleOf(textsOf(response)),
  ...(response.usage !== undefined && { usage: response.usage }),
});

const tokens = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** The count in an answer that is no conversation: embeddings, compaction. */
export const sizeOfOther = (wire: unknown): AnswerSize => {
  const { usage } = (wire ?? {}) as { readonly usage?: Readonly<Record<string, unknown>> | null };
  const input = tokens(usage?.input_tokens) ?? tokens(usage?.prompt_tokens);
  if (input === undefined) return { text: nothingSaid };
  return { text: nothingSaid, usage: { input, output: tokens(usage?.output_tokens) ?? 0 } };
};
