import { ProxyError } from '../errors.ts';
import type { Answered } from './response-reader.ts';

const message = (text: string): unknown => ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });

/** `input` as a list; `undefined` when it is nothing that can be put together with another. */
const itemsOf = (input: unknown): readonly unknown[] | undefined => {
  if (input === undefined || input === null) return [];
  if (typeof input === 'string') return [message(input)];
  return Array.isArray(input) ? (input as readonly unknown[]) : undefined;
};

const notFound = (id: unknown): ProxyError => {
  const shown = typeof id === 'string' ? `'${id.slice(0, 200)}'` : 'that is not text';
  return new ProxyError('previous-response-not-found', `Previous response with id ${shown} not found.`, { param: 'previous_response_id' });
};

interface Remembered {
  readonly id: string;
  readonly items: readonly unknown[];
}

/**
 * What one socket remembers: the last response that ended well, with all that led to it (sheet X4, P-X4). Upstreams are asked over
 * HTTP and need not store anything, so the whole conversation goes up each time. A turn that failed changes nothing.
 */
export class Transcript {
  readonly #maxBytes: number;
  #last: Remembered | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The whole `input` of a request. Without `previous_response_id` that is the request's own, and a new conversation.
   * @throws ProxyError when the response to continue is not the last one of this socket, or `input` is neither list nor text.
   */
  whole(previousId: unknown, input: unknown): unknown {
    if (previousId === undefined || previousId === null) return input;
    if (this.#last === undefined || this.#last.id !== previousId) throw notFound(previousId);
    const added = itemsOf(input);
    if (added === undefined) throw new ProxyError('invalid-request', 'Expected "input" to be a list or text.', { param: 'input' });
    return [...this.#last.items, ...added];
  }

  /** Keeps a response with the whole `input` that it answered; one that no request could continue, for its size, is forgotten. */
  remember({ id, output }: Answered, input: unknown): void {
    const before = itemsOf(input);
    const items = before === undefined ? undefined : [...before, ...output];
    const fits = items !== undefined && Buffer.byteLength(JSON.stringify(items)) <= this.#maxBytes;
    this.#last = fits ? { id, items } : undefined;
  }
}
