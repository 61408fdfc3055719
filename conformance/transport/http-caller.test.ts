import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import { TOKEN, type Probe } from '#scenarios/kit/probe';

import { claimPort } from '../targets/free-port.ts';
import { createHttpCaller, type Errand } from './http-caller.ts';

const token = 'wpt_abcdefghij012345';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const listening = async (server: Server | TcpServer): Promise<string> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const httpTarget = (handle: (req: IncomingMessage, res: ServerResponse, body: Buffer) => void): Promise<string> =>
  listening(
    createServer((req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk: Buffer) => chunks.push(chunk));
      req.on('end', () => handle(req, res, Buffer.concat(chunks)));
    }),
  );

const rawTarget = (answer: (socket: Socket) => void): Promise<string> =>
  listening(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    }),
  );

const probe = (changes: Partial<Probe> = {}): Probe => ({
  dialect: 'openai-chat',
  method: 'POST',
  path: '/v1/chat/completions',
  headers: {},
  body: { json: { note: TOKEN } },
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 10_000,
  after: [],
  maxOutputTokens: 1,
  ...changes,
});

type More = Partial<Pick<Errand, 'signal' | 'onBytes'>> & { readonly headers?: Record<string, string> };

const send = async (url: string, what: Probe, { headers = {}, ...more }: More = {}) => {
  const caller = createHttpCaller();
  closers.push(() => caller.close());
  return caller.send(what, { url, path: what.path, headers, token, ...more });
};

describe('what is sent', () => {
  const echo = () =>
    httpTarget((req, res, body) => {
      const { 'content-length': length, 'transfer-encoding': transfer, 'content-encoding': content, authorization } = req.headers;
      const text = (content === 'gzip' ? gunzipSync(body) : body).toString();
      res.setHeader('content-type', 'application/json');
      res.end(JSON.stringify({ url: req.url, length, transfer, content, authorization, text }));
    });

  it('puts the token where the placeholder stands, in path and body', async () => {
    const sight = await send(await echo(), probe({ path: `/v1/x?q=${TOKEN}` }));
    expect(sight.json).toEqual({ url: `/v1/x?q=${token}`, length: '31', text: `{"note":"${token}"}` });
    expect(sight.sentBytes).toBe(31);
  });

  it('sends no content-length when the probe asks for chunked framing', async () => {
    const sight = await send(await echo(), probe({ framing: 'chunked', body: { text: 'x'.repeat(40_000) } }));
    expect(sight.json).toEqual({ url: '/v1/chat/completions', transfer: 'chunked', text: 'x'.repeat(40_000) });
  });

  it('compresses when asked and counts the bytes on the wire', async () => {
    const sight = await send(await echo(), probe({ encoding: 'gzip', body: { text: 'y'.repeat(10_000) } }));
    expect(sight.json).toMatchObject({ content: 'gzip', text: 'y'.repeat(10_000), length: String(sight.sentBytes) });
    expect(sight.sentBytes).toBeLessThan(200);
  });

  it("lets the probe's headers win over the target's, whatever their case", async () => {
    const sight = await send(await echo(), probe({ headers: { authorization: 'Bearer wrong' } }), {
      headers: { Authorization: 'Bearer right' },
    });
    expect(sight.json).toMatchObject({ authorization: 'Bearer wrong' });
  });
});

describe('a compressed answer', () => {
  const zipping = (then: (socket: { readonly res: ServerResponse; readonly zipped: Buffer }) => void) =>
    httpTarget((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      then({ res, zipped: gzipSync('data: one\n\ndata: two\n\n') });
    });
  const takesGzip = probe({ headers: { 'Accept-Encoding': 'gzip' } });

  it('is read by a caller who takes that', async () => {
    const sight = await send(await zipping(({ res, zipped }) => res.end(zipped)), takesGzip);
    expect([sight.events.map(({ data }) => data), sight.end, sight.headers['content-encoding']]).toEqual([
      ['one', 'two'],
      'complete',
      'gzip',
    ]);
  });

  it('is handed on event by event, as it is flushed', async () => {
    const gzip = createGzip();
    const url = await zipping(({ res }) => {
      gzip.pipe(res);
      gzip.write('data: one\n\n');
      gzip.flush();
    });
    const pieces: string[] = [];
    const onBytes = (bytes: Buffer): void => {
      pieces.push(bytes.toString());
      if (pieces.length === 1) gzip.end('data: two\n\n');
    };
    await send(url, takesGzip, { onBytes });
    expect(pieces).toEqual(['data: one\n\n', 'data: two\n\n']);
  });

  it('is cut off where it breaks', async () => {
    const sight = await send(await zipping(({ res, zipped }) => res.end(zipped.subarray(0, 20))), takesGzip);
    expect([sight.end, sight.errorCode]).toEqual(['cut', 'Z_BUF_ERROR']);
  });

  it('stays as it is for a caller who did not ask for it', async () => {
    const sight = await send(await zipping(({ res, zipped }) => res.end(zipped)), probe());
    expect(sight.events).toEqual([]);
  });
});

