import type { Dialect, Machine, WireEvent } from '../dialects/dialect.ts';
import { ProxyError } from '../errors.ts';
import type { ChatEvent, ErrorInfo } from '../ir/chat.ts';
import type { StreamErrorWords } from '../personas/acting/stream-errors.ts';
import { AnswerMeter } from '../usage/answer-meter.ts';
import type { AnswerSize } from '../usage/answer-meter.ts';
import type { AnswerEdit } from './edit-answer.ts';
import type { EventWriter } from './framing.ts';
import type { ShownEvents } from './own-stream.ts';
import { leadingPieces } from './leading-pieces.ts';
import { newEventParser } from './read-events.ts';
import type { EventBatch } from './read-events.ts';

/** What one step of the upstream's stream became. */
export interface Step {
  readonly out: string | Buffer;
  /** The stream has failed; `out` ends with the error as the client's dialect writes it. Nothing may follow. */
  readonly error?: ErrorInfo;
  /** Whether the error came before anything else, so that it can still be an ordinary HTTP error. */
  readonly errorIsFirst?: boolean;
  /** There was no event in it. */
  readonly isEmpty?: boolean;
}

export interface StreamSides {
  readonly upstream: Dialect;
  readonly client: Dialect;
  readonly writer: EventWriter;
  /** Applied to events when both sides speak one dialect. */
  readonly edit: AnswerEdit | undefined;
  /** Whether bytes may pass as they are: same dialect, same framing, nothing to edit. */
  readonly untouched: boolean;
  /** What the client gets of the events, when both sides speak one dialect; all when absent. */
  readonly shows?: ShownEvents | undefined;
  readonly newEncoder: () => Machine<ChatEvent, WireEvent>;
  /** Takes out what no client may see, before anything else is done. */
  readonly redact: (batch: EventBatch) => EventBatch;
  /** What becomes of a stream without its terminal event (persona). */
  readonly truncated?: 'done' | 'silent' | 'error' | undefined;
  /** Words the proxy's own error events (persona). */
  readonly wordErrors?: StreamErrorWords | undefined;
}

const badAnswer = (message: string): ErrorInfo => new ProxyError('upstream-bad-answer', message).toInfo();

const infoOf = (error: unknown): ErrorInfo =>
  error instanceof ProxyError ? error.toInfo() : badAnswer(`The upstream's stream could not be read: ${(error as Error).message}`);

const isOurs = ({ code }: ErrorInfo): boolean => code === 'upstream_bad_answer';

/**
 * Carries a streamed answer to the client: as bytes, as edited events, or translated. In each case it reads along, so that a stream
 * without its terminal event, or one that cannot be read, ends in the client dialect's error event and never looks complete.
 */
export class AnswerStream {
  readonly #sides: StreamSides;
  readonly #decoder: Machine<WireEvent, ChatEvent>;
  readonly #encoder: Machine<ChatEvent, WireEvent>;
  readonly #meter = new AnswerMeter();
  #seen = false;
  #ended = false;

  constructor(sides: StreamSides) {
    this.#sides = sides;
    this.#decoder = sides.upstream.newStreamDecoder();
    this.#encoder = sides.newEncoder();
  }

  get contentType(): string {
    return this.#sides.writer.contentType;
  }

  /** What has come so far. */
  size(): AnswerSize {
    return this.#meter.size();
  }

