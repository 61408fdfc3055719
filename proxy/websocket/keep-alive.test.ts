import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import type { Clock } from '../clock.ts';
import { endWhenGone, endWhenIdle } from './keep-alive.ts';

const servers: WebSocketServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    for (const socket of server.clients) socket.terminate();
    server.close();
  }
});

/** Both ends of one connection. */
const connected = async (autoPong: boolean): Promise<{ readonly client: WebSocket; readonly socket: WebSocket }> => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  servers.push(server);
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { autoPong });
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  return { client, socket };
};

/** Timers that run out when a test says so. */
class Timers implements Clock {
  readonly #running = new Map<object, () => void>();

  readonly now = (): number => 0;

  readonly after = (_ms: number, then: () => void) => {
    const id = {};
    const restart = (): void => void this.#running.set(id, then);
    restart();
    return { restart, stop: () => void this.#running.delete(id) };
  };

  get running(): number {
    return this.#running.size;
  }

  runOut(): void {
    const due = [...this.#running.values()];
    this.#running.clear();
    for (const fire of due) fire();
  }
}

describe('endWhenGone', () => {
  it('ends the socket of a client that answers no ping', async () => {
    const { client, socket } = await connected(false);
    const timers = new Timers();
    const stop = endWhenGone(socket, timers, 1);
    timers.runOut();
    await once(client, 'ping');
    timers.runOut();
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(1006);
    stop();
    expect(timers.running).toBe(0);
  });

  it('leaves one that answers', async () => {
    const { client, socket } = await connected(true);
    const timers = new Timers();
    const stop = endWhenGone(socket, timers, 1);
    for (let pings = 0; pings < 3; pings += 1) {
      const answered = once(socket, 'pong');
      timers.runOut();
      await answered;
    }
    expect(client.readyState).toBe(WebSocket.OPEN);
    stop();
    expect(timers.running).toBe(0);
  });
});

describe('endWhenIdle', () => {
  it('closes a socket on which nothing is asked', async () => {
    const { client, socket } = await connected(true);
    const timers = new Timers();
    const closed = once(client, 'close') as Promise<[number, Buffer]>;
    endWhenIdle(socket, timers, 1, () => false);
    timers.runOut();
    const [code, reason] = await closed;
    expect([code, reason.toString()]).toEqual([1000, 'nothing was asked for an hour']);
  });

  it('leaves one that is being answered, and asks again later', async () => {
    const { client, socket } = await connected(true);
    const timers = new Timers();
    let isWorking = true;
    endWhenIdle(socket, timers, 1, () => isWorking);
    timers.runOut();
    expect([socket.readyState, timers.running]).toEqual([WebSocket.OPEN, 1]);
    isWorking = false;
    const closed = once(client, 'close') as Promise<[number, Buffer]>;
    timers.runOut();
    expect((await closed)[0]).toBe(1000);
  });

  it('counts anew from each message', async () => {
    const { client, socket } = await connected(true);
    let restarts = 0;
    const clock: Clock = { now: () => 0, after: () => ({ restart: () => void (restarts += 1), stop: () => undefined }) };
    endWhenIdle(socket, clock, 1, () => false);
    const arrived = once(socket, 'message');
    await once(client, 'open');
    client.send('hello');
    await arrived;
    expect(restarts).toBe(1);
  });
});
