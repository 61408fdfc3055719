import { constants, fsyncSync, ftruncateSync, openSync, closeSync, readFileSync, realpathSync, writeSync, accessSync } from 'node:fs';

import { finishBrokenOffWrite, padded, withJournal } from './write-journal.ts';

/** How a file gets a new content, with the guarantee that goes with it. */
export type Written = 'replaced' | 'overwritten';

/**
 * What one needs of a disk. `replace` puts a new file in the old one's place, so that a reader, a crash or a kill sees the old or the new
 * content; `overwrite` keeps the file itself, which a bind mount of a single file needs.
 */
export interface Disk {
  /** Where a path leads, links followed. */
  readonly target: (path: string) => string;
  /** @throws what the system says when the file must not be written to. */
  readonly assertWritable: (path: string) => void;
  readonly replace: (path: string, text: string) => Promise<void>;
  readonly overwrite: (path: string, text: string) => void;
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? '';

/** Why a file cannot be replaced although it might be written to: its directory is not ours, or the file is a mount by itself. */
const replaceOnlyFaults = new Set(['EBUSY', 'EROFS', 'EACCES', 'EPERM', 'EXDEV']);

const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

/**
 * Writes a file so that a kill at any moment leaves the old content or the new one, where the directory allows it; else in place.
 * @throws the system's error; the file then has its old content.
 */
export const writeDurably = async (disk: Disk, path: string, text: string): Promise<Written> => {
  const target = disk.target(path);
  // Renaming over a file needs no right to write to it; who took that right away did not mean to have it replaced.
  disk.assertWritable(target);
  try {
    await disk.replace(target, text);
    return 'replaced';
  } catch (error) {
    if (!replaceOnlyFaults.has(codeOf(error))) throw error;
    await withJournal(target, text, () => disk.overwrite(target, text));
    return 'overwritten';
  }
};

const writeWhole = (descriptor: number, bytes: Buffer): void => {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written, bytes.length - written, written);
};

const overwriteInPlace = (path: string, text: string): void => {
  const old = readFileSync(path);
  const descriptor = openSync(path, constants.O_WRONLY);
  try {
    writeWhole(descriptor, padded(text, old.length));
    ftruncateSync(descriptor, Buffer.byteLength(text));
    fsyncSync(descriptor);
  } catch (error) {
    // The old content had its place on the disk, so it fits again when the new one does not.
    writeWhole(descriptor, old);
    ftruncateSync(descriptor, old.length);
    throw error;
  } finally {
    closeSync(descriptor);
  }
};

const realTarget = (path: string): string => {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
};

const assertWritable = (path: string): void => {
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
};

/** The system's disk. `write-file-atomic` writes beside the file, syncs, keeps owner and mode, and renames. */
export const systemDisk: Disk = {
  target: realTarget,
  assertWritable,
  replace: async (path, text) => {
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await writeFileAtomic(path, text, { encoding: 'utf8', fsync: true });
  },
  overwrite: overwriteInPlace,
};

/** Puts a configuration in order whose writing was broken off by a kill. @returns whether there was something to do */
export const recoverBrokenOffWrite = (path: string): boolean => finishBrokenOffWrite(realTarget(path), overwriteInPlace);
