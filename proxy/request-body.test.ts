import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { afterEach, describe, expect, it } from 'vitest';

import type { ProxyError } from './errors.ts';
import { piecesOf, readRequestBody } from './request-body.ts';

interface Told {
  readonly error: ProxyError | null;
  readonly pieces: readonly Buffer[] | undefined;
}

interface Reading {
  readonly socket: Socket;
  readonly request: IncomingMessage;
  /** Everything that `done` was told, in its order. */
  readonly told: readonly Told[];
  /** When `done` is called for the first time. */
  readonly first: Promise<void>;
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const newReading = async (head: string, maxBytes = 10): Promise<Reading> => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.setNoDelay(true);
  closing.push(() => {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  socket.write(`POST / HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n`);
  const [request] = (await once(server, 'request')) as [IncomingMessage];
  const told: Told[] = [];
  const first = new Promise<void>((resolve) => {
    readRequestBody(request, maxBytes, (error, pieces) => {
      told.push({ error, pieces });
      resolve();
    });
  });
  return { socket, request, told, first };
};

/** In the terms of the client: what is wrong, or the text that came. */
const said = ({ told }: Reading): readonly unknown[] =>
  told.map(({ error, pieces }) => error?.toInfo().code ?? Buffer.concat(pieces ?? []).toString());

const ended = async ({ request }: Reading): Promise<void> => {
  if (!request.closed) await once(request, 'close');
  await nextTurn();
};

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

describe('a request body', () => {
  it('that is too large is refused when the client has sent it, so that it hears of it', async () => {
    const reading = await newReading('transfer-encoding: chunked');
    for (const text of ['eleven bytes', 'and more']) {
      const arrived = once(reading.request, 'data');
      reading.socket.write(chunk(text));
      await arrived;
      await nextTurn();
      expect(said(reading)).toEqual([]);
    }
    reading.socket.write('0\r\n\r\n');
    await reading.first;
    expect(said(reading)).toEqual(['request_too_large']);
  });

  it('is read in the pieces in which it comes', async () => {
    const reading = await newReading('transfer-encoding: chunked');
    for (const [sent, text] of ['{"a"', ':', '"é"}'].entries()) {
      const arrived = once(reading.request, 'data');
      reading.socket.write(chunk(text));
      expect([sent, ((await arrived) as [Buffer])[0].toString()]).toEqual([sent, text]);
    }
    reading.socket.write('0\r\n\r\n');
    await reading.first;
    expect(reading.told.map(({ pieces }) => pieces?.map(String))).toEqual([['{"a"', ':', '"é"}']]);
  });

  it.each([
    ['as large as it may be', 'content-length: 10', '0123456789', '0123456789'],
    ['without a byte', 'content-length: 0', '', ''],
    ['that is none', 'connection: keep-alive', '', ''],
    ['in chunks, as large as it may be', 'transfer-encoding: chunked', `${chunk('01234')}${chunk('56789')}0\r\n\r\n`, '0123456789'],
    ['in no chunk', 'transfer-encoding: chunked', '0\r\n\r\n', ''],
    ['that says it is too large', 'content-length: 11', '', 'request_too_large'],
    ['that says it is far too large', 'content-length: 99999999999', '', 'request_too_large'],
    ['that becomes too large', 'transfer-encoding: chunked', `${chunk('0123456789')}${chunk('x')}`, 'request_too_large'],
    ['that is too large at once', 'transfer-encoding: chunked', chunk('x'.repeat(60_000)), 'request_too_large'],
  ])('%s', async (_what, head, sent, expected) => {
    const reading = await newReading(head);
    reading.socket.write(sent);
    await reading.first;
    expect(said(reading)).toEqual([expected]);
  });

  it('that is too large is taken to its end all the same, and told of once', async () => {
    const reading = await newReading('transfer-encoding: chunked');
    reading.socket.write(chunk('x'.repeat(60_000)));
    await reading.first;
    for (let more = 0; more < 20; more += 1) reading.socket.write(chunk('y'.repeat(60_000)));
    reading.socket.write('0\r\n\r\n');
    await once(reading.request, 'end');
    reading.socket.end();
    await ended(reading);
    expect(said(reading)).toEqual(['request_too_large']);
  });

  it('that says it is too large is taken to its end all the same', async () => {
    const reading = await newReading('content-length: 1000000');
    reading.socket.write('x'.repeat(1_000_000));
    await once(reading.request, 'end');
    await ended(reading);
    expect(said(reading)).toEqual(['request_too_large']);
  });

  it.each([
    ['its length', 'content-length: 9', '0123', 'end'],
    ['its length, by force', 'content-length: 9', '0123', 'reset'],
    ['its last chunk', 'transfer-encoding: chunked', chunk('0123'), 'end'],
    ['its first byte', 'content-length: 9', '', 'reset'],
    ['the end of a chunk', 'transfer-encoding: chunked', '9\r\n0123', 'end'],
  ])('that breaks off before %s is told of once', async (_what, head, sent, how) => {
    const reading = await newReading(head);
    if (sent !== '') {
      const arrived = once(reading.request, 'data');
      reading.socket.write(sent);
      await arrived;
    }
    if (how === 'reset') reading.socket.resetAndDestroy();
    else reading.socket.end();
    await reading.first;
    await ended(reading);
    expect(said(reading)).toEqual(['invalid_request']);
    expect(reading.told[0]?.error?.message).toBe('The request body broke off.');
  });

  it('that is whole is not broken off by a client that leaves then', async () => {
    const reading = await newReading('content-length: 2');
    reading.socket.write('{}');
    await reading.first;
    reading.socket.resetAndDestroy();
    await ended(reading);
    expect(said(reading)).toEqual(['{}']);
  });
});

describe('the pieces of a body', () => {
  it('are none where there is none', () => {
    const pieces = [Buffer.from('x')];
    expect([piecesOf(undefined), piecesOf(null), piecesOf(pieces)]).toEqual([[], [], pieces]);
  });
});
