import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';

import { afterEach, describe, expect, it } from 'vitest';

import { diskStates, type Disk, type DiskState } from '#scenarios/kit/grounds/disk';

import { ownPrefix, placeOfDisks } from './abandoned-disks.ts';
import { CannotPrepare } from './cannot-prepare.ts';
import { prepareDisk, type PreparedDisk } from './disk.ts';

const open: PreparedDisk[] = [];
afterEach(() => open.splice(0).forEach(({ release }) => release()));

const files = { 'config.yaml': 'port: 0\n', 'auth/account-0.json': '{}' };

/** The disk, or what this machine lacks for it. */
const prepared = (disk: Disk): PreparedDisk | string => {
  try {
    const made = prepareDisk(disk, files);
    open.push(made);
    return made;
  } catch (error) {
    if (error instanceof CannotPrepare) return error.message;
    throw error;
  }
};

/** The code of the system's refusal. */
const outcome = (act: () => void): string => {
  try {
    act();
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
};

/** What a program can do there: fill the file, replace it, make another beside it, write a token file. */
const possible = (place: string): Readonly<Record<string, string>> => {
  const config = join(place, 'config.yaml');
  const fill = outcome(() => appendFileSync(config, '# more\n'));
  const beside = outcome(() => writeFileSync(join(place, 'beside'), ''));
  const replace = beside === 'done' ? outcome(() => renameSync(join(place, 'beside'), config)) : 'not tried';
  return { fill, beside, replace, token: outcome(() => appendFileSync(join(place, 'auth', 'account-0.json'), ' ')) };
};

/** By mounts, and by the permissions that root does not heed. */
const expected: Readonly<Record<DiskState, readonly object[]>> = {
  writable: [{ fill: 'done', beside: 'done', replace: 'done', token: 'done' }],
  'read-only-mount': [
    { fill: 'EROFS', beside: 'EROFS', replace: 'not tried', token: 'EROFS' },
    { fill: 'EACCES', beside: 'EACCES', replace: 'not tried', token: 'done' },
  ],
  'read-only-directory': [
    { fill: 'done', beside: 'EROFS', replace: 'not tried', token: 'done' },
    { fill: 'done', beside: 'EACCES', replace: 'not tried', token: 'done' },
  ],
  'read-only-file': [
    { fill: 'EROFS', beside: 'done', replace: 'EBUSY', token: 'done' },
    { fill: 'EACCES', beside: 'done', replace: 'done', token: 'done' },
  ],
  'immutable-file': [{ fill: 'EPERM', beside: 'done', replace: 'EPERM', token: 'done' }],
  'single-file-mount': [{ fill: 'done', beside: 'done', replace: 'EBUSY', token: 'done' }],
  full: [{ fill: 'ENOSPC', beside: 'done', replace: 'done', token: 'done' }],
};

/** What is to be seen on such a disk, or what this machine lacks for it. */
const factsOf = (disk: Disk, see: (disk: PreparedDisk) => unknown): unknown => {
  const made = prepared(disk);
  return typeof made === 'string' ? made : see(made);
};

const lacking = (state: DiskState): unknown => expect.stringContaining(`the disk state ${state} needs `);

/** Names that a disk of this process has, anywhere. */
const left = (): readonly string[] => readdirSync(placeOfDisks()).filter((name) => name.startsWith(ownPrefix()));

describe('a disk', () => {
  it.each(Object.keys(diskStates) as DiskState[])(
    'that is %s is so, and is gone afterwards, or this machine says what it lacks',
    (state) => {
      const facts = factsOf({ state }, (disk) => {
        const starts = readFileSync(join(disk.seenByTarget, 'config.yaml'), 'utf8').startsWith('port: 0\n');
        const can = possible(disk.seenByTarget);
        disk.release();
        return {
          starts,
          can,
          exists: [disk.seenByTarget, disk.seenByOperator, dirname(disk.seenByTarget)].filter((path) => existsSync(path)),
        };
      });
      const made = expected[state].map((can) => ({ starts: true, can, exists: [] }));
      expect(state === 'writable' ? made : [...made, lacking(state)]).toContainEqual(facts);
      expect(left()).toEqual([]);
    },
  );

  it('can have an auth-dir that is read-only alone', () => {
    const can = factsOf({ state: 'writable', authDir: 'read-only' }, (disk) => possible(disk.seenByTarget));
    expect([{ fill: 'done', beside: 'done', replace: 'done', token: 'EROFS' }, lacking('writable')]).toContainEqual(can);
  });

  it('that is a file mounted alone shows what the operator writes in place, and not what he replaces it by', () => {
    const texts = factsOf({ state: 'single-file-mount' }, (disk) => {
      const [theirs, its] = [join(disk.seenByOperator, 'config.yaml'), join(disk.seenByTarget, 'config.yaml')];
      appendFileSync(theirs, '# in place\n');
      const inPlace = readFileSync(its, 'utf8');
      writeFileSync(`${theirs}.new`, 'port: 1\n');
      renameSync(`${theirs}.new`, theirs);
      return [inPlace, readFileSync(its, 'utf8'), readFileSync(theirs, 'utf8')];
    });
    const old = 'port: 0\n# in place\n';
    expect([[old, old, 'port: 1\n'], lacking('single-file-mount')]).toContainEqual(texts);
  });

  it('has no room for one byte more in the file when it is full, and room for the bytes that are there', () => {
    const facts = factsOf({ state: 'full' }, (disk) => {
      const config = join(disk.seenByTarget, 'config.yaml');
      const text = readFileSync(config, 'utf8');
      return [text.length % 4_096, outcome(() => writeFileSync(config, text)), outcome(() => writeFileSync(config, `${text}#`))];
    });
    expect([[0, 'done', 'ENOSPC'], lacking('full')]).toContainEqual(facts);
  });

  it('is gone when the process ends without releasing it', () => {
    const here = fileURLToPath(new URL('disk.ts', import.meta.url));
    const script = `const { prepareDisk } = await import(${JSON.stringify(here)});
      let disk;
      try { disk = prepareDisk({ state: 'read-only-file' }, { 'config.yaml': '' }); } catch { disk = prepareDisk({ state: 'writable' }, { 'config.yaml': '' }); }
      process.stdout.write(disk.seenByTarget); process.exit(3);`;
    const tsx = ['--import', 'tsx', '--conditions=wireproof-source', '--input-type=module', '-e', script];
    const { status, stdout, stderr } = spawnSync(process.execPath, tsx, {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
    });
    expect([status, stderr]).toEqual([3, '']);
    expect([stdout.endsWith('seen') || stdout.endsWith('host'), existsSync(dirname(stdout))]).toEqual([true, false]);
  });
});
