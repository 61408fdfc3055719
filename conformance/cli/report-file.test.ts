import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { checkWritable, growingFile, writeWhole } from './report-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-report-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('checkWritable', () => {
  it('accepts new files, old files and devices, and leaves nothing behind', async () => {
    await writeFile(join(folder, 'old.json'), 'old');
    await checkWritable([join(folder, 'new.json'), join(folder, 'old.json'), '/dev/null']);

    expect(await readdir(folder)).toEqual(['old.json']);
    expect(await readFile(join(folder, 'old.json'), 'utf8')).toBe('old');
  });

  it('refuses a folder that is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    const path = join(folder, 'file', 'out.json');

    await expect(checkWritable([path])).rejects.toMatchObject({
      code: 'report-unwritable',
      problems: [
        {
          where: path,
          expected: 'a folder in which a file can be written',
          actual: 'a path through something that is no directory',
          hint: 'choose another path',
        },
      ],
    });
  });
});

describe('writeWhole', () => {
  it('replaces the old text', async () => {
    const file = join(folder, 'out.json');
    await writeFile(file, 'a much longer old text');
    await writeWhole(file, 'new');

    expect([await readdir(folder), await readFile(file, 'utf8')]).toEqual([['out.json'], 'new']);
  });

  it('writes through a symbolic link and into a device', async () => {
    await writeFile(join(folder, 'real'), '');
    await symlink(join(folder, 'real'), join(folder, 'link'));
    await writeWhole(join(folder, 'link'), 'new');
    await writeWhole('/dev/null', 'nobody reads this');

    expect(await readFile(join(folder, 'real'), 'utf8')).toBe('new');
    expect((await lstat(join(folder, 'link'))).isSymbolicLink()).toBe(true);
    expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('leaves no half of a file when it cannot be put in its place', async () => {
    const taken = join(folder, 'taken');
    await mkdir(join(taken, 'inside'), { recursive: true });

    await expect(writeWhole(join(taken), 'text')).rejects.toMatchObject({ code: 'report-unwritable' });
    expect([await readdir(folder), await readdir(taken)]).toEqual([['taken'], ['inside']]);
  });
});

describe('growingFile', () => {
  it('replaces the old text with the first new one, and leaves it alone without any', async () => {
    const file = join(folder, 'out.jsonl');
    await writeFile(file, 'a much longer old text');
    await growingFile(file).end();
    const untouched = await readFile(file, 'utf8');
    const growing = growingFile(file);
    growing.append('one\n');
    growing.append('two\n');
    await growing.end();

    expect([untouched, await readFile(file, 'utf8')]).toEqual(['a much longer old text', 'one\ntwo\n']);
  });

  it('tells at its end that it could not be written', async () => {
    const path = join(folder, 'none', 'out.jsonl');
    const growing = growingFile(path);
    growing.append('one\n');

    await expect(growing.end()).rejects.toMatchObject({
      code: 'report-unwritable',
      problems: [{ where: path, expected: 'a writable file', actual: 'no such file' }],
    });
  });
});
