import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, get, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { constants, createGunzip } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import type { Between } from '#scenarios/kit/grounds/between';

import { claimPort } from '../targets/free-port.ts';
import { startCollector } from './between-collector.ts';
import { findNginx, nginxConfig, startNginx } from './between-nginx.ts';
import { placeBetween } from './between.ts';
import type { Middlebox } from './middlebox.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const serving = async (handle: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> => {
  const server: Server = createServer(handle);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const nginx = await findNginx();

/** Ours, and nginx where there is one: what one does, the other does. */
const kinds: readonly (readonly [string, (origin: string, between: Between) => Promise<Middlebox>])[] = [
  ['our own', startCollector],
  ...(nginx === undefined ? [] : [['nginx', (origin: string, between: Between) => startNginx(nginx, origin, between)] as const]),
];

type Start = (typeof kinds)[number][1];

const placed = async (start: Start, origin: string, between: Between): Promise<string> => {
  const { url, stop } = await start(origin, between);
  closers.push(stop);
  return url;
};

/** Sends one event, says so, and the second one when it is told to. */
const streaming = (headers: Readonly<Record<string, string>>) => {
  let goOn: () => void = () => undefined;
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let sent: () => void = () => undefined;
  const firstIsSent = new Promise<void>((resolve) => {
    sent = resolve;
  });
  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    if (req.url === '/other') return void res.end('other');
    res.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    res.write('data: one\n\n', sent);
    await mayGoOn;
    res.end('data: two\n\n');
  };
  return { handle: (req: IncomingMessage, res: ServerResponse) => void handle(req, res), firstIsSent, goOn };
};

/** What a caller has so far, and the whole of it in the end. */
const asking = (url: string, headers: Readonly<Record<string, string>> = {}) => {
  let text = '';
  let some: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    some = resolve;
  });
  const whole = new Promise<{ readonly answer: IncomingMessage; readonly text: string }>((resolve, reject) => {
    get(url, { headers, agent: false }, (answer) => {
      const zipped = answer.headers['content-encoding'] === 'gzip';
      const body = zipped ? answer.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })) : answer;
      body.on('data', (piece: Buffer) => {
        text += piece.toString('utf8');
        some();
      });
      body.on('end', () => resolve({ answer, text }));
      answer.on('error', reject);
    }).on('error', reject);
  });
  return { sofar: () => text, first, whole };
};

const both = 'data: one\n\ndata: two\n\n';
const toldNotTo = { 'x-accel-buffering': 'no' };
const takesGzip = { 'accept-encoding': 'gzip' };

