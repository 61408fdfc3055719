import http from 'node:http';

import type { Captured } from '../../record/captured.ts';
import { startPassThrough } from '../../record/pass-through.ts';
import type { RecordedRequest } from './baseline-item.ts';

export interface AskOptions {
  /** Origin and mount, without a trailing slash. */
  readonly upstream: string;
  readonly mostBytes: number;
  /** Milliseconds without a byte, after which the upstream hangs. */
  readonly idleMs: number;
  /** Milliseconds for the whole answer. */
  readonly withinMs: number;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A recording may hold what no client can say: letters that a header field has no bytes for, a path with a space. */
export interface Unsendable {
  readonly unsendable: string;
}

/** Throws where node's client does not send such a request. */
const send = (url: string, { method, target, fields, body }: RecordedRequest): http.ClientRequest => {
  const bodiless = body === undefined && (method === 'GET' || method === 'HEAD');
  const length = bodiless ? [] : ['content-length', String(body?.length ?? 0)];
  const headers = ['host', new URL(url).host, ...fields.flat(), ...length];
  const outgoing = http.request(url, { method, path: target, headers, agent: false });
  outgoing.on('response', (answer) => {
    answer.on('error', () => undefined); // what was cut is told by the capture
    answer.resume();
  });
  outgoing.on('error', () => undefined);
  outgoing.end(body);
  return outgoing;
};

/** Calls once, after so many milliseconds or at the signal; what it returns stops it. */
const onEnd = (withinMs: number, signal: AbortSignal, call: () => void): (() => void) => {
  const timer = setTimeout(call, Math.min(withinMs, 2 ** 31 - 1));
  signal.addEventListener('abort', call, { once: true });
  if (signal.aborted) call();
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', call);
  };
};

/**
 * Asks one request through the recorder's pass-through, which is there for it alone, and tells what was on the wire, or why it could not be
 * sent. Undefined when the time was over, or the signal came, before the answer's end. Nothing of it is left open.
 */
export const askOnce = async (request: RecordedRequest, options: AskOptions): Promise<Captured | Unsendable | undefined> => {
  const { upstream, mostBytes, idleMs, now, withinMs, signal } = options;
  let settle: (captured: Captured | undefined) => void = () => undefined;
  const outcome = new Promise<Captured | undefined>((resolve) => {
    settle = resolve;
  });
  const passThrough = await startPassThrough({
    upstream,
    host: '127.0.0.1',
    port: 0,
    mostBytes,
    idleMs,
    plain: true,
    now,
    onCaptured: (captured) => settle(captured),
  });
  const stopWaiting = onEnd(withinMs, signal, () => settle(undefined));
  let outgoing: http.ClientRequest | undefined;
  try {
    if (!signal.aborted) outgoing = send(passThrough.url, request);
    return await outcome;
  } catch (error) {
    return { unsendable: (error as Error).message };
  } finally {
    stopWaiting();
    outgoing?.destroy();
    await passThrough.close();
  }
};
