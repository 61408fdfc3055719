import type { IncomingMessage } from 'node:http';

import { ProxyError } from './errors.ts';

/**
 * Reads a request body up to `maxBytes`. A larger one is refused as soon as that is known; what the client still sends is then
 * discarded, so that it gets to read the refusal instead of a broken pipe.
 * @throws ProxyError `request-too-large`, or `invalid-request` when the body breaks off.
 */
export const readRequestBody = async (request: IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const refuse = (): ProxyError =>
    new ProxyError('request-too-large', `The request body is larger than ${maxBytes} bytes, the limit of this proxy.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.resume();
    throw refuse();
  }
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(refuse());
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', (cause) => reject(new ProxyError('invalid-request', 'The request body broke off.', { cause })));
    request.on('close', () => reject(new ProxyError('invalid-request', 'The request body broke off.')));
  });
};
