import type { IncomingMessage } from 'node:http';

import type { FastifyInstance } from 'fastify';

import { ProxyError } from './errors.ts';

/** Bytes of a request's head, its request line included, and number of its fields, that a client may send. */
export const maxHeadBytes = 16_384;
export const maxHeaders = 200;

/**
 * Bytes of a head after which it is not read on. Between this and `maxHeadBytes` the path is known, so that the refusal has the
 * envelope of the client's dialect however the head was cut into packets.
 */
export const unreadableHeadBytes = 4 * maxHeadBytes;

/** Of each field, the colon, the space and the line end. */
const bytesPerField = 4;

export const headTooLarge = (): ProxyError =>
  new ProxyError('headers-too-large', `The request's headers are larger than ${maxHeadBytes} bytes, the limit of this proxy.`);

/** Why a head is refused; `undefined` for one within the limits. */
export const headProblem = ({ url = '', rawHeaders }: Pick<IncomingMessage, 'url' | 'rawHeaders'>): ProxyError | undefined => {
  if (rawHeaders.length / 2 > maxHeaders)
    return new ProxyError('headers-too-large', `The request has more than ${maxHeaders} headers, the limit of this proxy.`);
  let bytes = url.length;
  for (const text of rawHeaders) bytes += text.length + bytesPerField / 2;
  return bytes > maxHeadBytes ? headTooLarge() : undefined;
};

/** Refuses heads beyond the limits before anything else is done with their requests, and ends their connections. */
export const limitHeads = (app: FastifyInstance): void => {
  // Node would leave out what is beyond its own count, and so tell nobody of a header that it has obeyed.
  app.server.maxHeadersCount = 0;
  app.addHook('onRequest', (request, reply, done) => {
    const problem = headProblem(request.raw);
    if (problem !== undefined) void reply.header('connection', 'close');
    done(problem);
  });
};
