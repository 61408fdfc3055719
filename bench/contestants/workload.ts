import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One kind of request, the same bytes for every server but for the port. */
export interface Workload {
  readonly name: 'json' | 'stream';
  readonly request: (port: number) => Buffer;
  /** The exchange that bare and wireproof answer with. */
  readonly exchange: string;
}

/** The user's message; it fills the request's body up to about 1 KB, and holds what the servers choose their answer by. */
const messageWith = (token: string): string => `Say what Wireproof does, at some length. ${'Be thorough, please. '.repeat(38)}(${token})`;

const postRequest = (port: number, body: unknown): Buffer => {
  const text = JSON.stringify(body);
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'authorization: Bearer not-a-key',
    `content-length: ${Buffer.byteLength(text)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`);
};

const bodyWith = (token: string) => ({ model: 'gpt-4.1-mini', messages: [{ role: 'user', content: messageWith(token) }] });

/** Asks for a stream whose script the token chooses. */
export const streamRequest = (port: number, token: string): Buffer =>
  postRequest(port, { ...bodyWith(token), stream: true, stream_options: { include_usage: true } });

export const workloads = {
  json: {
    name: 'json',
    exchange: 'long-text',
    request: (port) => postRequest(port, bodyWith('wpt_000benchmarkjson')),
  },
  stream: {
    name: 'stream',
    exchange: 'long-text.stream',
    request: (port) => streamRequest(port, 'wpt_0benchmarkstream'),
  },
} as const satisfies Record<string, Workload>;

interface ExchangeFile {
  readonly response: { readonly chunks: readonly { readonly utf8: string }[] };
}

/** The body bytes that an exchange file of this package says. */
export const exchangeBytes = (root: string, slug: string): Buffer => {
  const file = join(root, 'fixtures', 'exchanges', 'openai-chat', `${slug}.exchange.json`);
  const { response } = JSON.parse(readFileSync(file, 'utf8')) as ExchangeFile;
  return Buffer.from(response.chunks.map(({ utf8 }) => utf8).join(''));
};
