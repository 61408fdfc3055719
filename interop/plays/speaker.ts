import type { UpstreamRequest } from '#fixtures/upstreams/script';

import type { Question, Refusal, Reply } from './question.ts';

/** What is put on the wire. */
export interface Spoken {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** One piece per event; one piece alone for what is no stream. */
  readonly pieces: readonly string[];
}

/** How one vendor's API is read and written; each is written from the vendor's documentation, apart from proxy/dialects. */
export interface Speaker {
  readonly read: (request: UpstreamRequest) => Question | Refusal;
  readonly say: (question: Question, reply: Reply, request: UpstreamRequest) => Spoken;
  readonly refuse: (refusal: Refusal) => Spoken;
  /** Answers to operations other than `generate`. */
  readonly other?: (request: UpstreamRequest) => Spoken | undefined;
}

const json = 'application/json';

export const saysJson = (value: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): Spoken => ({
  status,
  headers: { 'content-type': json, ...headers },
  pieces: [JSON.stringify(value)],
});

export const saysEvents = (pieces: readonly string[], headers: Readonly<Record<string, string>> = {}): Spoken => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', ...headers },
  pieces,
});
