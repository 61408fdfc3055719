import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { exchangesDirectory } from '#fixtures/exchange-file';

import { lacksFullDisk, onFullDisk } from '../record/testing/on-full-disk.ts';
import { runCli } from './run-cli.ts';

const file = 'iflow/not-acceptable.exchange.json';
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fixtures-'));
  for (const set of ['one', 'two']) cpSync(join(exchangesDirectory, file), join(cwd, set, file));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const cli = async (...argv: readonly string[]) => {
  const said = { out: '', err: '' };
  const code = await runCli(['fixtures', ...argv], {
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    cwd,
    env: {},
    signal: new AbortController().signal,
  });
  return { code, ...said };
};

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
    [['polish'], 'polish'],
  ])('refuses %j', async (argv, message) => {
    const { code, err } = await cli(...argv);
    expect([code, err.includes(message)]).toEqual([2, true]);
  });
});
