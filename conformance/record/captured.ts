import type { Framing, RecordedEnd } from '#fixtures/recordings/recording';

import type { TappedBody } from './answer-tap.ts';

/** Name and value, in order. */
export type Fields = readonly (readonly [string, string])[];

/** Node's flat list as pairs. Done several times for every exchange that passes, on its way. */
export const pairs = (raw: readonly string[]): [string, string][] => {
  const fields: [string, string][] = [];
  for (let at = 0; at < raw.length; at += 2) fields.push([raw[at] ?? '', raw[at + 1] ?? '']);
  return fields;
};

/** An answer as it was on the wire. Times ending in `AtMs` are on one monotonic clock. */
export interface CapturedAnswer {
  readonly status: number;
  readonly reason: string;
  readonly version: '1.0' | '1.1';
  readonly informational: readonly { readonly status: number; readonly fields: Fields }[];
  readonly fields: Fields;
  /** After the whole request had been sent, or 0 for an answer that did not wait for it. */
  readonly headAfterMs: number;
  readonly headAtMs: number;
  readonly framing: Framing;
  readonly body: TappedBody;
  readonly trailers: Fields;
  readonly ends: RecordedEnd;
  readonly endedAtMs: number;
}

export interface CapturedFrame {
  readonly from: 'client' | 'upstream';
  readonly atMs: number;
  readonly kind: 'text' | 'binary' | 'ping' | 'pong' | 'close';
  readonly data: Buffer;
  readonly code?: number;
}

export interface CapturedSocket {
  readonly protocol?: string;
  readonly startedAtMs: number;
  readonly frames: readonly CapturedFrame[];
  readonly ends: 'close' | 'fin';
  /** More bytes came than are kept. */
  readonly tooLarge: boolean;
}

export interface CapturedRequest {
  readonly method: string;
  /** Path and query below the upstream's mount. */
  readonly target: string;
  readonly fields: Fields;
  /** Absent where it was larger than is kept. */
  readonly body?: Buffer;
  /** It came to its end. */
  readonly whole: boolean;
}

/** Why what passed cannot be played again. */
export type Spoiled = 'client-left' | 'upstream-hung' | 'no-answer' | 'http2' | 'stopped';

/** When an exchange began. */
export interface Begun {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** How many of the same pass-through began before it: several do in one millisecond, and they end in another order. */
  readonly before?: number;
}

/** One exchange as it was on the wire, before anything is taken out of it. */
export interface Captured extends Begun {
  readonly request: CapturedRequest;
  readonly answer?: CapturedAnswer;
  readonly socket?: CapturedSocket;
  readonly spoiled?: { readonly by: Spoiled; readonly detail: string };
}
