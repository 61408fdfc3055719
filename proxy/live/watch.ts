import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { startTimer, systemClock } from '../clock.ts';
import type { Timer } from '../clock.ts';
import type { ProxyLogLine } from '../options.ts';

/** Kubernetes swaps mounted configurations by this link beside them. */
const mountLink = '..data';

export interface WatchOptions {
  readonly configPath: string;
  /** As it is configured now. */
  readonly authDirectory: () => string | undefined;
  /** Called when something may have changed, one call after the other. */
  readonly onChange: () => Promise<unknown>;
  readonly log: (line: ProxyLogLine) => void;
  /** Editors write in several steps: the files are looked at when so long nothing has happened. */
  readonly debounceMs?: number;
  /** Bind mounts and network file systems tell of no changes, so they are looked for, too. */
  readonly pollMs?: number;
}

const stampOf = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.mtimeMs}:${stat.ctimeMs}:${stat.size}:${stat.ino}`;
};

const filesIn = (directory: string | undefined): readonly string[] => {
  if (directory === undefined) return [];
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
};

/** Changes whenever one of the files does. */
const stampsOf = (configPath: string, directory: string | undefined): string =>
  JSON.stringify([configPath, ...filesIn(directory)].map((path) => [path, stampOf(path)]));

/** Looks after the configuration file and the auth directory while the proxy runs. */
export class Watch {
  readonly #options: WatchOptions;
  #stamps: string;
  #watcher: { close: () => Promise<void>; add: (path: string) => unknown } | undefined;
  #debounce: Timer | undefined;
  #poll: Timer | undefined;
  #watched: string | undefined;
  #looking: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#stamps = stampsOf(options.configPath, options.authDirectory());
  }

  async open(): Promise<void> {
    const { configPath, authDirectory, debounceMs = 200, pollMs = 5_000 } = this.#options;
    const { watch } = await import('chokidar');
    const folder = dirname(configPath);
    this.#watched = authDirectory();
    const names = new Set([basename(configPath), mountLink]);
    const watcher = watch([folder, ...(this.#watched === undefined ? [] : [this.#watched])], {
      ignoreInitial: true,
      depth: 0,
      ignored: (path) => path !== folder && dirname(path) === folder && !names.has(basename(path)) && path !== this.#watched,
    });
    const soon = (): void => {
      this.#debounce ??= startTimer(systemClock, debounceMs, () => this.look());
      this.#debounce.restart();
    };
    watcher.on('all', soon);
    // What is told of twice in short order is told of once only; the system's own words are not thinned out.
    watcher.on('raw', (_event, path) => {
      if (names.has(basename(path)) || path.endsWith('.json')) soon();
    });
    watcher.on('error', (error) => this.#fault(error));
    this.#watcher = watcher;
    await new Promise<void>((resolve) => {
      watcher.once('ready', resolve);
    });
    this.#poll = startTimer(systemClock, pollMs, () => this.look());
  }

  /** Looks at the files now, and tells of a change. */
  look(): void {
    if (this.#closed) return;
    this.#poll?.restart();
    this.#looking = this.#looking.then(() => this.#look());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#debounce?.stop();
    this.#poll?.stop();
    await this.#watcher?.close();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { configPath, authDirectory, onChange } = this.#options;
    const stamps = stampsOf(configPath, authDirectory());
    if (this.#closed || stamps === this.#stamps) return;
    this.#stamps = stamps;
    await onChange();
    const directory = authDirectory();
    if (directory === this.#watched || directory === undefined) return;
    this.#watched = directory;
    this.#watcher?.add(directory);
    this.#stamps = stampsOf(configPath, directory);
  }

  #fault(error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const message = `changes of files are not told by the system (${code}); they are looked for every few seconds instead`;
    this.#options.log({ level: 'warn', message, fields: { event: 'watch-fault', code } });
  }
}
