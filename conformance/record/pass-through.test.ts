import { Agent, createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { peerHasRead } from '#fixtures/upstreams/delivered';

import type { Captured } from './captured.ts';
import { type PassThrough, startPassThrough } from './pass-through.ts';
import type { PassThroughOptions } from './pass-through-options.ts';
import { ask } from './testing/ask.ts';
import { type RawUpstream, startRawUpstream } from './testing/raw-upstream.ts';

const open: (RawUpstream | PassThrough)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const setUp = async (answer: (socket: Socket, head: string) => void, options: Partial<PassThroughOptions> = {}) => {
  const upstream = await startRawUpstream(answer);
  let told: (captured: Captured) => void = () => undefined;
  const captured = new Promise<Captured>((resolve) => {
    told = resolve;
  });
  const passThrough = await startPassThrough({
    upstream: upstream.url,
    host: '127.0.0.1',
    port: 0,
    mostBytes: 65_536,
    idleMs: 20_000,
    plain: false,
    now: () => 1_000,
    onCaptured: (one) => told(one),
    ...options,
  });
  open.push(passThrough, upstream);
  return { upstream, passThrough, captured };
};

const head = (...fields: readonly string[]): string => `HTTP/1.1 200 Fine\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const says = (text: string) => (socket: Socket) => void socket.end(text, 'latin1');

const shapeOf = ({ answer }: Captured) =>
  answer && {
    framing: answer.framing,
    pieces: answer.body.pieces.map(({ bytes }) => bytes.toString('latin1')),
    tail: answer.body.tail.toString('latin1'),
    ends: answer.ends,
  };

const wires: readonly (readonly [string, string, ReturnType<typeof shapeOf>])[] = [
  [
    'chunks',
    `${head('Transfer-Encoding: chunked')}3\r\nabc\r\n1\r\nd\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n`,
    { framing: 'chunked', pieces: ['abc', 'd', '0123456789'], tail: '', ends: 'complete' },
  ],
  [
    'a chunk that is cut',
    `${head('Transfer-Encoding: chunked')}3\r\nabc\r\n9\r\nhalf`,
    { framing: 'chunked', pieces: ['abc'], tail: '9\r\nhalf', ends: 'fin' },
  ],
  [
    'chunks without the last one',
    `${head('Transfer-Encoding: chunked')}3\r\nabc\r\n`,
    { framing: 'chunked', pieces: ['abc'], tail: '', ends: 'fin' },
  ],
  ['a length', `${head('Content-Length: 4')}\u00ff\u0000ab`, { framing: 'length', pieces: ['\u00ff\u0000ab'], tail: '', ends: 'complete' }],
  ['less than the length', `${head('Content-Length: 9')}half`, { framing: 'length', pieces: ['half'], tail: '', ends: 'fin' }],
  ['no length', `${head()}until the end`, { framing: 'close', pieces: ['until the end'], tail: '', ends: 'complete' }],
  ['an empty body', head('Content-Length: 0'), { framing: 'length', pieces: [], tail: '', ends: 'complete' }],
  [
    'the length of a body that does not come',
    'HTTP/1.1 304 Same\r\nContent-Length: 1234\r\n\r\n',
    { framing: 'none', pieces: [], tail: '', ends: 'complete' },
  ],
  ['no body', 'HTTP/1.1 204 Nothing\r\n\r\n', { framing: 'none', pieces: [], tail: '', ends: 'complete' }],
];

describe('a pass-through', () => {
  it.each(wires)('keeps %s, and the client sees what it would have seen without it', async (_what, wire, shape) => {
    const { upstream, passThrough, captured } = await setUp(says(wire));
    const through = await ask(`${passThrough.url}/v1/models?x=1`);
    expect(through).toEqual(await ask(`${upstream.url}/v1/models?x=1`));
    expect(shapeOf(await captured)).toEqual(shape);
  });

  it('keeps and hands on reason, order and letters of fields, informational answers and trailers', async () => {
    const wire = `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${head('X-b: 2', 'x-A: 1', 'X-b: 3', 'Transfer-Encoding: chunked')}1\r\na\r\n0\r\nX-Sum: 9\r\n\r\n`;
    const { upstream, passThrough, captured } = await setUp(says(wire));
    const through = await ask(passThrough.url);
    expect(through).toEqual(await ask(upstream.url));
    expect([through.informational, through.trailers, through.fields.slice(0, 3)]).toEqual([
      [103],
      ['X-Sum', '9'],
      ['X-b: 2', 'x-A: 1', 'X-b: 3'],
    ]);
    const { answer } = await captured;
    expect(answer).toMatchObject({
      reason: 'Fine',
      version: '1.1',
      informational: [{ status: 103, fields: [['Link', '</a>']] }],
      fields: [
        ['X-b', '2'],
        ['x-A', '1'],
        ['X-b', '3'],
        ['Transfer-Encoding', 'chunked'],
      ],
      trailers: [['X-Sum', '9']],
    });
  });

  it('tells a reset from a close, and hands it on', async () => {
    const { passThrough, captured } = await setUp((socket) => {
      socket.write(`${head('Transfer-Encoding: chunked')}3\r\nabc\r\n`);
      void peerHasRead(socket).then(() => socket.resetAndDestroy());
    });
    const code = await new Promise((resolve) => {
      const client = connect(Number(new URL(passThrough.url).port), '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
      client.on('data', () => undefined);
      client.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      client.once('end', () => resolve('end'));
    });
    expect([code, (await captured).answer?.ends, (await captured).spoiled]).toEqual(['ECONNRESET', 'reset', undefined]);
  });

  it('keeps a chunk whose size is no number as what is left over', async () => {
    const { passThrough, captured } = await setUp(says(`${head('Transfer-Encoding: chunked')}3\r\nabc\r\nzz\r\nno`));
    await ask(passThrough.url).catch(() => undefined);
    expect(shapeOf(await captured)).toEqual({ framing: 'chunked', pieces: ['abc'], tail: 'zz\r\nno', ends: 'fin' });
  });

  it('hands the request on as it came, but for the host', async () => {
    let seen = '';
    const { upstream, passThrough } = await setUp((socket, text) => {
      seen = text;
      socket.end(head('Content-Length: 0'));
    });
    await ask(`${passThrough.url}/a%20b?q=%7e`);
    expect(seen.split('\r\n').slice(0, 2)).toEqual(['GET /a%20b?q=%7e HTTP/1.1', `Host: ${new URL(upstream.url).host}`]);
  });

  it('asks for plain answers when it is told to', async () => {
    let seen = '';
    const { passThrough } = await setUp(
      (socket, text) => {
        seen = text;
        socket.end(head('Content-Length: 0'));
      },
      { plain: true },
    );
    await ask(passThrough.url);
    expect(seen).toContain('\r\nAccept-Encoding: identity\r\n');
  });

  it('gives up on an upstream that hangs, before and after the head', async () => {
    const silent = await setUp(() => undefined, { idleMs: 30 });
    expect(await ask(silent.passThrough.url)).toMatchObject({ status: 504, whole: true });
    expect((await silent.captured).spoiled?.by).toBe('upstream-hung');
    const half = await setUp((socket) => void socket.write(`${head('Content-Length: 9')}half`), { idleMs: 300 });
    expect(await ask(half.passThrough.url)).toMatchObject({ status: 200, body: 'half', whole: false });
    expect((await half.captured).spoiled?.by).toBe('upstream-hung');
  });

  it('says that nobody answers', async () => {
    const { passThrough, captured, upstream } = await setUp(() => undefined);
    await upstream.close();
    expect(await ask(passThrough.url)).toMatchObject({
      status: 502,
      body: 'wireproof record: the upstream gave no answer: ECONNREFUSED\n',
    });
    expect((await captured).spoiled).toEqual({ by: 'no-answer', detail: 'ECONNREFUSED' });
  });

  it('ends the request upstream when the client has left', async () => {
    let upstreamLeft: () => void = () => undefined;
    const left = new Promise<void>((resolve) => {
      upstreamLeft = resolve;
    });
    const { passThrough, captured } = await setUp((socket) => {
      socket.write(`${head('Content-Length: 9')}half`);
      socket.once('close', upstreamLeft);
    });
    const client = connect(Number(new URL(passThrough.url).port), '127.0.0.1', () => client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    client.once('data', () => client.destroy());
    await left;
    expect((await captured).spoiled?.by).toBe('client-left');
  });

  it('tells what still runs when it is closed', async () => {
    const { passThrough, captured } = await setUp((socket) => {
      socket.write(`${head('Content-Length: 9')}half`);
      setImmediate(() => void passThrough.close());
    });
    await ask(passThrough.url).catch(() => undefined);
    expect((await captured).spoiled?.by).toBe('stopped');
  });

  it('tells of a client that speaks HTTP/2', async () => {
    const { passThrough, captured } = await setUp(() => undefined);
    const client = connect(Number(new URL(passThrough.url).port), '127.0.0.1', () => client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
    const said = await new Promise<string>((resolve) => {
      client.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
    });
    client.destroy();
    expect([said.split('\r\n')[0], (await captured).spoiled?.by]).toEqual(['HTTP/1.1 505 HTTP Version Not Supported', 'http2']);
  });

  it('leaves nothing behind on a connection that is used again', async () => {
    const used = new Set<Socket>();
    const upstream = createServer((req, res) => {
      used.add(req.socket);
      res.end('ok');
    });
    await new Promise<void>((resolve) => {
      upstream.listen(0, '127.0.0.1', resolve);
    });
    const warnings: string[] = [];
    const onWarning = ({ name }: Error): void => void warnings.push(name);
    process.on('warning', onWarning);
    const captured: Captured[] = [];
    const passThrough = await startPassThrough({
      upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`,
      host: '127.0.0.1',
      port: 0,
      mostBytes: 100,
      idleMs: 20_000,
      plain: false,
      now: () => 1_000,
      onCaptured: (one) => void captured.push(one),
    });
    const agent = new Agent({ keepAlive: true });
    for (let count = 0; count < 30; count += 1) await ask(passThrough.url, 'GET', agent);
    agent.destroy();
    process.off('warning', onWarning);
    await passThrough.close();
    upstream.close();
    expect([used.size, warnings, captured.map((one) => shapeOf(one)?.pieces)]).toEqual([1, [], Array.from({ length: 30 }, () => ['ok'])]);
  });

  it('lets a body of any size pass and keeps nothing of one that is too large', async () => {
    const many = 1_024;
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const { passThrough, captured } = await setUp((socket) => {
      socket.write(head('Transfer-Encoding: chunked'));
      const more = (left: number): void => {
        if (left === 0) socket.end('0\r\n\r\n');
        else socket.write(chunk, () => more(left - 1));
      };
      more(many);
    });
    let bytes = 0;
    const answer = await fetch(passThrough.url);
    for await (const piece of answer.body ?? []) bytes += (piece as Uint8Array).length;
    const { body } = (await captured).answer ?? {};
    expect([bytes, body?.tooLarge, body?.pieces.length, body?.tail.length]).toEqual([many * 65_536, true, 0, 0]);
  });
});
