import { once } from 'node:events';
import { Agent, createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { ask } from './testing/ask.ts';
import { type Capturing, heard, startCapturing } from './testing/capturing.ts';
import { type RawUpstream, startRawUpstream } from './testing/raw-upstream.ts';

const open: { readonly close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const opened = <Thing extends RawUpstream | Capturing>(thing: Thing): Thing => {
  open.push(thing);
  return thing;
};

const listening = async (server: Server): Promise<string> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  open.push({ close: () => server.close() });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const hi = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;

describe('connections of a pass-through', () => {
  it('upstream are of one client each: who comes afresh gets none that was given up', async () => {
    const upstream = opened(
      await startRawUpstream((socket) => {
        socket.write(hi);
        socket.on('data', () => socket.destroy());
      }),
    );
    const passThrough = opened(await startCapturing(upstream.url));
    const bodies = [(await ask(passThrough.url)).body, (await ask(passThrough.url)).body];
    expect([bodies, passThrough.captured.map(({ spoiled }) => spoiled)]).toEqual([
      ['hi', 'hi'],
      [undefined, undefined],
    ]);
  });

  it('end upstream with the client', async () => {
    let onClosed: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => {
      onClosed = resolve;
    });
    const upstream = opened(
      await startRawUpstream((socket) => {
        socket.once('close', () => onClosed());
        socket.write(hi);
      }),
    );
    const passThrough = opened(await startCapturing(upstream.url));
    const agent = new Agent({ keepAlive: true });
    await ask(passThrough.url, 'GET', agent);
    agent.destroy();
    await expect(closed).resolves.toBeUndefined();
  });

  it('end for a client that asked for two answers at once when the second one is cut first', async () => {
    let goOn: () => void = () => undefined;
    const upstream = opened(
      await startRawUpstream((socket, head) => {
        if (head.startsWith('GET /2')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf');
        else {
          socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh');
          goOn = () => void socket.write('i');
        }
      }),
    );
    const passThrough = opened(await startCapturing(upstream.url));
    const client = heard(passThrough.say(get('/1') + get('/2')));
    await passThrough.first(1);
    goOn();
    const text = await client;
    expect([
      text
        .split('\r\n\r\n')
        .slice(1)
        .map((part) => part.slice(0, 4)),
      passThrough.captured.map(({ request: { target }, before }) => [target, before]),
    ]).toEqual([
      ['hiHT', 'half'],
      [
        ['/2', 1],
        ['/1', 0],
      ],
    ]);
  });
});

/** More than all buffers between the two sides hold. */
const largeBytes = 64 * 1024 * 1024;
const idleMs = 300;

/** An upstream that sends much for `/large`, reads all of `/upload`, and hangs on everything else. */
const slowlyAsked = async () => {
  let large: ServerResponse | undefined;
  const server = createServer((req, res) => {
    if (req.url === '/large') {
      large = res;
      res.end(Buffer.alloc(largeBytes));
    } else if (req.url === '/upload') req.resume().once('end', () => res.end('all'));
  });
  const url = await listening(server);
  const passThrough = opened(await startCapturing(url, { idleMs, mostBytes: 2 * largeBytes }));
  return {
    passThrough,
    unsent: () => large?.writableLength ?? 0,
    /** Two patiences of the pass-through, one after the other. */
    hangTwice: async () => [(await ask(passThrough.url)).status, (await ask(passThrough.url)).status],
  };
};

describe('a pass-through whose client takes its time', () => {
  it('reads no more than the client does, and calls nobody hung meanwhile', async () => {
    const { passThrough, unsent, hangTwice } = await slowlyAsked();
    const outgoing = request(`${passThrough.url}/large`, { agent: false }).end();
    const [answer] = await once(outgoing, 'response');
    expect(await hangTwice()).toEqual([504, 504]);
    const waiting = unsent();
    let bytes = 0;
    for await (const piece of answer) bytes += (piece as Buffer).length;
    expect([waiting > 0, bytes, passThrough.captured.map(({ spoiled }) => spoiled?.by)]).toEqual([
      true,
      largeBytes,
      ['upstream-hung', 'upstream-hung', undefined],
    ]);
  });

  it('waits for the rest of what it uploads', async () => {
    const { passThrough, hangTwice } = await slowlyAsked();
    const outgoing = request(`${passThrough.url}/upload`, { agent: false, method: 'POST', headers: { 'content-length': 4 } });
    const answered = once(outgoing, 'response');
    outgoing.write('ab');
    expect(await hangTwice()).toEqual([504, 504]);
    outgoing.end('cd');
    const [{ statusCode }] = await answered;
    expect([statusCode, passThrough.captured.map(({ spoiled }) => spoiled?.by)]).toEqual([
      200,
      ['upstream-hung', 'upstream-hung', undefined],
    ]);
  });

  it('gives up on an upstream that does not say whether a client may go on', async () => {
    const upstream = opened(await startRawUpstream(() => undefined));
    const passThrough = opened(await startCapturing(upstream.url, { idleMs: 30 }));
    const client = heard(passThrough.say('POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n'));
    expect((await client).split('\r\n')[0]).toBe('HTTP/1.1 504 Gateway Timeout');
  });
});
