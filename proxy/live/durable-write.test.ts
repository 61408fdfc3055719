import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { recoverBrokenOffWrite, systemDisk, writeDurably } from './durable-write.ts';
import type { Disk } from './durable-write.ts';
import { writeFault } from './write-faults.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-write-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (text: string): string => {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
};

const fault = (code: string): Error => Object.assign(new Error(code), { code });
const withoutReplace = (code: string): Disk => ({ ...systemDisk, replace: () => Promise.reject(fault(code)) });

describe('writeDurably', () => {
  it('puts a new file in the place of the old one, with its mode, and leaves nothing beside it', async () => {
    const path = file('old');
    chmodSync(path, 0o640);
    const before = statSync(path).ino;
    expect(await writeDurably(systemDisk, path, 'new')).toBe('replaced');
    expect([readFileSync(path, 'utf8'), (statSync(path).mode & 0o777).toString(8), readdirSync(folder)]).toEqual([
      'new',
      '640',
      ['config.yaml'],
    ]);
    expect(statSync(path).ino).not.toBe(before);
  });

  it('writes where a link leads, and keeps the link', async () => {
    const path = file('old');
    const link = join(folder, 'link.yaml');
    symlinkSync(path, link);
    await writeDurably(systemDisk, link, 'new');
    expect([readFileSync(path, 'utf8'), lstatSync(link).isSymbolicLink()]).toEqual(['new', true]);
  });

  it.each(['EBUSY', 'EROFS', 'EACCES', 'EPERM', 'EXDEV'])('keeps the file itself when replacing it is %s', async (code) => {
    const path = file('the old text, which is longer');
    const before = statSync(path).ino;
    expect(await writeDurably(withoutReplace(code), path, 'new')).toBe('overwritten');
    expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual(['new', before]);
  });

  it('does not try to overwrite on a full disk, and keeps the old content', async () => {
    const path = file('old');
    await expect(writeDurably(withoutReplace('ENOSPC'), path, 'new')).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('asks for the right to write before it renames over a file', async () => {
    const path = file('old');
    const disk: Disk = {
      ...systemDisk,
      assertWritable: () => {
        throw fault('EACCES');
      },
    };
    await expect(writeDurably(disk, path, 'new')).rejects.toMatchObject({ code: 'EACCES' });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('says why something cannot be written in words, and only codes that nobody explained as codes', () => {
    expect([fault('EROFS'), fault('EWHATEVER'), new Error('odd')].map(writeFault)).toEqual([
      'EROFS: the file system is mounted read-only',
      'EWHATEVER',
      'odd',
    ]);
  });
});

describe('a write that was broken off', () => {
  const old = 'port: 1\n# a long old text\n';
  const next = 'port: 2\n';
  const journal = (path: string): void => writeFileSync(`${path}.unfinished`, JSON.stringify({ old, next }));

  it.each([
    ['a mixture of both texts', `port: 2\n\n\n${old.slice(10)}`, next],
    ['the new text before it is cut', next.padEnd(old.length, '\n'), next],
    ['the old text', old, old],
    ['the new text', next, next],
    ['somebody’s own text', 'port: 3\n', 'port: 3\n'],
  ])('is finished where the file is %s', (_what, found, expected) => {
    const path = file(found);
    journal(path);
    recoverBrokenOffWrite(path);
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([expected, ['config.yaml']]);
  });

  it('is nothing where no journal is', () => {
    expect(recoverBrokenOffWrite(file(old))).toBe(false);
  });
});

/** Bounds for a busy machine that has to compile the sources for each child; not thresholds. */
const timeout = 120_000;
const killsPerWay = 8;

describe('kill -9 while the configuration is written', { timeout }, () => {
  const long = `# ${'long '.repeat(20_000)}\nport: 1\n`;
  const short = 'port: 2\n';
  const module = new URL('durable-write.ts', import.meta.url).href;

  const writer = (path: string, way: string): string => `
    const { systemDisk, writeDurably } = await import(${JSON.stringify(module)});
    const busy = { ...systemDisk, replace: () => Promise.reject(Object.assign(new Error(), { code: 'EBUSY' })) };
    const disk = ${JSON.stringify(way)} === 'replaced' ? systemDisk : busy;
    const texts = [${JSON.stringify(short)}, ${JSON.stringify(long)}];
    for (let round = 0; ; round += 1) {
      await writeDurably(disk, ${JSON.stringify(path)}, texts[round % 2]);
      if (round % 5 === 0) process.stdout.write('.');
      await new Promise((resolve) => setImmediate(resolve));
    }`;

  const killAfter = async (path: string, way: string, signs: number): Promise<void> => {
    const argv = ['--import', 'tsx', '--conditions', 'wireproof-source', '--input-type=module', '-e', writer(path, way)];
    const child = spawn(process.execPath, argv, {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    });
    const closed = once(child, 'close');
    for (let seen = 0; seen < signs;) seen += ((await once(child.stdout, 'data')) as [Buffer])[0].length;
    child.kill('SIGKILL');
    await closed;
  };

  it.each(['replaced', 'overwritten'])('a file that is %s has one of the two contents at the next start', async (way) => {
    const path = file(long);
    const found: string[] = [];
    await Promise.all(
      [1, 2].map(async (lane) => {
        const own = `${path}.${way}${lane}`;
        for (let kill = 0; kill < killsPerWay / 2; kill += 1) {
          writeFileSync(own, long);
          await killAfter(own, way, 1 + kill * 2 + lane);
          recoverBrokenOffWrite(own);
          found.push(readFileSync(own, 'utf8'));
        }
      }),
    );
    expect(found.map((text) => [long, short].includes(text))).toEqual(found.map(() => true));
    expect(found).toHaveLength(killsPerWay);
  });
});
