import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { exchangesDirectory } from '#fixtures/exchange-file';
import { sealed } from '#fixtures/recordings/seal-recording';

import { recordingOf } from '../drift/testing/recording-of.ts';
import { makeRecording } from '../record/make-recording.ts';
import { Placeholders } from '../record/placeholders.ts';
import { lacksFullDisk, onFullDisk } from '../record/testing/on-full-disk.ts';
import { saidBy } from './testing/said-by.ts';

const file = 'iflow/not-acceptable.exchange.json';
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fixtures-'));
  for (const set of ['one', 'two']) cpSync(join(exchangesDirectory, file), join(cwd, set, file));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const cli = (...argv: readonly string[]) => saidBy(['fixtures', ...argv], { cwd });

const edited = join('two', file);
const edit = (): void =>
  writeFileSync(join(cwd, edited), readFileSync(join(cwd, edited), 'utf8').replace('"status": 406', '"status": 407'));

describe('fixtures', () => {
  it('lints, and ends in 1 with every problem', async () => {
    expect((await cli('lint', 'one', 'two')).code).toBe(0);
    edit();
    const { code, out } = await cli('lint', 'one', 'two');
    expect([code, out.split('\n')[0], out.split('\n').at(-2)?.replace(/^\d+ /, '')]).toEqual([
      1,
      `${join(cwd, edited)} at sha256`,
      'fixtures, 1 problem',
    ]);
  });

  it('seals what was edited, once', async () => {
    edit();
    expect(await cli('seal', 'two')).toMatchObject({ code: 0, out: 'sealed iflow/not-acceptable\n' });
    expect(await cli('seal', 'two')).toMatchObject({ code: 0, out: 'all seals were right\n' });
  });

  it('seals a recording that lint refuses, says so, and ends in 1', async () => {
    const whole = recordingOf('chat/one', 'four');
    const longer = { ...whole, answer: { ...whole.answer, framing: 'length', fields: [['content-length', '7']] } };
    const place = join(cwd, 'three/chat/one.recording.json');
    mkdirSync(join(cwd, 'three/chat'), { recursive: true });
    writeFileSync(place, JSON.stringify(longer));
    writeFileSync(join(cwd, 'three/chat/two.recording.json'), JSON.stringify(recordingOf('chat/two', 'five')));
    expect(await cli('seal', 'three')).toEqual({
      code: 1,
      out: `sealed chat/one
sealed all the same, and refused by wireproof fixtures lint:
${place} at answer
  expected  an answer that can be replayed
  actual    Content-Length says 7, and 4 bytes are recorded
  hint      Mend it, then seal it.
`,
      err: '',
    });
    expect(await cli('seal', 'three')).toEqual({ code: 0, out: 'all seals were right\n', err: '' });
  });

  it('says that what was sealed is the same as another one now', async () => {
    mkdirSync(join(cwd, 'three/chat'), { recursive: true });
    const file = (id: string): string => join(cwd, 'three', `${id}.recording.json`);
    writeFileSync(file('chat/one'), JSON.stringify({ ...recordingOf('chat/one', 'five'), seal: '0'.repeat(64) }));
    writeFileSync(file('chat/two'), JSON.stringify(recordingOf('chat/two', 'five')));
    const { code, out } = await cli('seal', 'three');
    expect([code, out.split('\n').slice(0, 5)]).toEqual([
      1,
      [
        'sealed chat/one',
        'sealed all the same, and refused by wireproof fixtures lint:',
        file('chat/two'),
        '  expected  another exchange than in every other file',
        `  actual    the same as ${file('chat/one')}`,
      ],
    ]);
  });

  it('seals one recording, and none that holds a secret', async () => {
    const place = (name: string): string => join(cwd, 'three', `${name}.recording.json`);
    mkdirSync(join(cwd, 'three'));
    const unsealed = '0'.repeat(64);
    writeFileSync(place('one'), JSON.stringify({ ...recordingOf('one', 'five'), seal: unsealed }));
    const secret = JSON.stringify({ ...recordingOf('two', 'sk-proj-4f9c27e1b05d48a3a6c2deadbeef'), seal: unsealed });
    writeFileSync(place('two'), secret);
    expect(await cli('seal', 'three/one.recording.json')).toEqual({ code: 0, out: 'sealed one\n', err: '' });
    const { code, out, err } = await cli('seal', 'three');
    expect([
      code,
      out,
      /two\.recording\.json at answer\.body/.test(err),
      err.includes('sk-proj'),
      readFileSync(place('two'), 'utf8'),
    ]).toEqual([2, '', true, false, secret]);
  });

  it('finds no secret in what record has written', async () => {
    const key = 'sk-proj-4f9c27e1b05d48a3a6c2deadbeef';
    const said = JSON.stringify({
      user: 'jo',
      organization: 'acme',
      user_id: 12_345,
      text: `${key}, jo@example.com, \n${key}`,
      api_key: 'k',
    });
    const fields = [
      ['Authorization', `Bearer ${key}`],
      ['OpenAI-Organization', 'acme'],
      ['X-Request-Id', 'req-1'],
    ] as const;
    mkdirSync(join(cwd, 'three'));
    for (const dropContent of [false, true]) {
      const made = makeRecording(
        {
          at: Date.UTC(2026, 10, 23),
          request: { method: 'POST', target: `/v1/x?key=${key}&email=jo@example.com`, fields, body: Buffer.from(said), whole: true },
          answer: {
            status: 200,
            reason: 'OK',
            version: '1.1',
            informational: [],
            fields,
            headAfterMs: 0,
            headAtMs: 0,
            framing: 'chunked',
            body: { pieces: [{ atMs: 0, bytes: Buffer.from(said) }], tail: Buffer.alloc(0), whole: true, tooLarge: false },
            trailers: [],
            ends: 'complete',
            endedAtMs: 0,
          },
        },
        { upstream: 'https://api.example.com', tool: 'wireproof test', allowed: new Set(), dropContent, placeholders: new Placeholders() },
      );
      const id = String(dropContent);
      writeFileSync(join(cwd, 'three', `${id}.recording.json`), JSON.stringify(sealed({ ...made, id })));
    }
    expect(await cli('lint', 'three')).toEqual({ code: 0, out: '2 fixtures, 0 problems\n', err: '' });
  });

  it('leaves a file as it was when the disk is full, and says so', async () => {
    edit();
    const text = readFileSync(join(cwd, edited), 'utf8');
    const facts = await onFullDisk({ [file]: text }, async (disk) => {
      const { code, out, err } = await cli('seal', disk);
      const names = readdirSync(join(disk, 'iflow'));
      return { code, out, actual: /actual +(.*)/.exec(err)?.[1], names, same: readFileSync(join(disk, file), 'utf8') === text };
    });
    const told = { code: 2, out: '', actual: 'a full disk', names: ['not-acceptable.exchange.json'], same: true };
    expect([told, expect.stringContaining(lacksFullDisk)]).toContainEqual(facts);
  });

  it('compares', async () => {
    expect(await cli('diff', 'one', 'two')).toMatchObject({ code: 0, out: '0 differences\n' });
    edit();
    expect(await cli('diff', 'one', 'two')).toMatchObject({
      code: 1,
      out: 'iflow/not-acceptable\n  - response.status: 406\n  + response.status: 407\n1 difference\n',
    });
  });

  it("counts, without a directory this package's own", async () => {
    const { code, out } = await cli('stats');
    expect([code, out.split('\n')[0]?.split(/ +/), out.includes('\nopenai-chat ')]).toEqual([
      0,
      ['surface', 'count', 'bytes', 'status', 'framing', 'ends'],
      true,
    ]);
  });

  it.each([
    [['seal'], 'seal what?'],
    [['diff', 'one'], 'diff takes two places'],
    [['stats', 'nowhere'], 'fixtures cannot be used'],
    [['lint', 'nowhere'], 'fixtures cannot be used'],
    [['lint', 'one', 'nothing'], 'none of them'],
    [['polish'], 'polish'],
  ])('refuses %j', async (argv, message) => {
    mkdirSync(join(cwd, 'nothing'));
    const { code, err } = await cli(...argv);
    expect([code, err.includes(message)]).toEqual([2, true]);
  });
});
