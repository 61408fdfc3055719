import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import { Pool } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';

import { AnswerBody } from './answer-body.ts';
import type { AnswerHead } from './answer-body.ts';

/** Against a server that writes its answers byte by byte, and for what no server can time, against the calls that undici makes. */

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Asked {
  readonly body: AnswerBody;
  readonly head: Promise<AnswerHead>;
  readonly controller: AbortController;
}

interface Upstream {
  /** Sends one request. */
  readonly ask: () => Asked;
  /** The connections that came, in their order. */
  readonly sockets: readonly Socket[];
  /** Requests that came. */
  readonly requests: () => number;
}

/** @param play what is done once a request has come */
const startUpstream = async (play: (socket: Socket) => void): Promise<Upstream> => {
  const sockets: Socket[] = [];
  let requests = 0;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.setNoDelay(true).on('error', () => undefined);
    socket.on('data', () => {
      requests += 1;
      play(socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const pool = new Pool(origin, { pipelining: 1, connections: 1 });
  closing.push(async () => {
    await pool.destroy();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const ask = (): Asked => {
    const controller = new AbortController();
    const asked: { body?: AnswerBody } = {};
    const head = new Promise<AnswerHead>((resolve, reject) => {
      asked.body = new AnswerBody(controller.signal, resolve, reject);
      pool.dispatch({ origin, path: '/', method: 'GET' }, asked.body);
    });
    if (asked.body === undefined) throw new Error('nothing was asked');
    return { body: asked.body, head, controller };
  };
  return { ask, sockets, requests: () => requests };
};

const listeners = ({ controller }: Asked): number => getEventListeners(controller.signal, 'abort').length;

const ok = (length: number): string => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;

const readAll = async (body: AsyncIterable<Buffer>): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code;

describe('an answer', () => {
  it('has a head, without the interim ones, and is read to its end', async () => {
    const upstream = await startUpstream((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
      socket.write('HTTP/1.1 429 Slow Down\r\nX-Many: a\r\nx-many: b\r\nRetry-After: 3\r\ncontent-length: 5\r\n\r\nhe');
      setImmediate(() => socket.write('llo'));
    });
    const asked = upstream.ask();
    expect(await asked.head).toEqual({ status: 429, headers: { 'x-many': 'a, b', 'retry-after': '3', 'content-length': '5' } });
    expect(await readAll(asked.body)).toBe('hello');
    expect(listeners(asked)).toBe(0);
  });

  it('that was read leaves its connection to the next one', async () => {
    const upstream = await startUpstream((socket) => socket.write(`${ok(2)}ok`));
    for (let round = 0; round < 3; round += 1) {
      const asked = upstream.ask();
      await asked.head;
      expect(await readAll(asked.body)).toBe('ok');
      asked.controller.abort();
    }
    expect([upstream.sockets.length, upstream.requests()]).toEqual([1, 3]);
  });

  it('that nobody reads on ends its connection', async () => {
    const upstream = await startUpstream((socket) => socket.write(`${ok(1_000)}begun`));
    const asked = upstream.ask();
    await asked.head;
    for await (const chunk of asked.body) {
      expect(chunk.toString()).toBe('begun');
      break;
    }
    await once(upstream.sockets[0] ?? new EventEmitter(), 'close');
    expect(listeners(asked)).toBe(0);
    expect(await readAll(asked.body)).toBe('');
  });

  it('that breaks off fails in the hands of its reader, after what had come', async () => {
    const upstream = await startUpstream((socket) => {
      socket.write(`${ok(1_000)}begun`);
    });
    const asked = upstream.ask();
    await asked.head;
    const chunks: string[] = [];
    const reading = (async () => {
      for await (const chunk of asked.body) {
        chunks.push(chunk.toString());
        upstream.sockets[0]?.destroy();
      }
    })();
    await expect(reading.catch(codeOf)).resolves.toBe('UND_ERR_SOCKET');
    expect([chunks, listeners(asked)]).toEqual([['begun'], 0]);
    await expect(readAll(asked.body).catch(codeOf)).resolves.toBe('UND_ERR_SOCKET');
  });

  it('that does not come is told of before there is a reader', async () => {
    const upstream = await startUpstream((socket) => socket.destroy());
    const asked = upstream.ask();
    await expect(asked.head.catch(codeOf)).resolves.toBe('UND_ERR_SOCKET');
    expect(listeners(asked)).toBe(0);
  });

  it('that is larger than any buffer comes as it was sent', async () => {
    const bytes = randomBytes(8 * 1024 * 1024);
    const upstream = await startUpstream((socket) => {
      socket.write(ok(bytes.length));
      socket.write(bytes);
    });
    const asked = upstream.ask();
    await asked.head;
    const hash = createHash('sha256');
    for await (const chunk of asked.body) {
      hash.update(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

describe('an answer that is not wanted any more', () => {
  it('before there is a connection is refused at once, and never asked for', async () => {
    const upstream = await startUpstream((socket) => socket.write(`${ok(2)}ok`));
    const asked = upstream.ask();
    asked.controller.abort();
    await expect(asked.head.catch(codeOf)).resolves.toBe('UND_ERR_ABORTED');
    const next = upstream.ask();
    await next.head;
    expect([await readAll(next.body), upstream.requests(), listeners(asked)]).toEqual(['ok', 1, 0]);
  });

  it('before its head ends its connection', async () => {
    const asking = new EventEmitter();
    const upstream = await startUpstream((socket) => asking.emit('socket', socket));
    const came = once(asking, 'socket');
    const asked = upstream.ask();
    const [socket] = (await came) as [Socket];
    const closed = once(socket, 'close');
    asked.controller.abort();
    await expect(asked.head.catch(codeOf)).resolves.toBe('UND_ERR_ABORTED');
    await closed;
  });

  it('while it is read fails in the hands of its reader, and ends its connection', async () => {
    const upstream = await startUpstream((socket) => socket.write(`${ok(1_000)}begun`));
    const asked = upstream.ask();
    await asked.head;
    const [socket] = upstream.sockets;
    const closed = once(socket ?? new EventEmitter(), 'close');
    const reading = (async () => {
      for await (const chunk of asked.body) if (chunk.length > 0) asked.controller.abort();
    })();
    await expect(reading.catch(codeOf)).resolves.toBe('UND_ERR_ABORTED');
    await closed;
  });
});

describe('the beginning of an answer', () => {
  it.each([
    ['all of a short one', 'hello', 10, { text: 'hello', more: false }],
    ['all of one that just fits', 'hello', 5, { text: 'hello', more: false }],
    ['as much of a longer one as is wanted', 'hello!', 5, { text: 'hello', more: true }],
    ['of an empty one', '', 5, { text: '', more: false }],
    ['nothing of one', 'x', 0, { text: '', more: true }],
  ])('is %s', async (_what, sent, max, expected) => {
    const upstream = await startUpstream((socket) => socket.write(`${ok(sent.length)}${sent}`));
    const asked = upstream.ask();
    await asked.head;
    const { bytes, more } = await asked.body.upTo(max);
    expect({ text: bytes.toString(), more }).toEqual(expected);
    expect(listeners(asked)).toBe(0);
  });

  it('ends the connection of one that goes on', async () => {
    const upstream = await startUpstream((socket) => socket.write(`${ok(1_000)}begun`));
    const asked = upstream.ask();
    await asked.head;
    const closed = once(upstream.sockets[0] ?? new EventEmitter(), 'close');
    expect(await asked.body.upTo(3)).toEqual({ bytes: Buffer.from('beg'), more: true });
    await closed;
  });

  it('is none of one that breaks off', async () => {
    const upstream = await startUpstream((socket) => socket.end(`${ok(1_000)}begun`));
    const asked = upstream.ask();
    await asked.head;
    await expect(asked.body.upTo(100).catch(codeOf)).resolves.toBe('UND_ERR_SOCKET');
  });
});

describe('what waits to be read', () => {
  /** Its head has been told, which happens when the turn of the event loop is over. */
  const newBody = async () => {
    const seen: string[] = [];
    const body = new AnswerBody(
      new AbortController().signal,
      ({ status }) => seen.push(`head ${status}`),
      () => seen.push('no head'),
    );
    body.onConnect(() => seen.push('abort'));
    body.onHeaders(200, [], () => seen.push('resume'));
    await new Promise((resolve) => setImmediate(resolve));
    return { body, seen };
  };

  it('makes the upstream wait from 64 KiB on, and go on when it has become less', async () => {
    const { body, seen } = await newBody();
    expect([body.onData(Buffer.alloc(40_000)), body.onData(Buffer.alloc(25_535)), body.onData(Buffer.alloc(1))]).toEqual([
      true,
      true,
      false,
    ]);
    const reader = body[Symbol.asyncIterator]();
    expect(seen).toEqual(['head 200']);
    expect((await reader.next()).value?.length).toBe(65_536);
    expect(seen).toEqual(['head 200', 'resume']);
    expect([body.onData(Buffer.alloc(65_536)), seen.length]).toEqual([false, 2]);
    await reader.next();
    expect(seen).toEqual(['head 200', 'resume', 'resume']);
  });

  it('goes on as one piece, in its order', async () => {
    const { body } = await newBody();
    for (const piece of ['one ', 'two ', 'three']) body.onData(Buffer.from(piece));
    const reader = body[Symbol.asyncIterator]();
    expect((await reader.next()).value?.toString()).toBe('one two three');
    const last = Buffer.from('four');
    body.onData(last);
    body.onComplete();
    expect([(await reader.next()).value === last, (await reader.next()).done]).toEqual([true, true]);
  });

  it('does not make it wait for one who wants the beginning, and is not kept', async () => {
    const { body, seen } = await newBody();
    const beginning = body.upTo(1_000_000);
    for (let count = 0; count < 4; count += 1) {
      expect(body.onData(Buffer.alloc(100_000))).toBe(false);
      await new Promise((resolve) => setImmediate(resolve));
    }
    body.onComplete();
    const { bytes, more } = await beginning;
    expect([bytes.length, more, seen]).toEqual([400_000, false, ['head 200', 'resume', 'resume', 'resume', 'resume']]);
  });

  it('is read to its end when the rest comes at once as there is room', async () => {
    const body = new AnswerBody(
      new AbortController().signal,
      () => undefined,
      () => undefined,
    );
    body.onConnect(() => undefined);
    body.onHeaders(200, [], () => {
      body.onData(Buffer.from('the rest'));
      body.onComplete();
    });
    body.onData(Buffer.alloc(65_536));
    const { bytes, more } = await body.upTo(1_000_000);
    expect([bytes.length, bytes.subarray(-8).toString(), more]).toEqual([65_544, 'the rest', false]);
  });

  it('is read before an error that came after it', async () => {
    const { body, seen } = await newBody();
    body.onData(Buffer.from('one'));
    body.onError(new Error('broken'));
    const reader = body[Symbol.asyncIterator]();
    expect((await reader.next()).value?.toString()).toBe('one');
    await expect(reader.next()).rejects.toThrow('broken');
    expect(seen).toEqual(['head 200']);
  });

  it('is forgotten by one who leaves, and ended once', async () => {
    const { body, seen } = await newBody();
    body.onData(Buffer.from('one'));
    const reader = body[Symbol.asyncIterator]();
    await reader.return?.();
    await reader.return?.();
    body.onError(new Error('aborted'));
    expect([await reader.next(), seen]).toEqual([{ value: undefined, done: true }, ['head 200', 'abort']]);
  });
});
