import { createParser } from 'eventsource-parser';

import type { SseEvent } from '#scenarios/kit/sight';

/** A larger answer is cut off; nothing that a proxy answers in this suite comes near. */
export const maxAnswerBytes = 64 * 1024 * 1024;
const maxEvents = 200_000;

/** JSON or `undefined`; hostile text never throws. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

/** Collects an answer as it arrives, and its events with their times when it is an event stream. */
export class AnswerReader {
  readonly #chunks: Buffer[] = [];
  readonly #events: SseEvent[] = [];
  readonly #elapsed: () => number;
  readonly #most: number;
  readonly #feed: ((chunk: Buffer) => void) | undefined;
  #bytes = 0;

  /**
   * @param elapsed milliseconds since the request was sent
   * @param most bytes that are taken
   */
  constructor(contentType: string, elapsed: () => number, most = maxAnswerBytes) {
    this.#elapsed = elapsed;
    this.#most = most;
    this.#feed = /^text\/event-stream\b/i.test(contentType.trim()) ? this.#eventFeed() : undefined;
  }

  #eventFeed(): (chunk: Buffer) => void {
    const decoder = new TextDecoder('utf-8');
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (this.#events.length >= maxEvents) return;
        this.#events.push({ ...(event !== undefined && { event }), data, json: parseJson(data), atMs: this.#elapsed() });
      },
    });
    return (chunk) => parser.feed(decoder.decode(chunk, { stream: true }));
  }

  /** Takes one chunk; false when the answer is too large to go on. */
  push(chunk: Buffer): boolean {
    if (this.#bytes + chunk.byteLength > this.#most) return false;
    this.#bytes += chunk.byteLength;
    this.#chunks.push(chunk);
    this.#feed?.(chunk);
    return true;
  }

  /** What has arrived. An event without its closing blank line was not delivered and is not among the events. */
  get answer(): { readonly bodyText: string; readonly json: unknown; readonly events: readonly SseEvent[] } {
    const bodyText = Buffer.concat(this.#chunks).toString('utf8');
    return { bodyText, json: this.#feed ? undefined : parseJson(bodyText), events: this.#events };
  }
}
