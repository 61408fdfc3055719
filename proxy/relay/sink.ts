import type { Clock } from '../clock.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import type { EventWriter } from './framing.ts';
import type { Opened } from './open-answer.ts';
import type { ExchangeEnd } from './record.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import type { EndSignal } from './departure.ts';

/** An error on its way to the client. */
export interface Refusal {
  readonly dialect: Dialect;
  readonly info: ErrorInfo;
  /** The upstream's own envelope, where it may pass as it came. */
  readonly untouched?: string | undefined;
  readonly headers?: ReplyHeaders;
}

/** What a sink needs to know to keep a client company that waits for a streamed answer. */
export interface ExpectedStream {
  readonly writer: EventWriter;
  /** How the client's dialect tells of a failure inside of a stream that has begun. */
  readonly errorText: (info: ErrorInfo) => string;
  readonly clock: Clock;
  /** Longest silence towards the client. */
  readonly silenceMs: number;
  /** Whether silence is only broken once the answer has begun (persona). */
  readonly afterFirstPayload: boolean;
}

/** Where the answer of one exchange goes: an HTTP reply, or the frames of a socket. Each sink takes one answer. */
export interface Sink {
  /** What the request's log line says of the way. */
  readonly about: Readonly<Record<string, unknown>>;
  /** The status that the client was told. */
  readonly status: () => number;
  /** Calls `left` when the client goes before it has its answer. Returns how to stop listening. */
  readonly onLeft: (left: () => void) => () => void;
  /** The client waits for a stream: silence may be broken from now on, until `release`. */
  readonly expectStream?: (expected: ExpectedStream) => void;
  /** The exchange is over, in whatever way: no timer stays, and an answer that was begun and not ended is broken off. */
  readonly release?: () => void;
  readonly giveWhole: (whole: Extract<Opened, { kind: 'whole' }>, headers: ReplyHeaders, signal: EndSignal) => Promise<ExchangeEnd>;
  readonly giveStream: (opened: Extract<Opened, { kind: 'stream' }>, headers: ReplyHeaders, signal: EndSignal) => Promise<ExchangeEnd>;
  readonly giveError: (refusal: Refusal) => Promise<void>;
  /** Nobody is there to answer to, or the proxy closes: nothing may look complete. */
  readonly leave: () => void;
}
