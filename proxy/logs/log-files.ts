import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One file is closed at this size, so that rotation has something to take away. */
const largestFileBytes = 10 * 1024 * 1024;
const mebibyte = 1024 * 1024;
const current = 'proxy.log';

export interface LogFilesOptions {
  readonly directory: string;
  /** Of all log files together; 0: no bound. */
  readonly maxTotalMb: number;
  /** Said once when the disk does not take a line. */
  readonly onFault: (error: unknown) => void;
}

interface Old {
  readonly path: string;
  readonly size: number;
}

/** The closed files, oldest first: their names count up. */
const closedFiles = (directory: string): readonly Old[] =>
  readdirSync(directory)
    .filter((name) => /^proxy-\d{8}\.log$/.test(name))
    .sort()
    .map((name) => ({ path: join(directory, name), size: statSync(join(directory, name)).size }));

const nextName = (directory: string): string => {
  const last = closedFiles(directory).at(-1)?.path ?? '';
  const number = Number(/(\d{8})\.log$/.exec(last)?.[1] ?? 0) + 1;
  return join(directory, `proxy-${String(number).padStart(8, '0')}.log`);
};

/** JSON lines in `proxy.log`, which becomes `proxy-00000001.log` when it is full; the oldest go when all together are too large. */
export class LogFiles {
  readonly #options: LogFilesOptions;
  readonly #fileBytes: number;
  #size = 0;
  #open = false;
  #faulty = false;

  constructor(options: LogFilesOptions) {
    this.#options = options;
    // Two files at least, so that not all is gone at once.
    const bound = options.maxTotalMb * mebibyte;
    this.#fileBytes = bound === 0 ? largestFileBytes : Math.min(largestFileBytes, Math.ceil(bound / 2));
  }

  /** Never throws: a disk that is full must not end requests. */
  write(line: string): void {
    try {
      this.#prepare();
      const bytes = Buffer.from(`${line}\n`);
      if (this.#size > 0 && this.#size + bytes.length > this.#fileBytes) this.#rotate();
      appendFileSync(this.#currentPath, bytes, { mode: 0o600 });
      this.#size += bytes.length;
      this.#faulty = false;
    } catch (error) {
      if (!this.#faulty) this.#options.onFault(error);
      this.#faulty = true;
    }
  }

  get #currentPath(): string {
    return join(this.#options.directory, current);
  }

  #prepare(): void {
    if (this.#open) return;
    mkdirSync(this.#options.directory, { recursive: true, mode: 0o700 });
    this.#size = statSync(this.#currentPath, { throwIfNoEntry: false })?.size ?? 0;
    this.#open = true;
    this.#discardOldest();
  }

  #rotate(): void {
    renameSync(this.#currentPath, nextName(this.#options.directory));
    this.#size = 0;
    this.#discardOldest();
  }

  #discardOldest(): void {
    if (this.#options.maxTotalMb === 0) return;
    const closed = closedFiles(this.#options.directory);
    let total = closed.reduce((sum, { size }) => sum + size, 0) + this.#fileBytes;
    for (const { path, size } of closed) {
      if (total <= this.#options.maxTotalMb * mebibyte) return;
      rmSync(path, { force: true });
      total -= size;
    }
  }
}
