import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { answer } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { saidBy } from './testing/said-by.ts';

let upstream: MockUpstream;
let cwd: string;
beforeEach(async () => {
  upstream = await startMockUpstream({ otherwise: answer('text') });
  cwd = mkdtempSync(join(tmpdir(), 'record-'));
});
afterEach(async () => {
  await upstream.close();
  rmSync(cwd, { recursive: true });
});

const cli = (argv: readonly string[], onErr: (text: string) => void = () => undefined, signal = new AbortController().signal) =>
  saidBy(argv, { cwd, env: { PATH: process.env['PATH'] ?? '' }, onErr, signal });

const asks = `fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'gpt-4.1', messages: [{ role: 'user', content: 'Say ok.' }] }) }).then((a) => a.json()).then((a) => console.log(a.choices[0].message.content))`;
const saved = (): readonly string[] => readdirSync(join(cwd, 'kept'), { recursive: true }).map(String).sort();
const record = (...more: readonly string[]): readonly string[] => [
  'record',
  '--upstream',
  upstream.baseUrl('openai-chat'),
  '--output',
  'kept',
  ...more,
];

describe('record', () => {
  it('runs a client with its variables set, saves what it was told, and ends with it', async () => {
    const { code, out, err } = await cli(record('--', process.execPath, '-e', asks));
    expect([code, out]).toEqual([0, 'Wireproof says ok.\n']);
    expect(saved()).toEqual(['openai-chat', 'openai-chat/post-chat-completions-0001.recording.json']);
    expect(err.split('\n').slice(1)).toEqual([
      'Keys of clients pass through and are never written.',
      expect.stringMatching(/^1 saved, 0 refused, \d+ places redacted, in kept$/),
      'the command: exit code 0',
      '',
    ]);
  });

  it('ends in 1 when something was not saved, and says what and why', async () => {
    const { code, err } = await cli(record('--max-bytes', '10', '--', process.execPath, '-e', asks));
    expect(code).toBe(1);
    expect(err).toContain('not saved: POST /chat/completions: too-large: the request is larger than what is kept\n');
    expect(err).toContain('\n0 saved, 1 refused, 0 places redacted, in kept\n  1 too-large: --max-bytes keeps more\n');
  });

  it('says how many cannot be asked again, since what was redacted in their requests is lost', async () => {
    const twice = (user: string): string => `(async () => { for (const user of [undefined, ${JSON.stringify(user)}])
      await (await fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'gpt-4.1', user, messages: [{ role: 'user', content: 'Say ok.' }] }) })).text(); })()`;
    const { code, err } = await cli(record('--', process.execPath, '-e', twice('somebody@example.com')));
    expect([code, err.split('\n').slice(2, 4)]).toEqual([
      0,
      [
        expect.stringMatching(/^2 saved, 0 refused, \d+ places redacted, in kept$/),
        '  1 of these cannot be asked again by wireproof drift --upstream: what was redacted in the request is lost',
      ],
    ]);
  });

  it.each([
    ['a file', 'taken', 'a file, or a path through one', 'name a directory: each recording is a file below it'],
    ['a place below a file', 'taken/below', 'a file, or a path through one', 'name a directory: each recording is a file below it'],
    ['a place where nobody can write', '/proc/recordings', 'no such file', 'name another directory, or mend the rights of this one'],
  ])('does not start, and asks nothing, where --output is %s', async (_, output, actual, hint) => {
    writeFileSync(join(cwd, 'taken'), '');
    const { code, err } = await cli(record('--output', output, '--', process.execPath, '-e', asks));
    expect([code, err]).toEqual([
      2,
      `error: nothing can be recorded there
  ${resolve(cwd, output)}
    expected  a directory in which files can be written
    actual    ${actual}
    hint      ${hint}
`,
    ]);
    expect(readdirSync(cwd)).toEqual(['taken']);
  });

  it('leaves no directory behind that it made for trying', async () => {
    await cli(record('--output', 'a/b/c', '--', process.execPath, '-e', '0'));
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('ends in 1 when the command fails, or when nothing came by', async () => {
    const { code, err } = await cli(record('--', process.execPath, '-e', 'process.exit(7)'));
    expect(code).toBe(1);
    expect(err).toContain('hint: nothing came by; does the client go to the address above?\nthe command: exit code 7\n');
  });

  it('lasts until it is stopped, and what is complete is written', async () => {
    const stop = new AbortController();
    const ask = async (url: string): Promise<void> => {
      const answered = await fetch(`${url}/models`);
      await answered.text();
      stop.abort('SIGINT');
    };
    const { code } = await cli(
      record('--listen', ':0'),
      (text) => {
        const url = /on (http:\S+), to/.exec(text)?.[1];
        if (url !== undefined) void ask(url);
      },
      stop.signal,
    );
    expect([code, saved().at(-1)]).toEqual([0, expect.stringMatching(/get-models-0001\.recording\.json$/)]);
  });

  it.each([
    [['--upstream', 'https://me:secret@api.example.com', '--output', 'kept'], 'error: the upstream is no plain http or https URL'],
    [['--upstream', 'https://api.example.com', '--output', 'kept', '--listen', 'nowhere'], 'Expected host:port, or :port.'],
    [['--upstream', 'https://api.example.com', '--output', 'kept', '--keep-content', '--drop-content'], 'exclude each other'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await cli(['record', ...argv]);
    expect([code, err.includes(message), err.includes('secret')]).toEqual([2, true, false]);
  });
});
