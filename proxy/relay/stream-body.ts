import type { ServerResponse } from 'node:http';

import type { FastifyReply } from 'fastify';

import type { AnswerPolicy } from '../personas/persona.ts';
import { KeepAlive } from './keep-alive.ts';
import type { ReplyHeaders } from './reply-headers.ts';
import type { ExpectedStream } from './sink.ts';
import type { EndSignal } from './departure.ts';

/** What streamed answers, and whole ones to clients that asked for a stream, say to caches and reverse proxies. */
export const unbuffered = (buffering: AnswerPolicy['buffering']): ReplyHeaders =>
  buffering === 'unsaid' ? { 'cache-control': 'no-cache' } : { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };

/** Whether there is room again; false when the client has left before there was. */
export const drained = (raw: Pick<ServerResponse, 'on' | 'off'>, signal: EndSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (hasRoom: boolean): void => {
      raw.off('drain', onDrain).off('close', onGone);
      signal.removeEventListener('abort', onGone);
      resolve(hasRoom);
    };
    const onDrain = (): void => end(true);
    const onGone = (): void => end(false);
    raw.on('drain', onDrain).on('close', onGone);
    signal.addEventListener('abort', onGone);
  });

/** The body of one streamed reply. Its first write, answer or keep-alive, commits the status 200. */
export class StreamBody {
  readonly #reply: FastifyReply;
  readonly #raw: ServerResponse;
  #keepAlive: KeepAlive | undefined;
  #begun = false;
  readonly #headers: ReplyHeaders;
  /** Keep-alives that wait for the first write (persona). */
  #startLater: (() => void) | undefined;

  /** @param buffering whether reverse proxies are told not to hold the stream back */
  constructor(reply: FastifyReply, buffering: AnswerPolicy['buffering'] = 'x-accel-buffering') {
    this.#reply = reply;
    this.#headers = unbuffered(buffering);
    this.#raw = reply.raw;
  }

  /** Whether something was written, so that status and headers cannot change any more. */
  get begun(): boolean {
    return this.#begun;
  }

  expect({ writer, clock, silenceMs, afterFirstPayload }: ExpectedStream): void {
    if (silenceMs === 0 || writer.keepAlive === '') return;
    const start = (): void => {
      this.#startLater = undefined;
      this.#keepAlive = new KeepAlive(clock, silenceMs, () => {
        this.begin(writer.contentType, {});
        // A client that does not read is not waiting for us.
        if (!this.#raw.destroyed && !this.#raw.writableNeedDrain) this.#raw.write(writer.keepAlive);
      });
    };
    if (afterFirstPayload) this.#startLater = start;
    else start();
  }

  begin(contentType: string, headers: ReplyHeaders): void {
    if (this.#begun) return this.#tellLate(contentType, headers);
    this.#begun = true;
    this.#reply.hijack();
    // A write that crosses with the client's leaving must not end the process; the signal tells of the leaving.
    this.#raw.on('error', () => undefined);
    this.#raw.writeHead(200, { ...headers, 'content-type': contentType, ...this.#headers });
    this.#startLater?.();
  }

  /** A keep-alive has sent the head: what would have been headers is said in comments, where the framing has any. */
  #tellLate(contentType: string, headers: ReplyHeaders): void {
    const lines = Object.entries(headers).map(([name, value]) => `: ${name}: ${value}\n`);
    if (lines.length > 0 && contentType === 'text/event-stream') this.#raw.write(`${lines.join('')}\n`);
  }

  /** Writes; what must be waited for is the client whose buffer is full. False when it has left. */
  write(out: string | Buffer, signal: EndSignal): boolean | Promise<boolean> {
    if (signal.aborted || this.#raw.destroyed) return false;
    if (out.length === 0) return true;
    this.#keepAlive?.wrote();
    if (this.#raw.write(out)) return true;
    return drained(this.#raw, signal);
  }

  end(last?: string | Buffer): void {
    this.silence();
    if (last === undefined || last.length === 0) this.#raw.end();
    else this.#raw.end(last);
  }

  /** No keep-alive from here on. */
  silence(): void {
    this.#keepAlive?.stop();
  }

  /** Leaves no timer; breaks off what was begun and not ended. */
  release(): void {
    this.silence();
    if (this.#begun && !this.#raw.writableEnded) this.#raw.destroy();
  }
}
