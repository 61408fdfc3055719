import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { answer } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { saidBy } from './testing/said-by.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const cli = (argv: readonly string[], onErr: (text: string) => void = () => undefined, signal = new AbortController().signal) =>
  saidBy(argv, { cwd, env: { PATH: process.env['PATH'] ?? '' }, onErr, signal });

const asks = (...texts: readonly string[]): readonly string[] => [
  '--',
  process.execPath,
  '-e',
  `(async () => { for (const content of ${JSON.stringify(texts)}) {
    const answer = await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content }] }) });
    const said = await answer.json();
    console.log(answer.status, said.choices?.[0].message.content ?? said.error.type);
  } })()`,
];

const file = (number: number): string => join(cwd, `kept/openai-chat/post-chat-completions-000${number}.recording.json`);

/** Two exchanges with the mocked upstream, in which the client says "one" and "two". */
const record = async (): Promise<void> => {
  const upstream = await startMockUpstream({ otherwise: answer('text') });
  try {
    const { code } = await cli(['record', '--upstream', upstream.baseUrl('openai-chat'), '--output', 'kept', ...asks('one', 'two')]);
    if (code !== 0) throw new Error('the mocked upstream was not recorded');
  } finally {
    await upstream.close();
  }
};

const withoutUrl = (text: string): string => text.replace(/http:\/\/127\.0\.0\.1:\d+/, 'URL');

describe('replay', () => {
  it('answers a client out of the recordings, in whatever order it asks, and ends with it', async () => {
    await record();
    const { code, out, err } = await cli(['replay', 'kept', ...asks('two', 'one')]);
    expect([code, out]).toEqual([0, '200 Wireproof says ok.\n200 Wireproof says ok.\n']);
    expect(withoutUrl(err)).toBe(
      [
        'replaying 2 recordings of kept on URL (strict, delays as recorded)',
        '  POST  /chat/completions  ×2',
        '2 played, 0 requests without a recording, 0 recordings not asked for',
        'the command: exit code 0',
        '',
      ].join('\n'),
    );
  });

  it.each(['', '/v1'])(
    'gives a client the same base URLs as record, whatever it asks for (an upstream with the path "%s")',
    async (mount) => {
      const upstream = createHttpServer((_req, res) => res.end('{}'));
      await new Promise<void>((resolve) => {
        upstream.listen(0, '127.0.0.1', resolve);
      });
      const script = `Promise.all(['OPENAI', 'ANTHROPIC', 'GOOGLE_GEMINI'].map((name) => fetch(process.env[name + '_BASE_URL'] + '/other')))
      .then((answers) => console.log(answers.map(({ url }) => new URL(url).pathname).join(' ')))`;
      const client = ['--', process.execPath, '-e', script];
      const { port } = upstream.address() as AddressInfo;
      const recorded = await cli(['record', '--upstream', `http://127.0.0.1:${port}${mount}`, '--output', 'kept', ...client]);
      upstream.close();
      const replayed = await cli(['replay', 'kept', ...client]);
      expect([recorded.code, replayed.code, replayed.out]).toEqual([0, 0, recorded.out]);
    },
  );

  it('shows nothing secret of a request that has no recording', async () => {
    await record();
    const { err } = await cli(['replay', 'kept', ...asks('sk-a1B2c3D4e5F6g7H8', 'jo@example.org')]);
    expect(err.split('\n').filter((line) => line.includes('got'))).toEqual(
      ['one', 'two', 'one', 'two'].map((said) => `    body.messages[0].content: expected "${said}", got "(not shown)"`),
    );
  });

  it('ends in 1 when a request has no recording, tells what came closest, and what was not asked for', async () => {
    await record();
    const { code, out, err } = await cli(['replay', 'kept', '--speed', 'max', ...asks('one', 'three')]);
    expect([code, out]).toEqual([1, '200 Wireproof says ok.\n501 wireproof_no_recording\n']);
    expect(err.split('\n').slice(2)).toEqual([
      'no recording for POST /chat/completions (strict)',
      'closest:',
      '  openai-chat/post-chat-completions-0002',
      '    body.messages[0].content: expected "two", got "three"',
      '  openai-chat/post-chat-completions-0001 (was played already)',
      '    body.messages[0].content: expected "one", got "three"',
      '1 played, 1 request without a recording, 1 recording not asked for',
      '  openai-chat/post-chat-completions-0002',
      'the command: exit code 0',
      '',
    ]);
  });

  it('counts one as one', async () => {
    await record();
    rmSync(file(2));
    const { err } = await cli(['replay', 'kept', ...asks('one')]);
    expect(withoutUrl(err).split('\n')[0]).toBe('replaying 1 recording of kept on URL (strict, delays as recorded)');
  });

  it('leniently answers whatever is said, and repeats the last answer when it is told to', async () => {
    await record();
    const { code, out } = await cli(['replay', 'kept', '--match', 'lenient', '--repeat-last', ...asks('a', 'b', 'c')]);
    expect([code, out]).toEqual([0, '200 Wireproof says ok.\n'.repeat(3)]);
  });

  it('lasts until it is stopped, and says when nothing came by', async () => {
    await record();
    const stop = new AbortController();
    const { code, err } = await cli(['replay', 'kept'], (text) => text.startsWith('replaying') && stop.abort('SIGINT'), stop.signal);
    expect([code, err.split('\n').at(-2)]).toEqual([1, 'hint: nothing came by; does the client go to the address above?']);
  });

  it('tells everything that is wrong with the recordings at once, and does not start', async () => {
    await record();
    writeFileSync(file(1), readFileSync(file(1), 'utf8').replace('Wireproof says ok', 'Wireproof says no'));
    writeFileSync(file(2), readFileSync(file(2), 'utf8').slice(0, 100));
    const { code, err } = await cli(['replay', 'kept', ...asks('one')]);
    expect([code, err.split('\n').filter((line) => !line.startsWith('    '))]).toEqual([
      2,
      ['error: fixtures cannot be used', `  ${file(1)} at seal`, `  ${file(2)}`, ''],
    ]);
  });

  it('says that the port is taken', async () => {
    await record();
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, '127.0.0.1', resolve);
    });
    const { code, err } = await cli(['replay', 'kept', '--port', String((taken.address() as AddressInfo).port)]);
    taken.close();
    expect([code, err.split('\n')[0]]).toEqual([2, expect.stringMatching(/^error: cannot listen on port \d+$/)]);
  });

  it.each([
    [['--speed', '0'], 'Expected original, max, or how many times faster'],
    [['--speed', 'fast'], 'Expected original, max, or how many times faster'],
    [['--match', 'loose'], 'Allowed choices are strict, lenient.'],
    [['--port', '65536'], 'Expected a whole number from 0 to 65535.'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await cli(['replay', 'kept', ...argv]);
    expect([code, err.includes(message)]).toEqual([2, true]);
  });
});
