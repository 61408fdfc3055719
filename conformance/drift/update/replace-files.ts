import { constants, existsSync } from 'node:fs';
import { cp, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';

import { ToolError } from '../../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { formerOf, takePlace } from '../../replaced-directory.ts';

/** What becomes of a directory. Paths are relative to it, with slashes. */
export interface Replacement {
  readonly removed: readonly string[];
  readonly written: ReadonlyMap<string, string>;
}

export interface ReplaceOptions {
  /** Throws where the new directory is not what it should be; called before it takes the place of the old one. */
  readonly check: (directory: string) => void | Promise<void>;
  /** Digits and letters of the alphabet, for names that nobody has beside the directory. */
  readonly suffix: string;
  /** Nothing is replaced after it. */
  readonly signal: AbortSignal;
}

const unwritable = (directory: string, cause: unknown): ToolError =>
  new ToolError('report-unwritable', 'the baseline cannot be written; it is as it was', {
    problems: [
      { where: directory, expected: 'a directory that can be replaced', actual: fileReason(cause), hint: 'make room, or mend its rights' },
    ],
    cause,
  });

/** All of a directory but what is removed, and what is written, beside it. */
const build = async (from: string, to: string, { removed, written }: Replacement): Promise<void> => {
  const left = new Set(removed);
  await cp(from, to, {
    recursive: true,
    errorOnExist: true,
    force: false,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    mode: constants.COPYFILE_FICLONE,
    filter: (source) => !left.has(relative(from, source).split(sep).join('/')),
  });
  for (const [path, text] of written) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await writeFile(join(to, path), text, { flush: true });
  }
};

const refuseRepository = (directory: string): void => {
  if (!existsSync(join(directory, '.git'))) return;
  throw new ToolError('usage', 'the baseline is a whole repository, which --update would replace', {
    hint: 'keep recordings in a directory of their own',
  });
};

/**
 * Replaces files of a directory, all or none: a copy beside it is changed, checked, and takes its place. Whatever fails, a full disk for
 * example, leaves the old one as it was. A link to the directory stays one.
 * @throws ToolError `report-unwritable`, `usage` for a repository, or what `check` throws
 */
export const replaceFiles = async (path: string, replacement: Replacement, { check, suffix, signal }: ReplaceOptions): Promise<void> => {
  const directory = await realpath(path);
  refuseRepository(directory);
  const fresh = join(dirname(directory), `.${basename(directory)}.${suffix}.new`);
  const former = formerOf(directory, suffix);
  try {
    // Ours from here on: what is there already is somebody else's.
    await mkdir(fresh);
  } catch (error) {
    throw unwritable(path, error);
  }
  try {
    await build(directory, fresh, replacement);
    await check(fresh);
    signal.throwIfAborted();
    takePlace(fresh, directory, former);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (error instanceof Error && 'code' in error && 'syscall' in error) throw unwritable(path, error);
    throw error;
  }
  // The new one is in its place, whatever becomes of the old one; who comes next is told of it.
  await rm(former, { recursive: true, force: true }).catch(() => undefined);
};
