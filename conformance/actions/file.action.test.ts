import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { addsByReplacing, addsInPlace, fileIn, looksAt, makesDirectory, removes, type FileAction } from '#scenarios/kit/actions/file';
import { acting, type CallerSight } from '#scenarios/kit/index';

import type { RunningTarget } from '../targets/target.ts';
import { isUndone, type Undone } from './action.ts';
import { action } from './file.action.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-file-'));
  for (const side of ['theirs', 'its']) mkdirSync(join(folder, side));
  writeFileSync(join(folder, 'theirs', 'config.yaml'), 'theirs\n');
  writeFileSync(join(folder, 'its', 'config.yaml'), 'its\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const withDisk = (disk: RunningTarget['disk']): RunningTarget => ({
  url: 'http://127.0.0.1:9',
  headers: () => ({}),
  path: (_cell, path) => path,
  logs: () => Promise.resolve(undefined),
  stop: () => Promise.resolve(),
  ...(disk !== undefined && { disk }),
});

const sightOf = (asked: FileAction, hasDisk = true): Promise<CallerSight | Undone> =>
  action.perform(asked, {
    target: withDisk(hasDisk ? { seenByOperator: join(folder, 'theirs'), seenByTarget: join(folder, 'its') } : undefined),
    url: 'http://127.0.0.1:9',
    path: '/',
    headers: {},
    cell: { client: 'openai-chat', upstream: 'openai-chat', stream: false },
    probe: acting(asked, { dialect: 'openai-chat' }),
    token: 'wpt_0000000000000001',
    upstream: undefined,
    withinMs: 1_000,
    signal: new AbortController().signal,
  });

const after = async (asked: FileAction): Promise<unknown> => {
  const sight = await sightOf(asked);
  return isUndone(sight) ? sight : fileIn(sight);
};

const config = 'config.yaml';
const inode = (): number => statSync(join(folder, 'theirs', config)).ino;

it('looks at the file as the target has it, and as the operator has it', async () => {
  expect(await after(looksAt(config))).toEqual({ kind: 'file', is: 'file', text: 'its\n', beside: [config] });
  expect(await after(looksAt(config, 'operator'))).toEqual({ kind: 'file', is: 'file', text: 'theirs\n', beside: [config] });
});

it('adds lines as editors do: in place, or with another file under the same name', async () => {
  const before = inode();
  expect(await after(addsInPlace(config, 'a\n'))).toMatchObject({ text: 'theirs\na\n' });
  expect(inode()).toBe(before);
  expect(await after(addsByReplacing(config, 'b\n'))).toMatchObject({ text: 'theirs\na\nb\n', beside: [config] });
  expect(inode()).not.toBe(before);
});

it('takes the file away, and puts a directory in its place', async () => {
  expect(await after(removes(config))).toEqual({ kind: 'file', is: 'nothing', beside: [] });
  expect(await after(makesDirectory(config))).toEqual({ kind: 'file', is: 'directory', beside: [config] });
});

it('touches nothing but the files of the target', async () => {
  await expect(sightOf(removes('../theirs/config.yaml'))).rejects.toThrow('../theirs/config.yaml is not among the files of the target');
  await expect(sightOf(looksAt('/etc/hosts'))).rejects.toThrow('/etc/hosts is not among the files of the target');
});

it('says so where the files of a target cannot be seen', async () => {
  expect(await sightOf(looksAt(config), false)).toEqual({
    reason: 'not-visible-here',
    note: 'the files of the target cannot be seen from here',
  });
});
