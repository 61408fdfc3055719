import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import { peerHasRead } from '#fixtures/upstreams/delivered';

import { pairs } from './captured.ts';

/** An answer before the answer, past node's server, which has no words for most of them. */
export const say1xx = (res: ServerResponse, status: number, raw: readonly string[]): void => {
  const fields = pairs(raw).map(([name, value]) => `${name}: ${value}\r\n`);
  res.socket?.write(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${fields.join('')}\r\n`, 'latin1');
};

/** An answer has no socket while those before it on the same connection run. What it holds goes out in the turn in which it gets one. */
const whenItsTurn = (res: ServerResponse, act: (socket: Socket) => void): void => {
  if (res.socket !== null) act(res.socket);
  else res.once('socket', (socket: Socket) => setImmediate(() => act(socket)));
};

/** What came is on its way; then the client's connection ends as the upstream's did. */
export const endAsUpstream = (res: ServerResponse, isReset: boolean): void =>
  whenItsTurn(res, (socket) => {
    if (!isReset) socket.destroySoon();
    // A reset throws away what the client's side has not read yet.
    else void peerHasRead(socket).then(() => socket.resetAndDestroy());
  });

/** In our own words, where nothing of the upstream's was said yet; where something was, the connection ends. */
export const sayToClient = (res: ServerResponse, status: 400 | 502 | 504, why: string): void => {
  if (res.headersSent) return endAsUpstream(res, false);
  res.writeHead(status, STATUS_CODES[status], { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  res.end(`wireproof record: ${why}\n`);
};
