import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

/** Streams that have no good beginning: the client is told, and the upstream’s work ends. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Play = (response: ServerResponse) => void;

/** A proxy before an upstream that plays this to every request. `ended` resolves when none of its answers is open. */
const start = async (play: Play): Promise<{ readonly app: FastifyInstance; readonly ended: () => Promise<void> }> => {
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response.on('close', () => open.delete(response)));
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      play(response);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const app = await buildProxy({
    config: {
      'openai-compatibility': [
        {
          name: 'up',
          'base-url': `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
          'api-key-entries': [{ 'api-key': 'k' }],
          models: [{ name: 'm' }],
        },
      ],
      'request-retry': 0,
    },
  });
  closing.push(
    () => app.close(),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const ended = async (): Promise<void> => {
    while (open.size > 0) await new Promise((resolve) => setImmediate(resolve));
  };
  return { app, ended };
};

/** Good in both of the dialects that ask: what is told must not depend on whether it may pass as it came. */
const question = JSON.stringify({ model: 'm', stream: true, max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] });

const ask = (app: FastifyInstance, path = '/v1/chat/completions') => app.inject({ method: 'POST', url: path, payload: question });

/** Writes as fast as it is read, for as long as it is. */
const pour =
  (piece: string): Play =>
  (response) => {
    const go = (): void => {
      while (!response.destroyed && response.write(piece)) continue;
    };
    response.on('drain', go);
    go();
  };

const textChunk = `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: { content: 'hi' }, finish_reason: null }] })}\n\n`;
const errorEvent = 'data: {"error":{"message":"too busy","type":"server_error","code":503}}\n\n';

describe('a stream of comments', () => {
  it('without a first event is bounded, and its upstream is left', async () => {
    const { app, ended } = await start(pour(`: ${'x'.repeat(65_536)}\n\n`));
    const { statusCode, body } = await ask(app);
    expect([statusCode, body]).toEqual([502, expect.stringContaining("The upstream's stream has no first event.")]);
    await ended();
  });
});

describe('an error event, after which the upstream says nothing more and stays', () => {
  it.each(['/v1/chat/completions', '/v1/messages'])('leaves the upstream when it comes first: %s', async (path) => {
    const { app, ended } = await start((response) => void response.write(errorEvent));
    const { statusCode, body } = await ask(app, path);
    expect([statusCode, body]).toEqual([503, expect.stringContaining('too busy')]);
    await ended();
  });

  it.each(['/v1/chat/completions', '/v1/messages'])('leaves it when it comes with the first text: %s', async (path) => {
    const { app, ended } = await start((response) => void response.write(textChunk + errorEvent));
    const { statusCode, body } = await ask(app, path);
    expect([statusCode, body]).toEqual([200, expect.stringContaining('too busy')]);
    await ended();
  });

  it.each(['/v1/chat/completions', '/v1/messages'])('leaves it when it comes in mid-stream: %s', async (path) => {
    let fail = (): void => undefined;
    const { app, ended } = await start((response) => {
      response.write(textChunk);
      fail = () => void response.write(errorEvent);
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const { body } = await fetch(url + path, { method: 'POST', body: question });
    const received: string[] = [];
    for await (const piece of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
      if (received.push(piece) === 1) fail();
    }
    expect([received.length > 1, received.join('')]).toEqual([true, expect.stringContaining('too busy')]);
    await ended();
  });
});
