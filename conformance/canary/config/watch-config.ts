/** Looks after a configuration while the canary runs: a good new one replaces the plan, a bad one is told and changes nothing (issue 8). */
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';

import { ToolError } from '../../errors.ts';
import type { Alarm, CanaryClock } from '../clock.ts';
import type { LoadedPlan } from './load-canary-plan.ts';

/** What a look at the file came to. */
export type Reload =
  | { readonly ok: true; readonly plan: LoadedPlan }
  /** The old plan goes on. */
  | { readonly ok: false; readonly error: ToolError };

export interface WatchConfigOptions {
  /** Absolute path. */
  readonly file: string;
  readonly clock: CanaryClock;
  readonly load: () => Promise<LoadedPlan>;
  /** Called for every load, one after the other. The plan is put in force between rounds, by the caller. */
  readonly onReload: (reload: Reload) => void;
  /** Editors write in several steps: the file is read when so long nothing has happened. */
  readonly settleMs?: number;
  /** Bind mounts and network file systems tell of no changes, so they are looked for, too. */
  readonly lookEveryMs?: number;
}

export interface ConfigWatch {
  /** Reads the file now, changed or not: for SIGHUP and `POST /-/reload`. */
  readonly reload: () => Promise<Reload>;
  readonly close: () => Promise<void>;
}

/** Kubernetes swaps mounted configurations by this link beside them. */
const mountLink = '..data';

const stampOf = (file: string): string => {
  try {
    const { mtimeMs, ctimeMs, size, ino } = statSync(file);
    return `${mtimeMs}:${ctimeMs}:${size}:${ino}`;
  } catch {
    return 'none';
  }
};

const asToolError = (error: unknown): ToolError => {
  if (error instanceof ToolError) return error;
  return new ToolError('config-invalid', error instanceof Error ? error.message : String(error), { cause: error });
};

const startWatcher = async (file: string, onChange: () => void): Promise<{ readonly close: () => Promise<void> }> => {
  const { watch } = await import('chokidar');
  const folder = dirname(file);
  const names = new Set([basename(file), mountLink]);
  const watcher = watch(folder, {
    ignoreInitial: true,
    depth: 0,
    ignored: (path) => path !== folder && !names.has(basename(path)),
  });
  watcher.on('all', onChange);
  // A folder that cannot be watched is looked at from time to time all the same.
  watcher.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
  });
  return watcher;
};

/** Begins to watch; resolves when changes are seen. */
export const watchConfig = async (options: WatchConfigOptions): Promise<ConfigWatch> => {
  const { file, clock, load, onReload, settleMs = 200, lookEveryMs = 10_000 } = options;
  let stamp = stampOf(file);
  let settling: Alarm | undefined;
  let looking: Alarm | undefined;
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();

  const read = async (): Promise<Reload> => {
    stamp = stampOf(file);
    const reload = await load().then(
      (plan): Reload => ({ ok: true, plan }),
      (error: unknown): Reload => ({ ok: false, error: asToolError(error) }),
    );
    if (!closed) onReload(reload);
    return reload;
  };
  /** One after the other, so that an older file never replaces a newer one. */
  const reload = (): Promise<Reload> => {
    const reading = last.then(read);
    last = reading.catch(() => undefined);
    return reading;
  };
  const readIfChanged = (): void => {
    if (!closed && stampOf(file) !== stamp) void reload();
  };
  const soon = (): void => {
    settling?.cancel();
    settling = clock.after(settleMs, readIfChanged);
  };
  const lookAgain = (): void => {
    looking = clock.after(lookEveryMs, () => {
      readIfChanged();
      if (!closed) lookAgain();
    });
  };
  const watcher = await startWatcher(file, soon);
  lookAgain();
  return {
    reload,
    close: async () => {
      closed = true;
      settling?.cancel();
      looking?.cancel();
      await watcher.close();
      await last;
    },
  };
};