  push(received: EventBatch): Step {
    const batch = this.#sides.redact(received);
    try {
      const unread = this.#passing(batch);
      if (unread !== undefined) return this.#carry(batch, unread);
      if (batch.events.length === 0) return { out: this.#keepAlive(batch), isEmpty: true };
      const events = this.#sides.edit === undefined ? batch.events : batch.events.map((event) => this.#edited(event));
      return this.#carry(batch, events);
    } catch (error) {
      return { ...this.#failWith(infoOf(error)), errorIsFirst: !this.#seen };
    }
  }

  /** What has to be read of a batch that goes on as it came: what comes after pieces of a text. `undefined` when all has to. */
  #passing({ bytes }: EventBatch): readonly WireEvent[] | undefined {
    const { untouched, upstream, shows } = this.#sides;
    const piece = upstream.textPiece;
    if (!untouched || piece === undefined) return undefined;
    const end = leadingPieces(bytes, shows === undefined ? piece.event : piece.bareEvent);
    if (end === 0) return undefined;
    this.#seen = true;
    if (!this.#ended) this.#meter.passed(bytes.subarray(0, end), piece.event);
    return end === bytes.length ? [] : newEventParser()(bytes.subarray(end));
  }

  /** The upstream's body ended in a well-formed way. */
  finish(): Step {
    if (this.#ended) return { out: this.#owed() };
    const last = this.#lastEvents();
    this.#meter.push(last);
    const error = errorIn(last) ?? (last.some(isStop) ? undefined : badAnswer("The upstream's stream ended without its terminal event."));
    if (error !== undefined) return this.#isPassedOver(last) ? this.#endAnyway() : this.#failWith(error);
    this.#ended = true;
    return { out: (this.#translates() ? this.#encode(last) : this.#lastOf(last)) + this.#owed() };
  }

  /** The upstream's body broke off, or the proxy has to end the answer. What is already complete stays complete. */
  fail(error: unknown): Step {
    return this.#ended ? { out: this.#owed() } : this.#failWith(infoOf(error));
  }

  /** Whether all that is wrong is that the end is missing, and that is nothing to the persona. */
  #isPassedOver(last: readonly ChatEvent[]): boolean {
    const { truncated = 'error' } = this.#sides;
    return truncated !== 'error' && last.every(({ kind, ...event }) => kind !== 'error' || ('error' in event && isOurs(event.error)));
  }

  #endAnyway(): Step {
    this.#ended = true;
    const done = this.#sides.truncated === 'done' ? this.#sides.writer.write([{ data: '[DONE]' }]) : '';
    return { out: done + this.#owed() };
  }

  #translates(): boolean {
    return this.#sides.client.id !== this.#sides.upstream.id;
  }

  #edited(event: WireEvent): WireEvent {
    // Chat's `[DONE]` looks like JSON and is none.
    if (this.#sides.edit === undefined || event.data === '[DONE]' || !/^\s*[[{]/.test(event.data)) return event;
    return { ...event, data: JSON.stringify(this.#sides.edit(JSON.parse(event.data) as unknown)) };
  }

  #carry(batch: EventBatch, events: readonly WireEvent[]): Step {
    const read = events.flatMap((event) => this.#decoder.push(event));
    this.#meter.push(read);
    const error = errorIn(read);
    const errorIsFirst = !this.#seen && read[0]?.kind === 'error';
    this.#seen ||= read.length > 0;
    // A junk event is nothing that the upstream said: the client gets our error in its place.
    if (error !== undefined && (isOurs(error) || errorIsFirst) && !this.#translates()) return { ...this.#failWith(error), errorIsFirst };
    this.#ended ||= error !== undefined || read.some(isStop);
    const out = this.#translates() ? this.#encode(read, error) : this.#own(batch, events);
    return error === undefined ? { out } : { out: append(out, this.#owed()), error, errorIsFirst };
  }

  #own(batch: EventBatch, events: readonly WireEvent[]): string | Buffer {
    const { shows, untouched, writer } = this.#sides;
    const shown = shows === undefined ? events : shows(events);
    if (untouched && shown === events) return batch.bytes;
    // Of a batch that was read in part, all events are to be written.
    return writer.write(untouched && shows !== undefined ? shows(batch.events) : shown);
  }

  #lastEvents(): readonly ChatEvent[] {
    try {
      return this.#decoder.finish();
    } catch (error) {
      return [{ kind: 'error', error: infoOf(error) }];
    }
  }

  /**
   * The answer is whole and the upstream left out what ends it, as some do with Chat's `[DONE]`: the client gets that, and nothing that
   * has passed already. The other dialects end with an event that says something, which only the upstream can say.
   */
  #lastOf(events: readonly ChatEvent[]): string {
    const encoder = this.#sides.newEncoder();
    const owed = events.flatMap((event) => encoder.push(event)).slice(-1);
    return this.#sides.writer.write(owed.filter(({ data }) => data === '[DONE]'));
  }

  #encode(events: readonly ChatEvent[], error?: ErrorInfo): string {
    const made = events.flatMap((event) => this.#encoder.push(event));
    return this.#sides.writer.write(error === undefined ? made : this.#worded(made, error));
  }

  #worded(events: readonly WireEvent[], error: ErrorInfo): readonly WireEvent[] {
    return this.#sides.wordErrors?.(events, error) ?? events;
  }

  #failWith(error: ErrorInfo): Step {
    this.#ended = true;
    const encoder = this.#translates() ? this.#encoder : this.#sides.newEncoder();
    const worded = this.#worded(encoder.push({ kind: 'error', error }), error);
    return { out: this.#sides.writer.write(worded) + this.#sides.writer.end(), error };
  }

  /** What the client's framing needs at the end of a complete answer. */
  #owed(): string {
    return this.#sides.writer.end();
  }

  /** An upstream's comment says that it lives; a client behind a translation should know that too. */
  #keepAlive({ bytes }: EventBatch): string | Buffer {
    if (this.#sides.untouched) return bytes;
    return this.#seen && !this.#ended ? this.#sides.writer.keepAlive : '';
  }
}

const isStop = ({ kind }: ChatEvent): boolean => kind === 'stop';

const errorIn = (events: readonly ChatEvent[]): ErrorInfo | undefined => events.find((event) => event.kind === 'error')?.error;

const append = (out: string | Buffer, text: string): string | Buffer => {
  if (text === '') return out;
  return typeof out === 'string' ? out + text : Buffer.concat([out, Buffer.from(text)]);
};
