import type { IncomingMessage } from 'node:http';

const offers = new Set(['upgrade', 'http2-settings']);

const keptTokens = (value: string): string =>
  value
    .split(',')
    .map((token) => token.trim())
    .filter((token) => token !== '' && !offers.has(token.toLowerCase()))
    .join(', ');

/**
 * The bytes of a request without its offer of another protocol, which a server may always leave alone, and what has come behind its head.
 */
export const withoutOffer = ({ method = 'GET', url = '/', httpVersion, rawHeaders }: IncomingMessage, head: Buffer): Buffer => {
  const lines = rawHeaders.flatMap((name, index) => {
    if (index % 2 === 1 || offers.has(name.toLowerCase())) return [];
    const value = rawHeaders[index + 1] ?? '';
    if (name.toLowerCase() !== 'connection') return [`${name}: ${value}\r\n`];
    const kept = keptTokens(value);
    return kept === '' ? [] : [`${name}: ${kept}\r\n`];
  });
  return Buffer.concat([Buffer.from(`${method} ${url} HTTP/${httpVersion}\r\n${lines.join('')}\r\n`, 'latin1'), head]);
};
