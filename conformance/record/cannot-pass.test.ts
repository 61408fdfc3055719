import { afterEach, describe, expect, it } from 'vitest';

import { type Capturing, heard, startCapturing } from './testing/capturing.ts';
import { type RawUpstream, startRawUpstream } from './testing/raw-upstream.ts';

const open: (RawUpstream | Capturing)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** What a client gets that says this to an upstream that answers so, what was told, and what the upstream read. */
const pass = async (request: string, answer: string, mount = '') => {
  let read = '';
  const upstream = await startRawUpstream((socket, text) => {
    read = text;
    socket.end(answer, 'latin1');
  });
  const passThrough = await startCapturing(`${upstream.url}${mount}`);
  open.push(passThrough, upstream);
  const got = await heard(passThrough.say(request));
  const [one] = await passThrough.first(1);
  const [line = ''] = got.split('\r\n');
  return { line, got, read, spoiled: one?.spoiled, status: one?.answer?.status };
};

const get = 'GET /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';
const upgrade = (target: string, ...fields: readonly string[]): string =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: h',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    ...fields,
    '\r\n',
  ].join('\r\n');
const empty = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

describe('a pass-through ends one exchange, and no other', () => {
  it.each([
    ['a reason with a control byte', 'HTTP/1.1 200 O\u0001K\r\nContent-Length: 0\r\n\r\n', 'Invalid character in statusMessage'],
    ['status 000', 'HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n', 'Invalid status code: 0'],
    ['status 099', 'HTTP/1.1 099 X\r\nContent-Length: 0\r\n\r\n', 'Invalid status code: 99'],
  ])('when an upstream answers with %s', async (_what, answer, why) => {
    const { line, got, spoiled } = await pass(get, answer);
    const detail = `the answer cannot be handed on: ${why}`;
    expect([line, spoiled]).toEqual(['HTTP/1.1 502 Bad Gateway', { by: 'no-answer', detail }]);
    expect(got).toContain(`wireproof record: ${detail}\n`);
  });

  it('when node would not send the request', async () => {
    const passThrough = await startCapturing('ftp://127.0.0.1');
    open.push(passThrough);
    const [line] = (await heard(passThrough.say(get))).split('\r\n');
    const detail = 'the request cannot be handed on: Protocol "ftp:" not supported. Expected "http:"';
    expect([line, passThrough.captured.map(({ spoiled }) => spoiled)]).toEqual(['HTTP/1.1 400 Bad Request', [{ by: 'no-answer', detail }]]);
  });

  it.each([
    ['the same protocol twice', upgrade('/x', 'Sec-WebSocket-Protocol: a, a'), 'An invalid or duplicated subprotocol was specified'],
    ['a fragment', upgrade('/x#y'), 'The URL contains a fragment identifier'],
  ])('when a client wants a WebSocket with %s', async (_what, request, why) => {
    const { line, read, spoiled } = await pass(request, empty);
    expect([line, read, spoiled]).toEqual([
      'HTTP/1.1 400 Bad Request',
      '',
      { by: 'no-answer', detail: `the handshake cannot be handed on: ${why}` },
    ]);
  });
});

it.each([
  ['the mount before a path', 'GET /x', 'GET /mount/x HTTP/1.1'],
  ['nothing before the whole server', 'OPTIONS *', 'OPTIONS * HTTP/1.1'],
])('a pass-through puts %s', async (_what, said, sent) => {
  const { read } = await pass(`${said} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`, empty, '/mount');
  expect(read.split('\r\n')[0]).toBe(sent);
});

const announced = 'HTTP/1.1 200 OK\r\nTrailer: x-a\r\n';
const chunked = `${announced}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx-a: b\r\n\r\n`;

describe('a pass-through announces trailers', () => {
  it('with chunks', async () => {
    const { got, status } = await pass(get, chunked);
    expect([got.includes('\r\nTrailer: x-a\r\n'), got.endsWith('0\r\nx-a: b\r\n\r\n'), status]).toEqual([true, true, 200]);
    const sent = await pass(
      'POST /x HTTP/1.1\r\nHost: h\r\nTrailer: x-a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n',
      empty,
    );
    expect(sent.read).toContain('\r\nTrailer: x-a\r\n');
  });

  it.each([
    ['a length', get, `${announced}Content-Length: 2\r\n\r\nhi`],
    ['HEAD', get.replace('GET', 'HEAD'), `${announced}Transfer-Encoding: chunked\r\n\r\n`],
    ['a client of HTTP/1.0', 'GET /x HTTP/1.0\r\nHost: h\r\n\r\n', chunked],
  ])('not in an answer to or with %s', async (_what, request, answer) => {
    const { line, got, status, spoiled } = await pass(request, answer);
    expect([line, status, spoiled]).toEqual(['HTTP/1.1 200 OK', 200, undefined]);
    expect(got).not.toContain('Trailer');
  });

  it.each([
    ['no body', 'GET /x HTTP/1.1\r\nHost: h\r\nTrailer: x\r\nConnection: close\r\n\r\n'],
    ['a length', 'POST /x HTTP/1.1\r\nHost: h\r\nTrailer: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi'],
  ])('not in a request with %s', async (_what, request) => {
    const { line, read } = await pass(request, empty);
    expect([line, read.includes('POST') === request.includes('POST'), read.includes('Trailer')]).toEqual(['HTTP/1.1 200 OK', true, false]);
  });
});

describe('a pass-through that is taken for a proxy', () => {
  it('asks the upstream for what is behind the host', async () => {
    const { line, read } = await pass('GET http://h:1/x?y=http://z HTTP/1.1\r\nHost: h:1\r\nConnection: close\r\n\r\n', empty);
    expect([line, read.split('\r\n')[0]]).toEqual(['HTTP/1.1 200 OK', 'GET /x?y=http://z HTTP/1.1']);
    const { read: handshake } = await pass(upgrade('http://h'), empty);
    expect(handshake.split('\r\n')[0]).toBe('GET / HTTP/1.1');
  });
});
