import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

import { afterEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';

import { answerOnSocket, PREVIOUS_RESPONSE, socketOf, websocket, type SocketMessage } from '#scenarios/kit/actions/websocket';
import { TOKEN, says, type CallerSight, type Probe } from '#scenarios/kit/index';

import { SocketCaller } from './websocket-caller.ts';

const servers: Server[] = [];
const connections = new Set<Duplex>();
afterEach(async () => {
  vi.useRealTimers();
  for (const connection of connections) connection.destroy();
  connections.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

const listening = async (server: Server): Promise<string> => {
  servers.push(server);
  server.on('connection', (connection: Socket) => connections.add(connection));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/responses`;
};

/** A server that takes every upgrade and does this with the socket. */
const socketServer = (talk: (socket: WebSocket) => void): Promise<string> => {
  const server = createServer();
  new WebSocketServer({ server, perMessageDeflate: true }).on('connection', talk);
  return listening(server);
};

/** A server that answers every upgrade with these bytes, after a head that takes it where `takes` says so. */
const rawServer = (answer: (connection: Duplex) => void, takes = true): Promise<string> => {
  const server = createServer();
  server.on('upgrade', (request, connection: Duplex) => {
    connection.on('error', () => undefined);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
    if (takes) connection.write(head);
    answer(connection);
  });
  return listening(server);
};

const token = 'wpt_00000000000000ab';

const run = (address: string, messages: readonly SocketMessage[] = []): Promise<CallerSight> => {
  const probe: Probe = websocket(messages);
  const signal = new AbortController().signal;
  return new SocketCaller({ address, headers: {}, messages, probe, token, onBytes: () => undefined }).run(30_000, signal);
};

const done = (text: string): string => JSON.stringify({ type: 'response.completed', text });
const ending = ({ status, end, errorCode }: CallerSight) => ({ status, end, ...(errorCode !== undefined && { errorCode }) });

describe('a socket that is answered', () => {
  it('is left when each message has had its last frame, and each waits for the one before it', async () => {
    const heard: string[] = [];
    const address = await socketServer((socket) => {
      socket.on('message', (data: Buffer) => {
        heard.push(data.toString());
        socket.send(JSON.stringify({ type: 'response.created' }));
        socket.send(done(data.toString()));
      });
    });
    const sight = await run(address, [{ text: `one ${TOKEN}` }, { json: { two: TOKEN } }]);
    expect(heard).toEqual([`one ${token}`, `{"two":"${token}"}`]);
    expect(sight.events.map(({ json }) => json)).toEqual([
      { type: 'response.created' },
      { type: 'response.completed', text: `one ${token}` },
      { type: 'response.created' },
      { type: 'response.completed', text: `{"two":"${token}"}` },
    ]);
    expect(ending(sight)).toEqual({ status: 101, end: 'complete' });
    expect(socketOf(sight)).toEqual({
      kind: 'websocket',
      sent: 2,
      endedBy: 'caller',
      closeCode: 1000,
      closeReason: '',
      compressed: true,
      binaryFrames: 0,
    });
  });

  it('may get messages one behind the other, and bytes, and after a frame of some type', async () => {
    const heard: (string | Buffer)[] = [];
    const address = await socketServer((socket) => {
      socket.on('message', (data: Buffer, isBinary) => {
        heard.push(isBinary ? data : data.toString());
        if (heard.length === 2) socket.send(JSON.stringify({ type: 'response.created' }));
        if (heard.length < 3) return;
        for (const text of ['a', 'b', 'c']) socket.send(done(text));
      });
    });
    const messages: readonly SocketMessage[] = [
      { text: 'one' },
      { base64: '/wA=', after: 'at-once' },
      { text: 'three', after: ['response.created'] },
    ];
    const sight = await run(address, messages);
    expect(heard).toEqual(['one', Buffer.from([255, 0]), 'three']);
    expect(ending(sight)).toEqual({ status: 101, end: 'complete' });
  });

  it('looks at each frame once while it waits for one, however many come', async () => {
    const noise = 15_000;
    const address = await socketServer((socket) => {
      socket.once('message', () => {
        for (let frame = 0; frame < noise; frame += 1) socket.send('{"type":"noise"}');
        socket.send(JSON.stringify({ type: 'response.created' }));
        socket.once('message', () => {
          for (const text of ['a', 'b']) socket.send(done(text));
        });
      });
    });
    let looks = 0;
    const after = new Proxy(['response.created'], {
      get: (list, name, receiver) => {
        if (name === 'includes') return (type: string) => ((looks += 1), list.includes(type));
        if (name === 'some') return (test: (type: string) => boolean) => ((looks += 1), list.some(test));
        return Reflect.get(list, name, receiver) as unknown;
      },
    });
    const sight = await run(address, [{ text: 'one' }, { text: 'two', after }]);
    expect([sight.events.length, ending(sight)]).toEqual([noise + 3, { status: 101, end: 'complete' }]);
    expect(looks).toBeLessThanOrEqual(noise + 10);
  });

  it('can continue the response that ended last', async () => {
    const heard: string[] = [];
    const address = await socketServer((socket) => {
      const ids = ['resp_"1"', undefined, 'resp_3'];
      socket.on('message', (data: Buffer) => {
        heard.push(data.toString());
        socket.send(JSON.stringify({ type: 'response.completed', response: { id: ids.shift() } }));
      });
    });
    const go = { json: { previous_response_id: PREVIOUS_RESPONSE } };
    await run(address, [go, go, go, go]);
    expect(heard.map((text) => (JSON.parse(text) as Record<string, unknown>)['previous_response_id'])).toEqual([
      '',
      'resp_"1"',
      'resp_"1"',
      'resp_3',
    ]);
  });

  it('says by whom and how it was ended', async () => {
    const address = await socketServer((socket) => socket.on('message', () => socket.close(1011, 'the upstream is gone')));
    const sight = await run(address, [{ text: 'x' }]);
    expect(ending(sight)).toEqual({ status: 101, end: 'complete' });
    expect(socketOf(sight)).toMatchObject({ endedBy: 'target', closeCode: 1011, closeReason: 'the upstream is gone' });
  });

  it('is cut when it ends without a close frame', async () => {
    const address = await socketServer((socket) => socket.on('message', () => socket.terminate()));
    const sight = await run(address, [{ text: 'x' }]);
    expect({ end: sight.end, ...socketOf(sight) }).toMatchObject({ end: 'cut', endedBy: 'target', closeCode: 1006 });
  });
});

describe('one answer of a socket', () => {
  const created = { type: 'response.created', response: { id: 'resp_1' } };
  const delta = { type: 'response.output_text.delta', delta: 'ok' };
  const completed = { type: 'response.completed', response: { object: 'response', output: [], status: 'completed' } };
  const refusal = { type: 'error', status: 429, error: { message: 'later' } };

  it('reads as HTTP would have given it', async () => {
    const address = await socketServer((socket) => {
      const answers = [[created, delta, completed], [refusal]];
      socket.on('message', () => {
        for (const frame of answers.shift() ?? []) socket.send(JSON.stringify(frame));
      });
    });
    const sight = await run(address, [{ text: 'a' }, { text: 'b' }]);
    expect(says(answerOnSocket(sight), 'ok')).toEqual({ kind: 'holds' });
    expect(answerOnSocket(sight, 1)).toMatchObject({ status: 429, json: refusal, end: 'complete' });
    expect(answerOnSocket(sight, 2)).toMatchObject({ status: 0, events: [] });
  });
});

describe('an upgrade', () => {
  it('that is refused has its status, headers and body', async () => {
    const address = await rawServer((connection) => {
      connection.end('HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{"error":"x"}');
    }, false);
    const sight = await run(address);
    expect(sight).toMatchObject({ status: 401, json: { error: 'x' }, end: 'complete', headers: { 'content-type': 'application/json' } });
    expect(socketOf(sight)).toBeUndefined();
  });

  it('that is taken for another key is no socket', async () => {
    const address = await rawServer((connection) => {
      connection.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n');
    }, false);
    expect(ending(await run(address))).toEqual({ status: 101, end: 'cut', errorCode: 'BAD_HANDSHAKE' });
  });

  it('that nobody listens for is refused', async () => {
    const address = await socketServer(() => undefined);
    await new Promise((closed) => servers.splice(0).forEach((server) => server.close(closed)));
    expect(ending(await run(address))).toEqual({ status: 0, end: 'refused', errorCode: 'ECONNREFUSED' });
  });

  it('with a header that cannot be sent is refused at once', async () => {
    const probe = websocket([]);
    const errand = { address: 'ws://127.0.0.1:9/', headers: { bad: 'a\nb' }, messages: [], probe, token, onBytes: () => undefined };
    const sight = await new SocketCaller(errand).run(30_000, new AbortController().signal);
    expect(ending(sight)).toEqual({ status: 0, end: 'cut', errorCode: 'ERR_INVALID_CHAR' });
  });
});

describe('a hostile target', () => {
  const frameHead = (bytes: number): Buffer => {
    const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    head.writeBigUInt64BE(BigInt(bytes), 2);
    return head;
  };

  it.each<readonly [string, (connection: Duplex) => void, object]>([
    ['announces a frame of a terabyte', (c) => c.write(frameHead(2 ** 40)), { end: 'cut', errorCode: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' }],
    ['speaks no WebSocket', (c) => c.write('<html>hello</html>'), { end: 'cut', errorCode: 'WS_ERR_UNEXPECTED_RSV_2_3' }],
    ['sends what is no UTF-8', (c) => c.write(Buffer.from([0x81, 1, 255])), { end: 'cut', errorCode: 'WS_ERR_INVALID_UTF8' }],
    ['hangs up in the middle of a frame', (c) => c.end(Buffer.from([0x81, 5, 65])), { end: 'cut' }],
  ])('that %s is told from others', async (_what, answer, expected) => {
    const sight = await run(await rawServer(answer), [{ text: 'x' }]);
    expect(ending(sight)).toEqual({ status: 101, ...expected });
  });

  it('that refuses without end is cut off', async () => {
    const address = await rawServer((connection) => {
      connection.write('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n');
      const more = (): void => {
        while (connection.writable && connection.write('x'.repeat(65_536)));
      };
      connection.on('drain', more);
      more();
    }, false);
    expect(ending(await run(address))).toEqual({ status: 200, end: 'cut', errorCode: 'ANSWER_TOO_LARGE' });
  });

  it('that floods with frames is cut off', async () => {
    const address = await rawServer((connection) => {
      const many = Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from([0x81, 1, 65])));
      for (let sent = 0; sent < 30; sent += 1) connection.write(many);
    });
    expect(ending(await run(address, [{ text: 'x' }]))).toEqual({ status: 101, end: 'cut', errorCode: 'ANSWER_TOO_LARGE' });
  });

  it('that says nothing is left when the caller’s time is up, or the run’s', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const address = await rawServer((connection) => connection.once('data', () => vi.advanceTimersByTime(30_000)));
    expect(ending(await run(address, [{ text: 'x' }]))).toEqual({ status: 101, end: 'timeout' });
    const over = AbortSignal.abort();
    const errand = { address, headers: {}, messages: [], probe: websocket([]), token, onBytes: () => undefined };
    expect(ending(await new SocketCaller(errand).run(30_000, over))).toEqual({ status: 0, end: 'timeout' });
  });
});
