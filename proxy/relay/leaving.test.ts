import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import type { ProxyLogLine } from '../options.ts';

/** Clients that go while their answers wait, on connections of every kind. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

const chunk = (content: string): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

const whole = (content: string): string =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  });

/** What the upstream does, by the word in the request. */
const acts: Readonly<Record<string, (response: ServerResponse) => void>> = {
  nothing: () => undefined,
  pour: (response) => {
    const piece = chunk('x'.repeat(65_536));
    const pour = (): void => {
      while (!response.destroyed && response.write(piece)) continue;
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' }).on('drain', pour);
    pour();
  },
  large: (response) => void response.setHeader('content-type', 'application/json').end(whole('x'.repeat(200_000))),
  huge: (response) => void response.setHeader('content-type', 'application/json').end(whole('x'.repeat(30_000_000))),
};

interface Upstream {
  readonly base: string;
  /** Requests that have come. */
  asked: number;
  /** Of their answers, those that have neither ended nor been broken off. */
  readonly open: Set<ServerResponse>;
}

const startUpstream = async (): Promise<Upstream> => {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    response.on('close', () => upstream.open.delete(response));
    request.on('end', () => {
      upstream.asked += 1;
      upstream.open.add(response);
      acts[/"act:(\w+)"/.exec(body)?.[1] ?? 'nothing']?.(response);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const upstream: Upstream = { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: 0, open: new Set() };
  return upstream;
};

interface Started {
  readonly app: FastifyInstance;
  readonly upstream: Upstream;
  readonly logs: readonly ProxyLogLine[];
  readonly client: () => Socket;
}

const start = async (more: object = {}): Promise<Started> => {
  const upstream = await startUpstream();
  const logs: ProxyLogLine[] = [];
  const app = await buildProxy({
    config: {
      'openai-compatibility': [{ name: 'up', 'base-url': upstream.base, 'api-key-entries': [{ 'api-key': 'k' }], models: [{ name: 'm' }] }],
      ...more,
    },
    onLog: (line) => logs.push(line),
  });
  closing.unshift(() => app.close());
  await app.listen({ host: '127.0.0.1', port: 0 });
  const client = (): Socket => {
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    closing.unshift(() => socket.destroy());
    return socket;
  };
  return { app, upstream, logs, client };
};

const post = (act: string, stream = false): string => {
  const body = JSON.stringify({ model: 'm', stream, messages: [{ role: 'user', content: `act:${act}` }] });
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

const ends = (logs: readonly ProxyLogLine[]): readonly unknown[] =>
  logs.flatMap(({ fields }) => (fields.event === 'request' ? [[fields.end, fields.status]] : []));

describe('a client that pipelines and leaves', () => {
  it('ends every request that waits for its turn', async () => {
    const { upstream, logs, client } = await start();
    const socket = client();
    socket.write(post('nothing') + post('pour', true) + post('large'));
    await until(() => upstream.asked === 3 && upstream.open.size === 2);
    socket.destroy();
    await until(() => ends(logs).length === 3 && upstream.open.size === 0);
    expect(ends(logs)).toEqual(Array.from({ length: 3 }, () => ['client-left', 499]));
  });

  it('gets all of its answers when it stays, however many, without a warning of leaks', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    closing.unshift(() => process.off('warning', hear));
    const { logs, client } = await start();
    const socket = client();
    let received = 0;
    socket.on('data', (data) => (received += data.length));
    socket.write(post('large').repeat(24));
    await until(() => ends(logs).length === 24 && received > 24 * 200_000);
    expect([ends(logs), warnings]).toEqual([Array.from({ length: 24 }, () => ['complete', 200]), []]);
  });
});

describe('a client that leaves in the middle of a whole answer', () => {
  it('is not taken for one that has it', async () => {
    const { upstream, logs, client } = await start();
    const socket = client().pause();
    socket.write(post('huge'));
    await until(() => upstream.asked === 1 && upstream.open.size === 0);
    await once(socket, 'readable');
    expect(ends(logs)).toEqual([]);
    socket.destroy();
    await until(() => ends(logs).length === 1);
    expect(ends(logs)).toEqual([['client-left', 499]]);
  });

  it('is what the proxy’s closing is not', async () => {
    const { app, upstream, logs, client } = await start();
    const socket = client().pause();
    socket.write(post('huge'));
    await until(() => upstream.asked === 1 && upstream.open.size === 0);
    await once(socket, 'readable');
    await app.close();
    expect(ends(logs)).toEqual([['cut-off', 200]]);
  });
});
