import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Disk, DiskState } from '#scenarios/kit/grounds/disk';

import type { FilePlaces } from '../targets/target.ts';
import { ownPrefix, placeOfDisks, removeAbandonedDisks } from './abandoned-disks.ts';
import { bind, isRoot, makeImmutable, makeReadOnly, smallDisk, takeRights, useUpSpace, type Undo } from './disk-commands.ts';

/** Files by name; a name may have a directory before it. `config.yaml` must be among them. */
export type Files = Readonly<Record<string, string>>;

export interface PreparedDisk extends FilePlaces {
  /** What it is, in words, and by which means. */
  readonly made: string;
  /** Unmounts and removes everything. */
  readonly release: () => void;
}

/** What a state is made of: where the operator has the files, where the target will have them, and what has to be undone. */
interface Making {
  readonly host: string;
  readonly seen: string;
  readonly what: string;
  readonly undo: Undo[];
}

const configName = 'config.yaml';
const authName = 'auth';
const spaceKib = 512;

const putFiles = (directory: string, files: Files): void => {
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o600 });
  }
  mkdirSync(join(directory, authName), { recursive: true });
};

const pageBytes = 4_096;

/** With a comment at its end that takes what is left of the last page: one byte more needs another page, and there is none. */
const toFullPages = (text: string): string => {
  const end = '# the end of the file\n';
  const missing = pageBytes - (Buffer.byteLength(`${text}#\n${end}`) % pageBytes);
  return `${text}#${'-'.repeat(missing)}\n${end}`;
};

const bound = ({ what, undo }: Making, from: string, to: string): void => void undo.push(bind(what, from, to));

const boundReadOnly = (making: Making, from: string, to: string): void => {
  bound(making, from, to);
  makeReadOnly(making.what, to);
};

/** For everybody but root, permission bits do what a mount does for root. */
const withoutRights = ({ host, undo }: Making, names: readonly string[]): string => {
  for (const name of names) undo.push(takeRights(join(host, name), name === configName ? 0o400 : 0o500));
  return host;
};

/** A mount where that is allowed, permission bits where they mean something. */
const mountedOr = (making: Making, names: readonly string[], mount: () => void): string => {
  if (!isRoot()) return withoutRights(making, names);
  mount();
  return making.seen;
};

const makers: Readonly<Record<DiskState, (making: Making, files: Files) => string>> = {
  writable: ({ host }) => host,
  'read-only-mount': (making) =>
    mountedOr(making, [configName, '.'], () => {
      boundReadOnly(making, making.host, making.seen);
    }),
  'read-only-directory': (making) =>
    mountedOr(making, ['.'], () => {
      boundReadOnly(making, making.host, making.seen);
      for (const name of [configName, authName]) bound(making, join(making.host, name), join(making.seen, name));
    }),
  'read-only-file': (making) =>
    mountedOr(making, [configName], () => {
      bound(making, making.host, making.seen);
      boundReadOnly(making, join(making.host, configName), join(making.seen, configName));
    }),
  'immutable-file': ({ host, what, undo }) => {
    undo.push(makeImmutable(what, join(host, configName)));
    return host;
  },
  'single-file-mount': (making) => {
    putFiles(making.seen, { [configName]: '' });
    for (const name of [configName, authName]) bound(making, join(making.host, name), join(making.seen, name));
    return making.seen;
  },
  full: ({ seen, what, undo }, files) => {
    undo.push(smallDisk(what, seen, spaceKib));
    putFiles(seen, { ...files, [configName]: toFullPages(files[configName] ?? '') });
    useUpSpace(join(seen, 'all-space-is-used-up'));
    return seen;
  },
};

const protectAuthDir = (making: Making, seen: string): void => {
  const directory = join(seen, authName);
  boundReadOnly(making, directory, directory);
};

const attempt = (undo: Undo): void => {
  try {
    undo();
  } catch {
    // What cannot be undone now is found by the next run.
  }
};

let swept = false;
const sweepOnce = (): void => {
  if (!swept) removeAbandonedDisks();
  swept = true;
};

/** What is to be taken away when the process ends before it was released. */
const held = new Set<Undo>();
const releaseHeld = (): void => held.forEach((release) => release());

/** Undoes everything once: when it is released, or when the process ends before that. */
const releaser = (root: string, undo: readonly Undo[]): Undo => {
  let released = false;
  const release = (): void => {
    if (released) return;
    released = true;
    held.delete(release);
    if (held.size === 0) process.removeListener('exit', releaseHeld);
    for (const step of [...undo].reverse()) attempt(step);
    attempt(() => rmSync(root, { recursive: true, force: true }));
  };
  if (held.size === 0) process.on('exit', releaseHeld);
  held.add(release);
  return release;
};

/**
 * Files on a disk in this state, in a temporary directory of their own.
 * @throws CannotPrepare when the machine or the user lacks what it takes; nothing is left then.
 */
export const prepareDisk = ({ state, authDir = 'writable' }: Disk, files: Files): PreparedDisk => {
  sweepOnce();
  // Not every system knows the immutable bit for files in memory.
  const root = mkdtempSync(join(state === 'immutable-file' ? tmpdir() : placeOfDisks(), ownPrefix()));
  const making: Making = { host: join(root, 'host'), seen: join(root, 'seen'), what: `the disk state ${state}`, undo: [] };
  const release = releaser(root, making.undo);
  try {
    for (const directory of [making.host, making.seen]) mkdirSync(directory);
    putFiles(making.host, files);
    const seen = makers[state](making, files);
    if (authDir === 'read-only') protectAuthDir(making, seen);
    const by = isRoot() ? 'mounts' : 'permissions';
    const made = state === 'writable' || state === 'immutable-file' ? state : `${state}, by ${by}`;
    return { seenByTarget: seen, seenByOperator: state === 'full' ? seen : making.host, made, release };
  } catch (error) {
    release();
    throw error;
  }
};
