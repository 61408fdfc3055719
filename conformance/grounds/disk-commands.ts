import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, openSync, writeSync } from 'node:fs';

import { CannotPrepare } from './cannot-prepare.ts';

/** What a disk is made with. All of it is done at once, and undone in a handler of the process's end, where nothing can be awaited. */

const commandMs = 10_000;

/** Without the temporary path, which is another one each time. */
const firstLine = (text: string): string => (text.trim().split('\n', 1)[0] ?? '').replaceAll(/\/\S*wireproof-disk-[^\s:]*/g, 'it');

const run = (command: string, args: readonly string[]): string | undefined => {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: commandMs });
  if (error !== undefined) return `${command}: ${error.message}`;
  return status === 0 ? undefined : firstLine(stderr) || `${command} ended with ${String(status)}`;
};

/** How to take something back. */
export type Undo = () => void;

const need = (what: string, command: string, args: readonly string[]): void => {
  const problem = run(command, args);
  if (problem !== undefined) throw new CannotPrepare(`${what} needs ${command} and the right to use it here (${problem})`);
};

const unmount =
  (place: string): Undo =>
  () => {
    // Lazily where somebody still has a file open in there: it is gone from the tree at once, and from the system with its last user.
    if (run('umount', [place]) !== undefined) run('umount', ['-l', place]);
  };

/** The same file or directory at a second place. */
export const bind = (what: string, from: string, to: string): Undo => {
  need(what, 'mount', ['--bind', from, to]);
  return unmount(to);
};

/** A mount of ours becomes read-only; what is mounted inside of it stays as it is. */
export const makeReadOnly = (what: string, place: string): void => need(what, 'mount', ['-o', 'remount,bind,ro', place]);

/** A disk of so many KiB. */
export const smallDisk = (what: string, place: string, kibibytes: number): Undo => {
  need(what, 'mount', ['-t', 'tmpfs', '-o', `size=${kibibytes}k,mode=0755,nosuid,nodev,noexec`, 'wireproof', place]);
  return unmount(place);
};

export const makeImmutable = (what: string, file: string): Undo => {
  need(what, 'chattr', ['+i', file]);
  return () => void run('chattr', ['-i', file]);
};

/** Takes the right to write from everybody; of use only where we are not root, who needs no right. */
export const takeRights = (place: string, mode: number): Undo => {
  chmodSync(place, mode);
  return () => chmodSync(place, mode | 0o200);
};

/** Writes a file until not a byte is left on its disk. The disk must be a small one of our own. */
export const useUpSpace = (file: string): void => {
  const descriptor = openSync(file, 'wx');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(64 * 1024));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
};

export const isRoot = (): boolean => process.geteuid?.() === 0;
