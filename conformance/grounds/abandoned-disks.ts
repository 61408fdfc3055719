import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Disks carry in their name who made them, so that those of a process that was killed are found and taken away by the next one. */

const prefix = 'wireproof-disk-';

/** Process ids mean nothing in another container that shares the temporary directory. */
const processSpace = (): string => {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
};

const inMemory = '/dev/shm';

const mayWriteTo = (directory: string): boolean => {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** Where disks are made: in memory where there is such a place, as proxies wait for each write to reach the disk. */
export const placeOfDisks = (): string => (mayWriteTo(inMemory) ? inMemory : tmpdir());

/** The beginning of the names of this process's disks. */
export const ownPrefix = (): string => `${prefix}${processSpace()}-${process.pid}-`;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const isAbandoned = (name: string): boolean => {
  const [, space, pid] = /^wireproof-disk-(\d+)-(\d+)-/.exec(name) ?? [];
  return space === processSpace() && pid !== undefined && !isAlive(Number(pid));
};

const mountsBelow = (directory: string): readonly string[] => {
  try {
    const places = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return places.flatMap((line) => line.split(' ', 5).slice(4)).filter((place) => place.startsWith(`${directory}/`));
  } catch {
    return [];
  }
};

const abandonedIn = (place: string): readonly string[] =>
  readdirSync(place)
    .filter(isAbandoned)
    .map((name) => join(place, name));

const remove = (directory: string): void => {
  for (const place of [...mountsBelow(directory)].reverse()) spawnSync('umount', ['-l', place]);
  spawnSync('chattr', ['-R', '-i', directory]);
  rmSync(directory, { recursive: true, force: true });
};

/** Takes away what processes that no longer run have left. What cannot be taken away is left to the operator. */
export const removeAbandonedDisks = (): void => {
  for (const directory of new Set([placeOfDisks(), tmpdir()].flatMap(abandonedIn))) {
    try {
      remove(directory);
    } catch {
      // Somebody else's, or still mounted.
    }
  }
};