describe.each(kinds)('%s between caller and target', (_name, start) => {
  it.each<[Between, Record<string, string>, Record<string, string>]>([
    [{ buffering: 'never' }, {}, {}],
    [{ buffering: 'unless-asked-not-to' }, toldNotTo, {}],
    [{ buffering: 'never', gzip: true }, {}, takesGzip],
    [{ buffering: 'unless-asked-not-to', gzip: true }, toldNotTo, takesGzip],
  ])('%j with %j for %j hands the first event on before there is a second', async (between, headers, caller) => {
    const target = streaming(headers);
    const url = await placed(start, await serving(target.handle), between);
    const asked = asking(url, caller);
    await asked.first;
    expect(asked.sofar()).toBe('data: one\n\n');
    target.goOn();
    const { answer, text } = await asked.whole;
    expect([text, answer.headers['content-encoding'], answer.headers['x-accel-buffering']]).toEqual([
      both,
      between.gzip === true ? 'gzip' : undefined,
      undefined,
    ]);
  });

  it.each<[Between, Record<string, string>, Record<string, string>]>([
    [{ buffering: 'always' }, toldNotTo, {}],
    [{ buffering: 'unless-asked-not-to' }, {}, {}],
    [{ buffering: 'always', gzip: true }, toldNotTo, takesGzip],
  ])('%j with %j for %j holds the first event back, while others are answered', async (between, headers, caller) => {
    const target = streaming(headers);
    const url = await placed(start, await serving(target.handle), between);
    const asked = asking(url, caller);
    await target.firstIsSent;
    expect((await asking(`${url}/other`).whole).text).toBe('other');
    expect(asked.sofar()).toBe('');
    target.goOn();
    expect((await asked.whole).text).toBe(both);
  });

  it('gives up on a target that does not begin, with a page of its own', async () => {
    const url = await placed(start, await serving(() => undefined), { buffering: 'never', idleMs: 50 });
    const { answer, text } = await asking(url).whole;
    expect([answer.statusCode, answer.headers['content-type'], text.includes('<h1>504 Gateway Time-out</h1>')]).toEqual([
      504,
      'text/html',
      true,
    ]);
  });

  it('breaks an answer off that pauses for too long', async () => {
    const target = streaming({});
    const url = await placed(start, await serving(target.handle), { buffering: 'never', idleMs: 300 });
    const asked = asking(url);
    await expect(asked.whole).rejects.toThrow('aborted');
    expect(asked.sofar()).toBe('data: one\n\n');
  });

  it('passes path, query, method and body on', async () => {
    const url = await placed(
      start,
      await serving((req, res) => {
        let body = '';
        req.on('data', (piece: Buffer) => {
          body += piece.toString('utf8');
        });
        req.on('end', () => res.end(`${req.method} ${req.url} ${req.headers.authorization} ${body}`));
      }),
      { buffering: 'never' },
    );
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request(`${url}/v1/x?a=b%2Fc`, { method: 'POST', headers: { authorization: 'Bearer k' }, agent: false }, (answer) => {
        let got = '';
        answer.on('data', (piece: Buffer) => {
          got += piece.toString('utf8');
        });
        answer.on('end', () => resolve(got));
      });
      sent.on('error', reject).end('question');
    });
    expect(text).toBe('POST /v1/x?a=b%2Fc Bearer k question');
  });

  it('hangs up on the target when its caller leaves, unless it is to hide that', async () => {
    const told: string[] = [];
    let closed: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const target = streaming({});
    const origin = await serving((req, res) => {
      res.on('close', () => {
        told.push(`${req.url} ${res.writableFinished ? 'to its end' : 'left'}`);
        if (told.length === 2) closed();
      });
      target.handle(req, res);
    });
    const plain = await placed(start, origin, { buffering: 'never' });
    const hiding = await placed(start, origin, { buffering: 'never', hidesLeaving: true });
    const leave = (url: string): Promise<void> =>
      new Promise((resolve) => {
        const sent = get(url, { agent: false }, (answer) => {
          answer
            .on('error', () => undefined)
            .once('data', () => {
              sent.destroy();
              resolve();
            });
        }).on('error', () => undefined);
      });
    await leave(`${hiding}/hiding`);
    await leave(`${plain}/plain`);
    while (told.length === 0) await new Promise((turn) => setImmediate(turn));
    expect(told).toEqual(['/plain left']);
    target.goOn();
    await isClosed;
    expect(told).toEqual(['/plain left', '/hiding to its end']);
  });

  it('is gone when it is stopped, with its files', async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith('wireproof-nginx-'));
    const { url, stop } = await start(await serving((_req, res) => void res.end('here')), { buffering: 'never' });
    expect((await asking(url).whole).text).toBe('here');
    await stop();
    await expect(asking(url).whole).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('wireproof-nginx-') && !before.includes(name));
    expect(after.filter((name) => existsSync(`${tmpdir()}/${name}/nginx.conf`))).toEqual([]);
  });
});

