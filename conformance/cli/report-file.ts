import { randomBytes } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { ToolError, type Problem } from '../errors.ts';
import { fileReason } from '#fixtures/file-reason';

const temporaryBeside = (file: string): string => join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`);

/** A symbolic link is written through, not replaced. */
const resolved = async (file: string): Promise<string> => realpath(file).catch(() => file);

const problem = (file: string, expected: string, actual: string, hint?: string): Problem => ({
  where: file,
  expected,
  actual,
  ...(hint !== undefined && { hint }),
});

const folderProblem = async (file: string): Promise<Problem | undefined> => {
  const probe = temporaryBeside(file);
  try {
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe, { force: true });
    return undefined;
  } catch (error) {
    const folder = dirname(file);
    // /proc and the like exist and answer ENOENT all the same.
    const missing = await stat(folder).then(
      () => false,
      (cause: NodeJS.ErrnoException) => cause.code === 'ENOENT',
    );
    const hint = missing ? `create the folder first: mkdir -p ${folder}` : 'choose another path';
    return problem(file, 'a folder in which a file can be written', missing ? 'no such folder' : fileReason(error), hint);
  }
};

const existingProblem = async (file: string): Promise<Problem | undefined> => {
  try {
    await access(file, constants.W_OK);
    return undefined;
  } catch (error) {
    return problem(file, 'a writable file', fileReason(error), 'choose another path');
  }
};

const problemOf = async (path: string): Promise<Problem | undefined> => {
  const file = await resolved(path);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) return problem(path, 'a file', 'a directory', 'add a file name to it');
  const existing = found === undefined ? undefined : await existingProblem(file);
  if (existing !== undefined || (found !== undefined && !found.isFile())) return existing;
  return folderProblem(file);
};

/** Throws one ToolError with every path that cannot be written. Leaves nothing behind. To be called before the run, not after it. */
export const checkWritable = async (files: readonly string[]): Promise<void> => {
  const found = await Promise.all(files.map(problemOf));
  const problems = found.filter((item) => item !== undefined);
  if (problems.length > 0) throw new ToolError('report-unwritable', 'a report cannot be written', { problems });
};

const unwritable = (path: string, cause: unknown): ToolError =>
  new ToolError('report-unwritable', 'a report cannot be written', {
    problems: [problem(path, 'a writable file', fileReason(cause), 'free the path or choose another one')],
    cause,
  });

/** A file that is written as text comes. */
export interface GrowingFile {
  readonly append: (text: string) => void;
  /** Resolves when all is written; rejects with ToolError `report-unwritable` when something could not be. */
  readonly end: () => Promise<void>;
}

/** Begins with the first text, which replaces what was in the file; without one the file is left alone. */
export const growingFile = (path: string): GrowingFile => {
  let stream: WriteStream | undefined;
  let failure: unknown;
  const opened = (): WriteStream => {
    if (stream !== undefined) return stream;
    stream = createWriteStream(path);
    stream.on('error', (error) => {
      failure = error;
    });
    return stream;
  };
  return {
    append: (text) => {
      if (failure === undefined) opened().write(text);
    },
    end: async () => {
      if (stream !== undefined && failure === undefined) {
        const closed = new Promise<void>((resolve) => {
          opened().once('close', resolve);
        });
        stream.end();
        await closed;
      }
      if (failure !== undefined) throw unwritable(path, failure);
    },
  };
};

/** Writes all or nothing: into a temporary file beside, which is then renamed. Devices and pipes are written to directly. */
export const writeWhole = async (path: string, text: string): Promise<void> => {
  const file = await resolved(path);
  const found = await stat(file).catch(() => undefined);
  const direct = found !== undefined && !found.isFile();
  const temporary = direct ? file : temporaryBeside(file);
  try {
    await writeFile(temporary, text);
    if (!direct) await rename(temporary, file);
  } catch (cause) {
    if (!direct) await rm(temporary, { force: true });
    throw unwritable(path, cause);
  }
};
