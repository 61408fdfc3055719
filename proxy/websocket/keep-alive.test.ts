import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';

import { endWhenGone } from './keep-alive.ts';

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

describe('endWhenGone', () => {
  it('ends the socket of a client that answers no ping', async () => {
    const { client, socket } = await connected(false);
    const stop = endWhenGone(socket, 20);
    const [code] = (await once(client, 'close')) as [number];
    expect(code).toBe(1006);
    stop();
  });

  it('leaves one that answers', async () => {
    const { client, socket } = await connected(true);
    const stop = endWhenGone(socket, 200);
    for (let pings = 0; pings < 3; pings += 1) await once(client, 'ping');
    expect(client.readyState).toBe(WebSocket.OPEN);
    stop();
  });
});
