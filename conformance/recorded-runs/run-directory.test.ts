import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { formerNote } from '../replaced-directory.ts';
import { openStaging } from './run-directory.ts';

let room: string;
let place: string;
beforeEach(async () => {
  room = await mkdtemp(join(tmpdir(), 'wireproof-run-directory-'));
  place = join(room, 'run');
});
afterEach(async () => {
  await chmod(room, 0o700);
  await rm(room, { recursive: true, force: true });
});

const oldRun = async (): Promise<void> => {
  await mkdir(join(place, 'openai-chat'), { recursive: true });
  await writeFile(join(place, 'run.json'), 'old');
  await writeFile(join(place, 'openai-chat', 'one.recording.json'), 'old');
};
/** Everything below the room, with what it says. */
const all = async (): Promise<Readonly<Record<string, string>>> => {
  const entries = await readdir(room, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = files.sort().map(async (file) => [file.slice(room.length + 1), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(read));
};

describe('the place of a recorded run', () => {
  it('is taken when everything is written, and nothing is left beside it', async () => {
    await oldRun();
    const staging = openStaging(place);
    await writeFile(join(staging.directory, 'run.json'), 'new');
    expect((await all())['run/run.json']).toBe('old');
    staging.commit();
    expect(await all()).toEqual({ 'run/run.json': 'new' });
    expect(await readdir(room)).toEqual(['run']);
  });

  it('is replaced under names by which a former run is found again', async () => {
    openStaging(place);
    const [name = ''] = await readdir(room);
    expect(name).toMatch(/^\.run\.[0-9A-Za-z]{6}$/);
    await mkdir(join(room, `${name}.old`));
    expect(formerNote(place)).toContain(join(room, `${name}.old`));
  });

  it('is made behind a symbolic link that leads nowhere, which stays', async () => {
    const link = join(room, 'link');
    await symlink(place, link);
    const staging = openStaging(link);
    await writeFile(join(staging.directory, 'run.json'), 'new');
    staging.commit();
    expect([await all(), (await readdir(room)).sort()]).toEqual([{ 'run/run.json': 'new' }, ['link', 'run']]);
  });

  it('is made where there is none, with the folders above it', async () => {
    const staging = openStaging(join(place, 'deep'));
    await writeFile(join(staging.directory, 'run.json'), 'new');
    staging.commit();
    expect(await all()).toEqual({ 'run/deep/run.json': 'new' });
  });

  it('stays as it was when the run is discarded', async () => {
    await oldRun();
    const staging = openStaging(place);
    await writeFile(join(staging.directory, 'run.json'), 'new');
    staging.discard();
    expect(await all()).toEqual({ 'run/openai-chat/one.recording.json': 'old', 'run/run.json': 'old' });
    expect(await readdir(room)).toEqual(['run']);
  });

  it('may be behind a symbolic link, which stays', async () => {
    await oldRun();
    const link = join(room, 'link');
    await symlink(place, link);
    const staging = openStaging(link);
    await writeFile(join(staging.directory, 'run.json'), 'new');
    staging.commit();
    expect(await readFile(join(link, 'run.json'), 'utf8')).toBe('new');
    expect((await readdir(room)).sort()).toEqual(['link', 'run']);
  });

  it.each([
    ['a file of somebody else beside the run', 'notes.md', true],
    ['a directory of something else', 'one.recording.json', false],
  ])('is not taken from %s', async (_, name, withRun) => {
    if (withRun) await oldRun();
    else await mkdir(place);
    await writeFile(join(place, name), 'mine');
    const before = await all();
    expect(() => openStaging(place)).toThrow(
      expect.objectContaining({ code: 'usage', problems: [expect.objectContaining({ where: join(place, name) })] }),
    );
    expect(await all()).toEqual(before);
  });

  it('is not taken from what came there during the run', async () => {
    const staging = openStaging(place);
    await mkdir(place);
    await writeFile(join(place, 'notes.md'), 'mine');
    expect(() => staging.commit()).toThrow(expect.objectContaining({ code: 'usage' }));
    expect(await all()).toEqual({ 'run/notes.md': 'mine' });
  });

  it('is told to be unwritable before the run when there is a file in its way', async () => {
    await writeFile(place, 'mine');
    expect(() => openStaging(join(place, 'run'))).toThrow(expect.objectContaining({ code: 'report-unwritable' }));
    expect(await all()).toEqual({ run: 'mine' });
  });
});
