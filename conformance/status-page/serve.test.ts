import { request } from 'node:http';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { serveCanary, type Served } from './serve.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** With any host header, which fetch does not let through. */
const ask = async (url: string, options: { readonly host?: string; readonly body?: string } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url);
    const headers = { ...(options.host === undefined ? {} : { host: options.host }), 'content-type': 'application/json' };
    const asked = request({ hostname, port, path: pathname, method: options.body === undefined ? 'GET' : 'POST', headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    asked.on('error', reject);
    asked.end(options.body);
  });

describe('serveCanary', () => {
  let served: Served;
  let stop: AbortController;

  beforeEach(async () => {
    stop = new AbortController();
    served = await serveCanary({
      host: '127.0.0.1',
      port: 0,
      title: 'Gateways',
      signal: stop.signal,
      routes: [
        (app) => {
          app.get('/hello', () => 'hello');
          app.get('/named/:name', () => 'named');
          app.get('/breaks', () => {
            throw new Error('/secret/path');
          });
        },
        (app) => {
          app.post('/-/pause', () => 'paused');
          app.get('/stream', (_request, reply) => {
            reply.hijack();
            reply.raw.writeHead(200);
            reply.raw.write('begun');
          });
        },
      ],
    });
  });
  afterEach(async () => served.close());

  it('puts the same guards on every answer', async () => {
    const guards = {
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types wireproof-own-page",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    };
    const misspelt = ['/named/%ZZ', `/named/${'a'.repeat(1_500)}`];
    for (const path of ['/hello', '/breaks', '/nowhere', ...misspelt])
      expect((await ask(`${served.url}${path}`)).headers).toMatchObject(guards);
  });

  it('tells nobody what went wrong inside', async () => {
    const [broken, missing] = await Promise.all([ask(`${served.url}/breaks`), ask(`${served.url}/nowhere`)]);
    expect([broken.status, broken.text, missing.status, missing.text]).toEqual([
      500,
      'Gateways: something went wrong here\n',
      404,
      'Gateways: there is nothing here\n',
    ]);
  });

  it('does not repeat an address that it cannot read, nor answer it under the name of another', async () => {
    const [misspelt, long] = await Promise.all([ask(`${served.url}/named/%ZZ`), ask(`${served.url}/named/${'a'.repeat(1_500)}`)]);
    expect([misspelt.status, long.status]).toEqual([400, 414]);
    expect([misspelt.text, long.text]).toEqual([
      'Gateways: this request cannot be answered\n',
      'Gateways: this request cannot be answered\n',
    ]);
    expect((await ask(`${served.url}/named/%ZZ`, { host: 'evil.example' })).status).toBe(421);
  });

  it.each([
    ['evil.example', 421],
    ['evil.example:80', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost:9000', 200],
    ['LOCALHOST', 200],
    ['127.0.0.1', 200],
    ['[::1]:8080', 200],
  ])('on this machine only, takes the host %s as %d', async (host, status) => {
    expect((await ask(`${served.url}/hello`, { host })).status).toBe(status);
  });

  it('refuses bodies over its bound', async () => {
    const [large, small] = await Promise.all([
      ask(`${served.url}/-/pause`, { body: JSON.stringify('x'.repeat(70_000)) }),
      ask(`${served.url}/-/pause`, { body: '{}' }),
    ]);
    expect([large.status, small.status, small.text]).toEqual([413, 200, 'paused']);
  });

  it('ends open streams when it is told to stop', async () => {
    const response = await fetch(`${served.url}/stream`);
    const reader = response.body?.getReader();
    await reader?.read();
    stop.abort();
    await expect(reader?.read()).rejects.toThrow('terminated');
    await expect(fetch(`${served.url}/hello`)).rejects.toThrow('fetch failed');
  });

  it('rejects with what the system says about the port', async () => {
    const { port } = new URL(served.url);
    await expect(serveCanary({ host: '127.0.0.1', port: Number(port), title: 'x', routes: [], signal: stop.signal })).rejects.toMatchObject(
      { code: 'EADDRINUSE' },
    );
  });
});