describe('what is seen', () => {
  it('joins repeated headers and keeps a body that is not JSON as text', async () => {
    const url = await httpTarget((_, res) => {
      res.writeHead(
        502,
        [
          ['content-type', 'text/html'],
          ['x-a', '1'],
          ['x-a', '2'],
        ].flat(),
      );
      res.end('<html>');
    });
    const { status, headers, bodyText, json, events, end } = await send(url, probe());
    expect({ status, type: headers['content-type'], xa: headers['x-a'], bodyText, json, events, end }).toEqual({
      status: 502,
      type: 'text/html',
      xa: '1, 2',
      bodyText: '<html>',
      json: undefined,
      events: [],
      end: 'complete',
    });
  });

  it('parses events across chunk boundaries, inside characters too, and drops one without its blank line', async () => {
    const url = await httpTarget((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
      const bytes = Buffer.from('event: a\ndata: {"t":"é"}\n\ndata: [DONE]\n\ndata: unfinished');
      for (const byte of bytes) res.write(Buffer.of(byte));
      res.end();
    });
    const { events, end } = await send(url, probe({ stream: true }));
    expect(events.map(({ event, data, json }) => ({ event, data, json }))).toEqual([
      { event: 'a', data: '{"t":"é"}', json: { t: 'é' } },
      { event: undefined, data: '[DONE]', json: undefined },
    ]);
    expect(end).toBe('complete');
  });

  it('stamps each event with the time at which it arrived', async () => {
    let finish: () => void = () => undefined;
    const url = await httpTarget((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: 1\n\n');
      finish = () => res.end('data: 2\n\n');
      setImmediate(() => finish());
    });
    const { events, firstByteMs, durationMs } = await send(url, probe({ stream: true }));
    const times = [0, firstByteMs ?? -1, ...events.map((event) => event.atMs), durationMs];
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times).toHaveLength(5);
  });
});

describe('how it ends', () => {
  it('is refused when nobody listens', async () => {
    const { status, end, errorCode } = await send(`http://127.0.0.1:${await claimPort(0)}`, probe());
    expect({ status, end, errorCode }).toEqual({ status: 0, end: 'refused', errorCode: 'ECONNREFUSED' });
  });

  it('is refused when the name does not resolve', async () => {
    const { status, end } = await send('http://no-such-host.invalid', probe());
    expect({ status, end }).toEqual({ status: 0, end: 'refused' });
  });

  it('is a timeout when the answer does not come, and leaves what was seen', async () => {
    const url = await httpTarget((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: 1\n\n');
    });
    const { status, end, events } = await send(url, probe({ timeoutMs: 300 }));
    expect({ status, end, events: events.map((event) => event.data) }).toEqual({ status: 200, end: 'timeout', events: ['1'] });
  });

  it('is a timeout without status when nothing comes at all', async () => {
    const { status, end, bodyText } = await send(await httpTarget(() => undefined), probe({ timeoutMs: 100 }));
    expect({ status, end, bodyText }).toEqual({ status: 0, end: 'timeout', bodyText: '' });
  });

  it('ends at once when the run is aborted already', async () => {
    const { status, end } = await send(await httpTarget(() => undefined), probe(), { signal: AbortSignal.abort() });
    expect({ status, end }).toEqual({ status: 0, end: 'timeout' });
  });

  it('is reset by an RST', async () => {
    const { status, end, errorCode } = await send(await rawTarget((socket) => socket.resetAndDestroy()), probe());
    expect({ status, end, errorCode }).toEqual({ status: 0, end: 'reset', errorCode: 'ECONNRESET' });
  });

  it('is cut when the socket closes inside the body', async () => {
    const url = await rawTarget((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'));
    const { status, end, bodyText } = await send(url, probe());
    expect({ status, end, bodyText }).toEqual({ status: 200, end: 'cut', bodyText: 'abc' });
  });

  it.each([
    ['no HTTP at all', 'SSH-2.0-hello\r\n'],
    ['endless headers', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(200_000)}\r\n\r\n`],
    ['a bad chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'],
    ['a status that is none', 'HTTP/1.1 9999 OK\r\n\r\n'],
  ])('is cut by %s, and nothing is thrown', async (_, bytes) => {
    const { end } = await send(await rawTarget((socket) => socket.end(bytes)), probe());
    expect(end).toBe('cut');
  });

  it('is cut when the caller has what it wants, and tells every piece until then', async () => {
    const url = await httpTarget((_, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: grö');
      res.write('ßer\n\n', () => res.write('data: never asked for\n\n'));
    });
    const told: Buffer[] = [];
    const sight = await send(url, probe({ leaveAt: 'größer\n\n' }), { onBytes: (bytes) => told.push(bytes) });
    expect([sight.status, sight.end, sight.errorCode]).toEqual([200, 'cut', 'CALLER_LEFT']);
    expect(sight.events[0]?.data).toBe('größer');
    expect(Buffer.concat(told).toString()).toBe(sight.bodyText);
  });

  it('does not throw for a request that cannot be sent', async () => {
    const { status, end, errorCode } = await send('http://127.0.0.1:1', probe({ headers: { 'x-a': 'line\nbreak' } }));
    expect({ status, end, errorCode }).toEqual({ status: 0, end: 'cut', errorCode: 'UND_ERR_INVALID_ARG' });
  });
});
