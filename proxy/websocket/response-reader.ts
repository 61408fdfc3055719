import { asTree } from './frames.ts';
import type { Tree } from './frames.ts';

/** A response that a later request may continue. */
export interface Answered {
  readonly id: string;
  readonly output: readonly unknown[];
}

const goodEnds = new Set<unknown>(['response.completed', 'response.incomplete', 'response.done']);

/** Whether an event has to be parsed to know what it means here; most are pieces of text. */
const matters = /"(?:response\.(?:output_item\.done|completed|incomplete|done|failed)|error)"/;

/** An event as far as it matters here, `{}` when it does not. @returns `undefined` for what is no event at all. */
export const readEvent = (line: string): Tree | undefined => {
  if (!matters.test(line)) return {};
  try {
    return asTree(JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
};

/** Whether nothing follows this event. */
export const isEnd = ({ type }: Tree): boolean => goodEnds.has(type) || type === 'response.failed';

/** Reads along a streamed response and keeps what a continuation needs: its id and its output items. */
export class ResponseReader {
  readonly #maxBytes: number;
  #bytes = 0;
  #items: unknown[] = [];
  #answered: Answered | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  take({ type, item, response }: Tree, bytes: number): void {
    if (type === 'response.output_item.done') this.#keep(item, bytes);
    if (goodEnds.has(type)) this.#end(asTree(response) ?? {});
  }

  /** The response, once it has ended well and unless it is larger than what is remembered. */
  get answered(): Answered | undefined {
    return this.#answered;
  }

  #keep(item: unknown, bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#maxBytes) this.#items = [];
    else this.#items.push(item);
  }

  /** Some upstreams leave `output` empty at the end; then what was streamed counts. */
  #end({ id, output }: Tree): void {
    if (typeof id !== 'string' || this.#bytes > this.#maxBytes) return;
    const repeated: readonly unknown[] = Array.isArray(output) ? output : [];
    this.#answered = { id, output: repeated.length > 0 ? repeated : this.#items };
  }
}
