import { expect, it } from 'vitest';

import { ownVitestTimeout, runVitest } from '#fixtures/recordings/in-process/testing/run-vitest';

import config from '../vitest.config.ts';

/** Every way out swallows its error, as code under test may; 192.0.2.1 is of a block that documentation is written with. */
const waysOut = `
  import { createServer, connect } from 'node:net';
  import { get } from 'node:http';
  import { connect as secure } from 'node:tls';
  import * as undici from 'undici';
  import { it } from 'vitest';
  const failed = (emitter) => new Promise((resolve) => emitter.once('error', resolve));

  it('fetch', () => fetch('http://192.0.2.1:8080/').catch(() => {}));
  it('a name', () => fetch('https://api.vendor.test/').catch(() => {}));
  it('undici', () => undici.request('http://192.0.2.1/').catch(() => {}));
  it('node:http', () => failed(get('http://192.0.2.1/')));
  it('node:tls', () => failed(secure({ host: '192.0.2.1', port: 443 })));
  it('a socket', () => failed(connect(25, '192.0.2.1')));
  it('a name that nobody has', async () => {
    const error = await failed(connect(443, 'vendor.invalid'));
    if (error.code !== 'ENOTFOUND') throw error;
  });
  it('this machine', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address();
    const closed = (socket) => new Promise((resolve, reject) => socket.once('error', reject).once('close', resolve).resume());
    await Promise.all([connect(port), connect(port, '127.0.0.1'), connect({ port, host: 'localhost', family: 4 })].map(closed));
    await new Promise((resolve) => server.close(resolve));
  });
`;

it('fails a test that leaves this machine, by whatever way, and no other', { timeout: ownVitestTimeout }, async () => {
  const left = (to: string) => `Error: a unit test must not leave this machine, and one tried to connect to ${to}`;
  const { tests } = await runVitest(waysOut);
  expect(tests).toEqual({
    fetch: left('192.0.2.1:8080'),
    'a name': left('api.vendor.test:443'),
    undici: left('192.0.2.1:80'),
    'node:http': left('192.0.2.1:80'),
    'node:tls': left('192.0.2.1:443'),
    'a socket': left('192.0.2.1:25'),
    'a name that nobody has': '',
    'this machine': '',
  });
});

it('is loaded by every project of this repository but the one that starts whole programs', () => {
  const projects = (config.test?.projects ?? []).flatMap((project) =>
    typeof project === 'object' && 'test' in project ? [[project.test?.name, project.test?.setupFiles]] : [],
  );
  const guard = ['tools/no-egress.ts'];
  expect(projects).toEqual([
    ['unit', guard],
    ['nock', guard],
    ['suite', undefined],
  ]);
});
