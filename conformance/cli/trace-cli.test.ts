import { createServer } from 'node:http';
import { tmpdir } from 'node:os';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { listenOnLoopback, type Listening } from '../trace/listen.ts';
import { saidBy } from './testing/said-by.ts';

let target: Listening;
let vendor: Listening;
beforeEach(async () => {
  target = await listenOnLoopback(createServer((_incoming, response) => response.end('answer')));
  vendor = await listenOnLoopback(createServer((_incoming, response) => response.end('vendor')));
});
afterEach(async () => {
  await target.close();
  await vendor.close();
});

const cli = (argv: readonly string[], env: Readonly<Record<string, string>> = {}, signal = new AbortController().signal) =>
  saidBy(argv, { cwd: tmpdir(), env: { PATH: process.env['PATH'] ?? '', ...env }, signal });

const client = (name = 'OPENAI_BASE_URL'): readonly string[] => [
  '--',
  process.execPath,
  '-e',
  `fetch(process.env.${name} + '/chat/completions', { method: 'POST', headers: { authorization: 'Bearer secret-text' } }).then((a) => a.text()).then(console.log)`,
];
const host = ({ url }: Listening): string => new URL(url).host;

describe('trace', () => {
  it('ends in 0 when all went through, and passes on what the client writes', async () => {
    const { code, out, err } = await cli(['trace', '--target', target.url, ...client()], { OPENAI_BASE_URL: `${target.url}/v1` });
    expect([code, out]).toEqual([0, 'answer\n']);
    expect(err.split('\n').slice(0, 3)).toEqual([
      `wireproof: through  POST /v1/chat/completions → 200 to ${host(target)}  seen by the relay in front of the target`,
      `all that was seen went through ${target.url}: 1 request, 1 model call among them`,
      'the client: exit code 0',
    ]);
    expect(err).not.toContain('secret-text');
  });

  it('ends in 1 when something went past, and names it', async () => {
    const { code, err } = await cli(['trace', '--target', target.url, ...client()], { OPENAI_BASE_URL: `${vendor.url}/v1` });
    expect(code).toBe(1);
    expect(err).toContain(`BYPASS   POST /v1/chat/completions to ${host(vendor)}`);
    expect(err).toContain(`hint: OPENAI_BASE_URL names ${vendor.url}, not the target`);
  });

  it('ends in 0 when that place is allowed', async () => {
    const both = `fetch(process.env.OPENAI_BASE_URL).then(() => fetch(process.env.VENDOR)).then((a) => a.text())`;
    const env = { OPENAI_BASE_URL: target.url, VENDOR: vendor.url };
    const command = ['--', process.execPath, '-e', both];
    expect((await cli(['trace', '--target', target.url, ...command], env)).code).toBe(1);
    expect((await cli(['trace', '--target', target.url, '--allow', host(vendor), ...command], env)).code).toBe(0);
  });

  it('ends in 1 when nothing was seen, or no model was asked where that is wanted', async () => {
    const silent = await cli(['trace', '--target', target.url, '--', process.execPath, '-e', '']);
    expect([silent.code, silent.err.split('\n')[0]]).toEqual([1, `nothing went through ${target.url}: no request was seen at all`]);
    const own = ['--', process.execPath, '-e', 'fetch(process.env.AMP_URL + "/api/user")'];
    const env = { AMP_URL: target.url };
    expect((await cli(['trace', '--target', target.url, ...own], env)).code).toBe(0);
    expect((await cli(['trace', '--target', target.url, '--need-model-call', ...own], env)).code).toBe(1);
  });

  it('writes one JSON line for each thing and one for the whole, and nothing else to stdout', async () => {
    const { code, out, err } = await cli(['trace', '--format', 'json', '--target', target.url, ...client('AMP_URL')], {
      AMP_URL: target.url,
    });
    const [seen, summary, ...more] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect([code, err, more]).toEqual([0, 'answer\n', []]);
    expect(seen).toEqual({
      type: 'seen',
      atMs: expect.any(Number) as number,
      by: 'relay',
      kind: 'request',
      to: host(target),
      verdict: 'through',
      method: 'POST',
      path: '/chat/completions',
      status: 200,
    });
    expect(summary).toMatchObject({ type: 'summary', target: target.url, verdict: 'all through', ended: { code: 0 }, bypasses: [] });
  });

  it('keeps the client’s words to itself when asked to', async () => {
    const { out } = await cli(['trace', '--quiet', '--target', target.url, ...client()], { OPENAI_BASE_URL: target.url });
    expect(out).toBe('');
  });

  it('says what is wrong with a command line', async () => {
    const first = async (...argv: readonly string[]) => {
      const { code, err } = await cli(['trace', ...argv]);
      return [code, err.split('\n')[0]];
    };
    expect(await first()).toEqual([2, "error: missing required argument 'command'"]);
    expect((await first('--allow', 'http://x', '--', 'true'))[0]).toBe(2);
    expect(await first('--', 'wireproof-no-such-program')).toEqual([
      2,
      'error: wireproof-no-such-program cannot be run: there is no such program',
    ]);
  });

  it.each([
    ['proxy', 'the target is no http or https URL: it does not begin with http:// or https://'],
    ['htps://user:s3cret/s3cret@proxy', 'the target is no http or https URL: its scheme is htps'],
    ['user:s3cret@proxy:8317', 'the target is no http or https URL: it does not begin with http:// or https://'],
    ['http://user:s3cret@proxy', 'the target names a user or a password'],
    ['http://proxy:99999999/?key=s3cret', 'the target is no http or https URL: its host or port is none'],
  ])('does not say again what may be a key: %s', async (target, message) => {
    const { code, err } = await cli(['trace', '--target', target, '--', 'true']);
    expect([code, err.split('\n')[0]]).toEqual([2, `error: ${message}`]);
    expect(err).not.toMatch(/s3cret|user:/);
  });

  it('ends in 3 when nobody can know whether a model was asked', async () => {
    const source = `
      const proxy = new URL(process.env.HTTPS_PROXY);
      const socket = require('node:net').connect(proxy.port, proxy.hostname, () => socket.write('CONNECT ${host(target)} HTTP/1.1\\r\\n\\r\\n'));
      socket.once('data', () => socket.end());`;
    const secure = target.url.replace('http:', 'https:');
    const argv = ['--target', secure, '--need-model-call', '--', process.execPath, '-e', source];
    const { code, err } = await cli(['trace', ...argv]);
    expect([code, err.includes(`whether a model was asked through ${secure} cannot be known`)]).toEqual([3, true]);
  });

  it('ends in the signal’s code when it is stopped, with its client', async () => {
    const stop = new AbortController();
    stop.abort('SIGINT');
    const { code, err } = await cli(
      ['trace', '--target', target.url, '--', process.execPath, '-e', 'setInterval(() => {}, 1000)'],
      {},
      stop.signal,
    );
    expect([code, err.includes('the client: ended by SIGINT')]).toEqual([130, true]);
  });
});
