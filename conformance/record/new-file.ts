import { closeSync, existsSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';

const isTaken = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'EEXIST';

/** Undefined where somebody else is at it. */
const openNew = (file: string): number | undefined => {
  try {
    return openSync(file, 'wx');
  } catch (error) {
    if (isTaken(error)) return undefined;
    throw error;
  }
};

const fill = (open: number, text: string): void => {
  try {
    writeFileSync(open, text);
  } finally {
    closeSync(open);
  }
};

/**
 * Writes a file that is not there yet, whole or not at all. False where it is there, or another process is writing it. The unfinished file is
 * the claim to the name: only who made it may finish it, so between the look and the renaming nobody else does. It needs no links, which
 * not every file system has. One that is left behind by a process that was killed costs its name, and nobody reads it.
 * @throws the system's error
 */
export const writeNewFile = (file: string, text: string): boolean => {
  const unfinished = `${file}.unfinished`;
  const open = openNew(unfinished);
  if (open === undefined) return false;
  try {
    // Waiting for the disk itself would take longer than most exchanges.
    fill(open, text);
    if (existsSync(file)) return false;
    renameSync(unfinished, file);
    return true;
  } finally {
    rmSync(unfinished, { force: true });
  }
};
