import { createServer } from 'node:http';
import { connect } from 'node:net';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { listenOnLoopback, type Listening } from './listen.ts';
import { passOnRequest, passOnUpgrade, type Destination } from './pass-on.ts';

/** Node would not say this path itself, and throws. */
const unsayable: Destination = { origin: new URL('http://127.0.0.1:9'), path: '/a b' };

let relay: Listening;
let told: (number | undefined)[];
beforeEach(async () => {
  told = [];
  const tell = (status: number | undefined): void => void told.push(status);
  const server = createServer((incoming, response) => passOnRequest(incoming, response, unsayable, tell));
  server.on('upgrade', (incoming, socket, head) => passOnUpgrade(incoming, socket, head, unsayable, tell));
  relay = await listenOnLoopback(server);
});
afterEach(() => relay.close());

it('answers for a target that cannot be asked what the client asks', async () => {
  const answer = await fetch(relay.url, { method: 'POST', body: 'x'.repeat(1_000_000) });
  expect([answer.status, told]).toEqual([502, [undefined]]);
});

it('ends a handshake that cannot be handed on', async () => {
  const socket = connect(relay.address.port, relay.address.host);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  expect([await socket.toArray(), told]).toEqual([[], [undefined]]);
});
