import { open, readFile, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Reads and writes auth files so that neither a crash nor another process ever leaves a broken one. */

/** An auth file is a few kilobytes; one beyond this is none. */
const largestFileBytes = 1_048_576;

const codeOf = (error: unknown): string => {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'UNKNOWN';
};

/** Why a file cannot be read or written, in a few words; never any of its content. */
export const describeDiskError = (error: unknown): string => {
  const code = codeOf(error);
  const known: Readonly<Record<string, string>> = {
    EROFS: 'the file system is read-only',
    EACCES: 'no permission',
    EPERM: 'no permission',
    ENOSPC: 'no space left',
    EDQUOT: 'no space left',
    ENOENT: 'no such file or directory',
    EBUSY: 'the file is a mount of its own and cannot be replaced',
    ELOCKED: 'another process holds its lock',
  };
  return error instanceof SyntaxError ? 'no valid JSON' : `${known[code] ?? 'failed'} (${code})`;
};

/**
 * The tree in an auth file; `undefined` when there is no file.
 * @throws Error when it cannot be read or is no JSON.
 */
export const readAuthTree = async (path: string): Promise<unknown> => {
  try {
    const { size } = await stat(path);
    if (size > largestFileBytes) throw new Error(`larger than ${largestFileBytes} bytes`);
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    // A parser's own message quotes what it read.
    throw error instanceof SyntaxError ? new SyntaxError('no valid JSON') : error;
  }
};

/** What an interrupted write left beside a file: a new token in it is of no use any more, and a secret all the same. */
const removeLeftovers = async (path: string): Promise<void> => {
  const [folder, name] = [dirname(path), basename(path)];
  const leftovers = (await readdir(folder)).filter((other) => other.startsWith(`${name}.`) && /^\d+$/.test(other.slice(name.length + 1)));
  await Promise.all(leftovers.map((other) => rm(join(folder, other), { force: true })));
};

/** The name of a new file is on the disk only when its folder is; where that cannot be asked for, the system does it in its own time. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(dirname(path), 'r').catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
};

/**
 * Replaces a file's content in one step, on the disk when it resolves: readers, and whoever looks after a crash, find the old or the new
 * content. The file keeps its mode and owner; a new one is for its owner only. Call it inside of `exclusively`.
 */
export const writeAuthTree = async (path: string, tree: unknown): Promise<void> => {
  const { default: writeFileAtomic } = await import('write-file-atomic');
  await removeLeftovers(path);
  const isNew = await stat(path).then(
    () => false,
    () => true,
  );
  await writeFileAtomic(path, `${JSON.stringify(tree, null, 2)}\n`, isNew ? { mode: 0o600 } : {});
  await syncFolder(path);
};

/** A holder that has died is noticed after `stale`; one that lives touches its lock far more often. */
const lockTimes = { stale: 10_000, update: 3_000 };
/** Longer than a token endpoint may take, and than it takes to notice that a holder has died. */
const lockWaitMs = 30_000;
const longestPauseMs = 400;

/** Where nothing can be written, nobody else rotates the token in the file either. */
const cannotLock = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOSPC', 'EDQUOT']);

const takeLock = async (path: string): Promise<(() => Promise<void>) | undefined> => {
  const { default: lockfile } = await import('proper-lockfile');
  let pauseMs = 20;
  for (let waitedMs = 0; ; waitedMs += pauseMs) {
    try {
      // A lock that is lost (the machine slept) is no reason to stop: the file is read again before it is written.
      return await lockfile.lock(path, { ...lockTimes, realpath: false, onCompromised: () => undefined });
    } catch (error) {
      if (cannotLock.has(codeOf(error))) return undefined;
      if (codeOf(error) !== 'ELOCKED' || waitedMs >= lockWaitMs) throw error;
    }
    pauseMs = Math.min(pauseMs * 1.3, longestPauseMs);
    await setTimeout(pauseMs);
  }
};

/**
 * Runs `work` while no other process that asks the same way works on the file; the lock is `<path>.lock`. Where no lock can be made, the
 * work runs without one.
 * @throws Error with code ELOCKED when the lock is not to be had for half a minute; and what `work` throws.
 */
export const exclusively = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  const release = await takeLock(path);
  try {
    return await work();
  } finally {
    await release?.().catch(() => undefined);
  }
};
