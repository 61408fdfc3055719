import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';

import type { FileAction, FileResult } from '#scenarios/kit/actions/file';

import { sightWithoutAnswer, type ActionPerformer } from './action.ts';

const mostBytes = 256 * 1024;

const beginningOf = async (path: string): Promise<string> => {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
};

const look = async (path: string): Promise<FileResult> => {
  const found = await stat(path).catch(() => undefined);
  const beside = (await readdir(dirname(path))).sort();
  if (found === undefined) return { kind: 'file', is: 'nothing', beside };
  if (found.isDirectory()) return { kind: 'file', is: 'directory', beside };
  return { kind: 'file', is: 'file', text: await beginningOf(path), beside };
};

const writeAnew = async (path: string, text: string): Promise<void> => {
  const beside = `${path}.new`;
  await writeFile(beside, text);
  await rename(beside, path);
};

const replace = async (path: string, lines: string): Promise<void> => writeAnew(path, (await readFile(path, 'utf8')) + lines);

const act = async (action: FileAction, path: string): Promise<void> => {
  if (action.deed === 'add') await appendFile(path, action.lines);
  if (action.deed === 'replace') await replace(path, action.lines);
  if (action.deed === 'write') await writeAnew(path, action.text);
  if (action.deed === 'remove' || action.deed === 'make-directory') await rm(path, { force: true, recursive: true });
  if (action.deed === 'make-directory') await mkdir(path);
};

/** Nothing but the target's own files is anybody's business. */
const placeIn = (directory: string, name: string): string => {
  const path = resolve(directory, name);
  if (!path.startsWith(resolve(directory) + sep)) throw new Error(`${name} is not among the files of the target`);
  return path;
};

export const action: ActionPerformer = {
  perform: async (asked, context) => {
    const { disk } = context.target;
    if (disk === undefined) return { reason: 'not-visible-here', note: 'the files of the target cannot be seen from here' };
    const startedAt = performance.now();
    const deed = asked as FileAction;
    const path = placeIn(deed.seenBy === 'target' ? disk.seenByTarget : disk.seenByOperator, deed.name);
    await act(deed, path);
    return { ...sightWithoutAnswer(context, performance.now() - startedAt), action: await look(path) };
  },
};
