import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** Server on one core, load on another: what the server gets through is then a figure per core, and neither takes the other's time. */
export interface Pinning {
  /** Put before a server's command. */
  readonly serverPrefix: readonly string[];
  readonly about: string;
  /** Lets this process run anywhere again. */
  readonly release: () => void;
}

const unpinned = (why: string): Pinning => ({
  serverPrefix: [],
  about: `Nothing was pinned to a core (${why}), so server and load may have taken each other's time.`,
  release: () => undefined,
});

const taskset = (...args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync('taskset', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** `0-3,8` as single cores. */
export const coresIn = (list: string): readonly number[] =>
  list.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('-').map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });

/** Pins this process, where the system lets it; everything started with `serverPrefix` goes elsewhere. */
export const pinLoad = (pid: number): Pinning => {
  if (availableParallelism() < 2) return unpinned('one core');
  const allowed = taskset('-cp', String(pid))?.split(': ').at(-1);
  if (allowed === undefined) return unpinned('no taskset');
  const [serverCore, loadCore] = coresIn(allowed);
  if (serverCore === undefined || loadCore === undefined) return unpinned('one core allowed');
  if (taskset('-acp', String(loadCore), String(pid)) === undefined) return unpinned('taskset is refused');
  return {
    serverPrefix: ['taskset', '-c', String(serverCore)],
    about: `Servers were pinned to core ${serverCore}, the load to core ${loadCore}, so figures are per core.`,
    release: () => void taskset('-acp', allowed, String(pid)),
  };
};
