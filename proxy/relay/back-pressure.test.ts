import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { buildProxy } from '../app.ts';

/** A client that does not read makes the upstream wait. The kernel's buffers on the way take some mebibytes, and nothing else may. */

const mebibyte = 1024 * 1024;
const eventCount = 1_024;
const bound = 48 * mebibyte;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
}, 30_000);

const chat = (delta: object, end: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: end }] })}\n\n`;
/** 64 KiB of text. */
const event = chat({ content: 'x'.repeat(65_536) });

interface Upstream {
  readonly base: string;
  /** Bytes of the stream that were taken from it. */
  readonly taken: () => number;
  readonly isDone: () => boolean;
}

const startUpstream = async (): Promise<Upstream> => {
  let taken = 0;
  let isDone = false;
  const pour = async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let count = 0; count < eventCount; count += 1) {
      if (!response.write(event)) await once(response, 'drain');
      taken += event.length;
    }
    response.end(`${chat({}, 'stop')}data: [DONE]\n\n`);
    isDone = true;
  };
  const server = createServer((request, response) => void request.resume().on('end', () => void pour(response)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, taken: () => taken, isDone: () => isDone };
};

interface Started {
  readonly app: FastifyInstance;
  readonly upstream: Upstream;
  readonly port: number;
}

const start = async (): Promise<Started> => {
  const upstream = await startUpstream();
  const app = await buildProxy({
    config: {
      'openai-compatibility': [{ name: 'up', 'base-url': upstream.base, 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'm' }] }],
    },
  });
  closing.unshift(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, upstream, port: (app.server.address() as AddressInfo).port };
};

/** Lets the proxy do other things until nothing more is taken while it does twenty of them. */
const untilItWaits = async ({ app, upstream }: Started): Promise<void> => {
  let taken = -1;
  for (let still = 0; still < 20 && !upstream.isDone(); still = upstream.taken() === taken ? still + 1 : 0) {
    taken = upstream.taken();
    await fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/health`).then((response) => response.text());
  }
};

const post = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

describe('a client that does not read', () => {
  it.each([
    ['a stream as it came', '/v1/chat/completions', '{"model":"m","stream":true,"messages":[]}'],
    ['a translated one', '/v1/messages', '{"model":"m","stream":true,"max_tokens":9,"messages":[{"role":"user","content":"hi"}]}'],
  ])(
    'holds up %s, and gets all of it when it goes on',
    async (_what, path, body) => {
      const started = await start();
      const socket = connect(started.port, '127.0.0.1').pause();
      closing.unshift(() => socket.destroy());
      socket.write(post(path, body));
      while (started.upstream.taken() === 0) await new Promise((resolve) => setImmediate(resolve));
      await untilItWaits(started);
      expect([started.upstream.isDone(), started.upstream.taken() < bound]).toEqual([false, true]);
      let received = 0;
      socket.on('data', (data) => (received += data.length)).resume();
      await once(socket, 'end');
      expect([started.upstream.isDone(), received > eventCount * 65_536]).toEqual([true, true]);
    },
    40_000,
  );

  it('holds up the frames of a socket', async () => {
    const started = await start();
    const socket = new WebSocket(`ws://127.0.0.1:${started.port}/v1/responses`, { perMessageDeflate: false });
    closing.unshift(() => socket.terminate());
    await once(socket, 'open');
    socket.pause();
    socket.send('{"type":"response.create","model":"m","input":"hi"}');
    while (started.upstream.taken() === 0) await new Promise((resolve) => setImmediate(resolve));
    await untilItWaits(started);
    expect([started.upstream.isDone(), started.upstream.taken() < bound]).toEqual([false, true]);
    let last = '';
    socket.on('message', (data: Buffer) => {
      last = data.toString('utf8', 0, 40);
      if (last.includes('response.completed')) socket.close();
    });
    socket.resume();
    await once(socket, 'close');
    expect([started.upstream.isDone(), last.slice(0, 28)]).toEqual([true, '{"type":"response.completed"']);
  }, 40_000);

  it('and then leaves ends the upstream’s work', async () => {
    const started = await start();
    const socket = connect(started.port, '127.0.0.1').pause();
    socket.write(post('/v1/chat/completions', '{"model":"m","stream":true,"messages":[]}'));
    while (started.upstream.taken() === 0) await new Promise((resolve) => setImmediate(resolve));
    await untilItWaits(started);
    const before = started.upstream.taken();
    socket.destroy();
    await once(socket, 'close');
    await untilItWaits(started);
    expect([started.upstream.isDone(), started.upstream.taken() - before < bound]).toEqual([false, true]);
  });
});
