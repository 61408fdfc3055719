import { STATUS_CODES } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

import { dialectOfPath } from './client-dialect.ts';
import { ProxyError } from './errors.ts';
import { headTooLarge } from './header-limits.ts';
import type { ErrorInfo } from './ir/chat.ts';
import type { ProxyLogLine } from './options.ts';

/** What node says of a connection on which no request can be read (any more). */
export interface ConnectionFault extends Error {
  readonly code?: string;
  /** The bytes that could not be read: the packet that was looked at last. */
  readonly rawPacket?: Buffer;
}

export interface ClientErrorsParts {
  /** The error as clients of the dialect expect it. */
  readonly envelope: (dialectId: string, info: ErrorInfo) => unknown;
  readonly log: (line: ProxyLogLine) => void;
}

/** As far as it can be told whose request it was to be. */
interface Asked {
  readonly method?: string;
  /** Without the query, which may hold a key. */
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** How long a client may take to read a refusal, and to stop sending. */
const lingerMs = 1_000;

const problemOf = ({ code = 'UNKNOWN' }: ConnectionFault): ProxyError => {
  if (code === 'HPE_HEADER_OVERFLOW') return headTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new ProxyError('request-timeout', 'The request did not arrive in time.');
  return new ProxyError('invalid-request', `The request is not valid HTTP (${code}).`);
};

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '/';

/** A head that came in several packets shows only its last one, which may still hold a header that only one vendor's clients send. */
const pathByHeaders = (head: string): string => {
  if (/^x-goog-api-(?:key|client):/im.test(head)) return '/v1beta';
  return /^anthropic-(?:version|beta):/im.test(head) ? '/v1/messages' : '/';
};

const askedIn = (packet: Buffer | undefined): Asked => {
  const head = packet?.toString('latin1') ?? '';
  const [, method, url] = /^([A-Z]{1,20}) (\S{1,4096})/.exec(head) ?? [];
  if (method === undefined || url === undefined) return { path: pathByHeaders(head), headers: {} };
  const version = /^anthropic-version:\s*(\S{1,40})/im.exec(head)?.[1];
  return { method, path: pathOf(url), headers: { ...(version !== undefined && { 'anthropic-version': version }) } };
};

const message = (status: number, envelope: unknown): string => {
  const body = JSON.stringify(envelope);
  const fields = ['content-type: application/json; charset=utf-8', `content-length: ${Buffer.byteLength(body)}`, 'connection: close'];
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields.join('\r\n')}\r\n\r\n${body}`;
};

/** Says the last words. What the client still sends is not read as a request, and the socket goes when it has stopped, or in any case soon. */
const endWith = (socket: Duplex, text: string): void => {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
  socket.end(text);
};

/**
 * Answers on the bare socket what is no request: HTTP that cannot be read (400), a head beyond all measure (431), or one that takes too
 * long (408). The answer has the envelope of the client's dialect, as far as that can be told, and is the connection's last.
 */
export class ClientErrors {
  readonly #parts: ClientErrorsParts;
  /** The last request that was read from a connection, by its response. */
  readonly #latest = new WeakMap<Duplex, ServerResponse>();
  readonly #refused = new WeakSet<Duplex>();

  constructor(parts: ClientErrorsParts) {
    this.#parts = parts;
  }

  watch(server: Server): void {
    server.on('request', (request, response) => void this.#latest.set(request.socket, response));
  }

  /** Whether an answer to an earlier request of this connection is not written yet. */
  readonly isOwed = (socket: Duplex): boolean => this.#latest.get(socket)?.writableFinished === false;

  /** A listener for `clientError`. */
  readonly answer = (fault: ConnectionFault, socket: Duplex): void => {
    // What follows the bytes that could not be read cannot be read either.
    if (this.#refused.has(socket)) return;
    this.#refused.add(socket);
    const latest = this.#latest.get(socket);
    if (fault.code === 'ECONNRESET' || !socket.writable || isOwedToAnother(latest, socket)) socket.destroy();
    else if (latest === undefined || latest.req.complete) this.#refuse(fault, socket, askedIn(fault.rawPacket), true);
    // The body of a request that a handler waits for: its end is logged there.
    else this.#refuse(fault, socket, { path: pathOf(latest.req.url ?? '/'), headers: latest.req.headers }, false);
  };

  #refuse(fault: ConnectionFault, socket: Duplex, { method, path, headers }: Asked, logged: boolean): void {
    const info = problemOf(fault).toInfo();
    endWith(socket, message(info.status, this.#parts.envelope(dialectOfPath(path, headers), info)));
    if (!logged) return;
    const fields = { event: 'request', method: method ?? '?', path, status: info.status, end: 'refused', error: info.code };
    this.#parts.log({ level: 'info', message: 'request', fields });
  }
}

/** Whether the next bytes on a connection belong to an earlier request, so that a refusal would be taken for its answer. */
const isOwedToAnother = (latest: ServerResponse | undefined, socket: Duplex): boolean => {
  if (latest === undefined) return false;
  return latest.req.complete ? !latest.writableFinished : latest.headersSent || latest.socket !== socket;
};
