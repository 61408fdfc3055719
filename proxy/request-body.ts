import type { IncomingMessage } from 'node:http';

import { ProxyError } from './errors.ts';

type Done = (error: ProxyError | null, pieces?: readonly Buffer[]) => void;

const tooLarge = (maxBytes: number): ProxyError =>
  new ProxyError('request-too-large', `The request body is larger than ${maxBytes} bytes, the limit of this proxy.`);

const brokenOff = (cause?: unknown): ProxyError => new ProxyError('invalid-request', 'The request body broke off.', { cause });

/** How long, and for how much, a refused client is let finish; whoever sends longer may miss why. */
const lingerMs = 1_000;
const mostDiscardedBytes = 67_108_864;

/**
 * Reads a request body up to `maxBytes`, in the pieces in which it comes. A larger one is refused when the client has sent it, within
 * bounds, and what comes is discarded: a connection that is closed while the client still writes takes the refusal with it.
 * @param done gets the pieces, or ProxyError `request-too-large`, or `invalid-request` when the body breaks off; called once
 */
export const readRequestBody = (request: IncomingMessage, maxBytes: number, done: Done): void => {
  let pieces: Buffer[] = [];
  let size = 0;
  let isDone = false;
  let linger: NodeJS.Timeout | undefined;
  const end = (error: () => ProxyError | null): void => {
    if (isDone) return;
    isDone = true;
    clearTimeout(linger);
    const reason = linger === undefined ? error() : tooLarge(maxBytes);
    if (reason === null) done(null, pieces);
    else done(reason);
  };
  const refuse = (): void => {
    pieces = [];
    linger ??= setTimeout(() => end(() => tooLarge(maxBytes)), lingerMs);
  };
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) refuse();
  request.on('data', (piece: Buffer) => {
    size += piece.length;
    if (linger === undefined && size <= maxBytes) pieces.push(piece);
    else if (!isDone) refuse();
    if (size > maxBytes + mostDiscardedBytes) end(() => tooLarge(maxBytes));
  });
  request.on('end', () => end(() => null));
  request.on('error', (cause) => end(() => brokenOff(cause)));
  request.on('close', () => end(brokenOff));
};

/** The pieces of a body that has been read; none when there was no body to read. */
export const piecesOf = (body: unknown): readonly Buffer[] => (Array.isArray(body) ? (body as readonly Buffer[]) : []);
