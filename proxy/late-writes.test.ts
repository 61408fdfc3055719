import { createServer, request } from 'node:http';
import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { LateWrites } from './late-writes.ts';

const running: (() => void)[] = [];

afterEach(() => running.splice(0).forEach((stop) => stop()));

/** A server whose writes are late. Returns how to ask it, for the text that comes. */
const serve = async (lateWrites: LateWrites, answer: (response: ServerResponse, socket: Socket) => void) => {
  const server = createServer((asked, response) => answer(response, asked.socket));
  lateWrites.watch(server, false);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (headers: Readonly<Record<string, string>> = {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const asking = request({ port, host: '127.0.0.1', headers }, (got) => {
        let text = '';
        got.setEncoding('utf8').on('data', (piece: string) => (text += piece));
        got.on('end', () => resolve(text)).on('error', reject);
      });
      asking.on('error', reject).end();
    });
};

describe('an answer', () => {
  it('stays in its buffer until the turn of the event loop is over', async () => {
    const waiting: boolean[] = [];
    const ask = await serve(new LateWrites(), (response, socket) => {
      response.end('whole');
      waiting.push(socket.writableLength > 0);
      setImmediate(() => waiting.push(socket.writableLength > 0));
    });
    expect([await ask(), waiting]).toEqual(['whole', [true, false]]);
  });

  it('leaves at once when somebody wants it to', async () => {
    const lateWrites = new LateWrites();
    const waiting: boolean[] = [];
    const ask = await serve(lateWrites, (response, socket) => {
      response.end('whole');
      lateWrites.flush();
      waiting.push(socket.writableLength > 0);
    });
    expect([await ask(), waiting]).toEqual(['whole', [false]]);
  });

  it('comes in its order and whole, however it is written', async () => {
    const ask = await serve(new LateWrites(), (response) => {
      response.write('one ');
      response.write('two ');
      setImmediate(() => {
        response.write('three ');
        process.nextTick(() => response.end('four'));
      });
    });
    expect([await ask(), await ask({ connection: 'close' })]).toEqual(['one two three four', 'one two three four']);
  });

  it('costs no more on a connection that comes as a new one again and again', () => {
    const server = createServer();
    new LateWrites().watch(server, false);
    let changes = 0;
    const socket = Object.defineProperty(new Socket(), 'uncork', {
      get: () => () => undefined,
      set: () => {
        changes += 1;
      },
    });
    server.emit('connection', socket);
    server.emit('connection', socket);
    expect(changes).toBe(1);
    socket.destroy();
  });

  it('is written when somebody else corks its connection meanwhile', async () => {
    const lateWrites = new LateWrites();
    const waiting: boolean[] = [];
    const ask = await serve(lateWrites, (response, socket) => {
      response.end('whole');
      socket.cork();
      socket.uncork();
      lateWrites.flush();
      waiting.push(socket.writableLength > 0);
    });
    expect([await ask(), waiting]).toEqual(['whole', [false]]);
  });
});
