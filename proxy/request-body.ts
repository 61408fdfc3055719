import type { IncomingMessage } from 'node:http';

import { ProxyError } from './errors.ts';

type Done = (error: ProxyError | null, pieces?: readonly Buffer[]) => void;

const tooLarge = (maxBytes: number): ProxyError =>
  new ProxyError('request-too-large', `The request body is larger than ${maxBytes} bytes, the limit of this proxy.`);

const brokenOff = (cause?: unknown): ProxyError => new ProxyError('invalid-request', 'The request body broke off.', { cause });

/**
 * Reads a request body up to `maxBytes`, in the pieces in which it comes. A larger one is refused as soon as that is known; what the client
 * still sends is then discarded, so that it gets to read the refusal instead of a broken pipe.
 * @param done gets the pieces, or ProxyError `request-too-large`, or `invalid-request` when the body breaks off; called once
 */
export const readRequestBody = (request: IncomingMessage, maxBytes: number, done: Done): void => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    return done(tooLarge(maxBytes));
  }
  let pieces: Buffer[] = [];
  let size = 0;
  let isDone = false;
  const end = (error: () => ProxyError | null): void => {
    if (isDone) return;
    isDone = true;
    const reason = error();
    if (reason === null) done(null, pieces);
    else done(reason);
  };
  request.on('data', (piece: Buffer) => {
    size += piece.length;
    if (size <= maxBytes) pieces.push(piece);
    else {
      pieces = [];
      end(() => tooLarge(maxBytes));
    }
  });
  request.on('end', () => end(() => null));
  request.on('error', (cause) => end(() => brokenOff(cause)));
  request.on('close', () => end(brokenOff));
};

/** The pieces of a body that has been read; none when there was no body to read. */
export const piecesOf = (body: unknown): readonly Buffer[] => (Array.isArray(body) ? (body as readonly Buffer[]) : []);
