import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocket, WebSocketServer, type RawData } from 'ws';

import type { Defect, Memory, Message, Reply, SocketFrame, SocketMove } from './defect.ts';

/** What a defect does with WebSockets; all of it is passed on where it says nothing. */
export type SocketWay = Pick<Defect, 'upgrade' | 'frames'>;

export interface SocketShim {
  /** Takes one upgrade: asks the proxy for the same, and hands the frames on. */
  readonly take: (message: Message, incoming: IncomingMessage, connection: Duplex, rest: Buffer) => Promise<void>;
  readonly close: () => void;
}

/** Headers that are made anew for the connection behind the shim. */
const ofTheHandshake = /^(?:upgrade|sec-websocket-.*)$/;

const withoutHandshake = (headers: Message['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheHandshake.test(name)));

const refuseUpgrade = (connection: Duplex, { status, headers, body }: Reply): void => {
  const lines = Object.entries({ ...headers, 'content-length': String(body.length), connection: 'close' });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  connection.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
};

const replyOf = async (response: IncomingMessage): Promise<Reply> => {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  const { 'content-type': type = 'application/octet-stream' } = response.headers;
  return { status: response.statusCode ?? 502, headers: { 'content-type': type }, body: Buffer.concat(pieces) };
};

const frameOf = (from: SocketFrame['from'], data: RawData, isBinary: boolean): SocketFrame => {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data);
  return { from, text: bytes.toString('utf8'), bytes, isBinary };
};

/** A code that may stand in a close frame; 1005 and 1006 only tell that there was none. */
const endOther = (other: WebSocket, code: number, reason: Buffer): void => {
  if (code === 1006) other.terminate();
  else if (code === 1005) other.close();
  else other.close(code, reason);
};

const asItCame = (frame: SocketFrame): readonly SocketMove[] => [{ pass: frame.isBinary ? frame.bytes : frame.text }];

const sent = (socket: WebSocket, data: string | Buffer): Promise<void> =>
  new Promise((resolve) => {
    socket.send(data, () => resolve());
  });

/** Resolves when what is sent has left, so that a cut behind it does not take it away. */
const make = async (move: SocketMove, sender: WebSocket, other: WebSocket): Promise<void> => {
  if ('pass' in move) return sent(other, move.pass);
  if ('answer' in move) return sent(sender, move.answer);
  for (const end of [sender, other]) {
    if ('close' in move) end.close(move.close.code, move.close.reason);
    else end.terminate();
  }
};

/** The two sockets of a caller, one on each side of the shim. */
const join = (caller: WebSocket, proxy: WebSocket, { frames = asItCame }: SocketWay, memory: Memory): void => {
  const seen: Memory = new Map();
  const listen = (from: SocketFrame['from'], sender: WebSocket, other: WebSocket): void => {
    let before = Promise.resolve();
    const next = (step: () => Promise<void> | void): void => {
      before = before.then(step, () => other.terminate());
    };
    sender.on('message', (data, isBinary) => {
      const moves = frames(frameOf(from, data, isBinary), seen, memory);
      for (const move of moves) next(() => make(move, sender, other));
    });
    sender.on('error', () => other.terminate());
    sender.on('close', (code, reason) => next(() => endOther(other, code, reason)));
  };
  listen('caller', caller, proxy);
  listen('proxy', proxy, caller);
};

/** Stands in the WebSockets between caller and proxy. */
export const newSocketShim = (origin: string, way: SocketWay, memory: Memory): SocketShim => {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  const open = new Set<WebSocket>();
  const keep = (socket: WebSocket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  const passOn = ({ path, headers }: Message, incoming: IncomingMessage, connection: Duplex, rest: Buffer): void => {
    const proxy = new WebSocket(`${origin.replace('http', 'ws')}${path}`, { headers: withoutHandshake(headers) });
    keep(proxy);
    proxy.on('error', () => connection.destroy());
    proxy.on('unexpected-response', (_request, response) => {
      replyOf(response).then(
        (reply) => refuseUpgrade(connection, reply),
        () => connection.destroy(),
      );
    });
    // What the proxy says before the caller is joined waits for it.
    proxy.on('open', () => {
      proxy.pause();
      server.handleUpgrade(incoming, connection, rest, (caller) => {
        keep(caller);
        proxy.removeAllListeners('error');
        join(caller, proxy, way, memory);
        proxy.resume();
      });
    });
  };
  return {
    take: async (message, incoming, connection, rest) => {
      connection.on('error', () => undefined);
      const next = (await way.upgrade?.(message, memory)) ?? message;
      if ('status' in next) refuseUpgrade(connection, next);
      else passOn(next, incoming, connection, rest);
    },
    close: () => {
      for (const socket of open) socket.terminate();
      server.close();
    },
  };
};