describe('the configuration of nginx', () => {
  const place = { origin: 'http://10.0.0.7:8317', port: 4711, folder: '/tmp/x' };
  const http = (between: Between, without: readonly string[]): readonly string[] => {
    const lines = nginxConfig(between, { ...place, without: new Set(without) }).split('\n');
    return lines.slice(lines.indexOf('http {') + 1, lines.indexOf('server {'));
  };

  it('stays in its folder and on loopback', () => {
    const text = nginxConfig({ buffering: 'never' }, { ...place, without: new Set() });
    expect([...text.matchAll(/(?:pid|_path|listen|proxy_pass) ([^;]+);/g)].map(([, value]) => value)).toEqual([
      '/tmp/x/nginx.pid',
      ...['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `/tmp/x/${name}`),
      '127.0.0.1:4711',
      'http://10.0.0.7:8317',
    ]);
  });

  it('says what was asked for, and nothing of parts that were left out of the build', () => {
    expect(http({ buffering: 'always', gzip: true, idleMs: 250, hidesLeaving: true }, ['fastcgi', 'uwsgi', 'scgi'])).toEqual([
      'access_log off;',
      'client_body_temp_path /tmp/x/client_body;',
      'proxy_temp_path /tmp/x/proxy;',
      'client_max_body_size 0;',
      'proxy_http_version 1.0;',
      'proxy_ssl_server_name on;',
      'proxy_buffering on;',
      'proxy_ignore_headers X-Accel-Buffering;',
      'proxy_read_timeout 250ms;',
      'proxy_ignore_client_abort on;',
      'gzip on;',
      'gzip_proxied any;',
      'gzip_types text/event-stream;',
      'gzip_min_length 0;',
    ]);
  });
});

describe('what is placed', () => {
  it('is asked under the target’s own path, and says what it is', async () => {
    const origin = await serving((req, res) => void res.end(req.url));
    const { url, what, stop } = await placeBetween(`${origin}/mount`, { buffering: 'never' });
    closers.push(stop);
    expect(new URL(url).pathname).toBe('/mount');
    expect((await asking(`${url}/v1/models`).whole).text).toBe('/mount/v1/models');
    expect(what).toBe(nginx === undefined ? "Wireproof's own reverse proxy: this machine has no nginx" : nginx.version);
  });

  it.each(nginx === undefined ? [] : [nginx])('is never somebody else who took its port meanwhile', async (installed) => {
    const origin = await serving((_req, res) => void res.end('the target'));
    const taken = Number(new URL(await serving((_req, res) => void res.end('somebody else'))).port);
    let asked = 0;
    const firstTaken = (): Promise<number> => (asked++ === 0 ? Promise.resolve(taken) : claimPort(0));
    const { url, stop } = await startNginx(installed, origin, { buffering: 'never' }, firstTaken);
    closers.push(stop);
    expect([(await asking(url).whole).text, asked]).toEqual(['the target', 2]);
  });

  it('ends an answer in its middle as if that were the whole, which nginx cannot', async () => {
    const target = streaming({});
    const { url, what, stop } = await placeBetween(await serving(target.handle), { buffering: 'never', endsBehind: 'one' });
    closers.push(stop);
    expect((await asking(url).whole).text).toBe('data: one\n\n');
    expect(what).toBe("Wireproof's own reverse proxy: nginx ends no answer in its middle");
  });

  it('goes with the process that placed it, even when that is killed', async () => {
    const place = `
      const { placeBetween } = await import(${JSON.stringify(new URL('between.ts', import.meta.url).href)});
      const { url } = await placeBetween('http://127.0.0.1:1', { buffering: 'never' });
      console.log(url);`;
    const placer = spawn(process.execPath, ['--import', 'tsx', '--conditions', 'wireproof-source', '--input-type', 'module', '-e', place], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await new Promise<string>((resolve) => {
      placer.stdout.once('data', (text: Buffer) => resolve(text.toString('utf8').trim()));
    });
    placer.kill('SIGKILL');
    const isThere = async (): Promise<boolean> => {
      const asked = await asking(url).whole.catch((error: unknown) => error);
      return !(asked instanceof Error && 'code' in asked && asked.code === 'ECONNREFUSED');
    };
    // Ends with the test's own bound where it stays.
    while (await isThere()) await new Promise((turn) => setImmediate(turn));
  });
});
