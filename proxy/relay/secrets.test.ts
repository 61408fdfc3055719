import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { exchange } from '#fixtures/index';
import { afterEach, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import type { ProxyLogLine } from '../options.ts';
import type { Credential } from '../providers/provider.ts';
import { newBatchRedactor, withoutSecrets } from './secrets.ts';

const key = 'sk-upstream-secret';
const credential: Credential = {
  id: 'c',
  provider: 'p',
  baseUrl: 'https://up.example',
  secret: key,
  fields: {},
  headers: { authorization: 'Bearer header-secret', 'x-team': 'application/json', 'x-short': 'ok' },
};

const batch = (data: string) => ({ bytes: Buffer.from(`data: ${data}\n\n`), events: [{ data }] });

describe('withoutSecrets', () => {
  it('takes the key and the values of configured headers out, and leaves what is too short to be one', () => {
    expect(withoutSecrets(`${key} header-secret ok`, credential)).toBe('*** *** ok');
  });
});

describe('newBatchRedactor', () => {
  const redact = newBatchRedactor(credential);

  it.each([
    ['the key, wherever it stands', `{"delta":"é ${key}, ${key}"}`, '{"delta":"é ***, ***"}'],
    ['a header where an error is told', '{"error":{"message":"no header-secret"}}', '{"error":{"message":"no ***"}}'],
  ])('takes out %s', (_what, data, expected) => {
    expect(redact(batch(data))).toEqual(batch(expected));
  });

  it.each([
    ['nothing secret', '{"delta":"é"}'],
    ['a word that a header has too', '{"delta":"application/json"}'],
    ['such a word in text about errors', String.raw`{"delta":"{\"error\":\"application/json\"}"}`],
  ])('hands on what has %s', (_what, data) => {
    const given = batch(data);
    expect(redact(given)).toEqual(given);
  });

  it('does not so much as copy what has nothing', () => {
    const given = batch('{"delta":"é"}');
    expect(redact(given)).toBe(given);
  });
});

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const paths = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  'gemini-generate': '/v1beta/models/gemini-generate:streamGenerateContent?alt=sse',
} as const;
type Client = keyof typeof paths;
const clients = Object.keys(paths) as Client[];

const message = `Incorrect API key provided: ${key}.`;
const errorEvents: Readonly<Record<Client, string>> = {
  'openai-chat': `data: {"error":{"message":"${message}","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}\n\n`,
  'openai-responses': `event: error\ndata: {"type":"error","code":"x","message":"${message}","param":null,"sequence_number":9}\n\n`,
  'anthropic-messages': `event: error\ndata: {"type":"error","error":{"type":"authentication_error","message":"${message}"}}\n\n`,
  'gemini-generate': `data: {"error":{"code":401,"message":"${message}","status":"UNAUTHENTICATED"}}\n\n`,
};

const firstEvents = (model: Client): string =>
  exchange(`${model}/text.stream`)
    .response.chunks.slice(0, 2)
    .map((chunk) => ('utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString()))
    .join('');

/** An upstream that begins well, then repeats the key, with a pause in the middle of it. */
const leaking = async (model: Client): Promise<string> => {
  const text = firstEvents(model) + errorEvents[model];
  const middle = text.indexOf(key) + 5;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(text.slice(0, middle), () => setImmediate(() => response.end(text.slice(middle))));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const ask = async (client: Client, model: Client) => {
  const base = await leaking(model);
  const logs: ProxyLogLine[] = [];
  const vendor = [{ 'api-key': key, 'base-url': base, models: [{ name: model, alias: client }] }];
  const compatible = { name: 'c', 'base-url': base, 'api-key-entries': [{ 'api-key': key }], models: [{ name: model, alias: client }] };
  const config = {
    'openai-chat': { 'openai-compatibility': [compatible] },
    'openai-responses': { 'openai-compatibility': [{ ...compatible, 'wire-api': 'responses' }] },
    'anthropic-messages': { 'claude-api-key': vendor },
    'gemini-generate': { 'gemini-api-key': vendor },
  }[model];
  const app = await buildProxy({ config, onLog: (line) => logs.push(line) });
  closing.unshift(() => app.close());
  const messages = [{ role: 'user', content: 'hi' }];
  const payload = {
    model: client,
    stream: true,
    // Who asks for usage gets the stream as it comes.
    ...(client === 'openai-chat' && { stream_options: { include_usage: true } }),
    max_tokens: 9,
    messages,
    input: 'hi',
    contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
  };
  const url = paths[client].replace('models/gemini-generate', `models/${client}`);
  const { statusCode, body } = await app.inject({ method: 'POST', url, payload });
  return { statusCode, body, logs: JSON.stringify(logs) };
};

describe('a key that an upstream repeats in the middle of a stream', () => {
  it.each(clients)('does not reach a client of %s that gets the bytes as they came', async (client) => {
    const { statusCode, body, logs } = await ask(client, client);
    const expected = (firstEvents(client) + errorEvents[client]).replace(key, '***');
    expect([statusCode, body, logs.includes(key)]).toEqual([200, expected, false]);
  });

  it.each(clients.flatMap((client) => clients.filter((model) => model !== client).map((model) => [client, model] as const)))(
    'does not reach a client of %s behind %s',
    async (client, model) => {
      const { statusCode, body, logs } = await ask(client, model);
      expect([statusCode, body.includes('Incorrect API key provided: ***.'), body.includes(key), logs.includes(key)]).toEqual([
        200,
        true,
        false,
        false,
      ]);
    },
  );
});
