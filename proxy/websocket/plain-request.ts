import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

const headOf = ({ method, url, httpVersion, rawHeaders }: IncomingMessage): string => {
  const lines = [`${method ?? 'GET'} ${url ?? '/'} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.toLowerCase() !== 'upgrade') lines.push(`${name}: ${rawHeaders[at + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
};

/**
 * Answers a request as if it had not asked to upgrade, which a server may always do (RFC 9110, 7.8). A server that listens for
 * upgrades gets every such request without its body, the `h2c` of ordinary HTTP clients too; so it is read once more, without that
 * header.
 */
export const answerPlainly = (server: Server, request: IncomingMessage, socket: Duplex, rest: Buffer): void => {
  socket.unshift(Buffer.concat([Buffer.from(headOf(request), 'latin1'), rest]));
  server.emit('connection', socket);
};
