import { dirname, join } from 'node:path';

import type { ProxyConfig } from '../config/schema.ts';
import type { ProxyLogLine } from '../options.ts';
import { LogBook } from './log-book.ts';
import { LogFiles } from './log-files.ts';
import { SecretBook } from './secret-book.ts';

type Log = (line: ProxyLogLine) => void;

/** What is text as it is, without anything inside. */
const isPlainValue = (value: unknown): value is string | number | boolean | null | undefined =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === undefined || value === null;

export interface LoggingOptions {
  readonly now: () => number;
  /** Where lines go besides the book and the files. */
  readonly out: Log;
  /** Log files are in the directory `logs` beside it; without, there are none. */
  readonly configPath?: string;
}

/**
 * All that the proxy says goes through here, and nothing past it: secrets are blotted out before a line reaches the book, a file or the
 * console. Log lines are whole trees of plain values, so there is no other way out for a secret.
 */
export class Logging {
  readonly secrets = new SecretBook();
  readonly book: LogBook;
  readonly #options: LoggingOptions;
  #files: LogFiles | undefined;
  #filesFor = '';
  #debug = false;

  constructor(options: LoggingOptions) {
    this.#options = options;
    this.book = new LogBook({ now: options.now });
  }

  readonly log: Log = (line) => {
    if (line.level === 'debug' && !this.#debug) return;
    const clean = this.#isClean(line) ? line : this.#blotted(line);
    const { at } = this.book.add(clean);
    const { level, message, fields } = clean;
    this.#files?.write(JSON.stringify({ time: new Date(at).toISOString(), level, message, ...fields }));
    this.#options.out(clean);
  };

  /** Nearly every line is, and one look at its text is cheaper than one at each of its parts. */
  #isClean({ message, fields }: ProxyLogLine): boolean {
    let text = message;
    for (const name in fields) {
      const value = fields[name];
      if (!isPlainValue(value)) return false;
      text += `\n${name}\n${String(value)}`;
    }
    return !this.secrets.isIn(text);
  }

  #blotted({ level, message, fields }: ProxyLogLine): ProxyLogLine {
    return { level, message: this.secrets.blot(message), fields: this.secrets.blotTree(fields) as ProxyLogLine['fields'] };
  }

  /** Does what the configuration says about debug lines and log files, from now on. */
  configure(config: Pick<ProxyConfig, 'debug' | 'logging-to-file' | 'logs-max-total-size-mb'>): void {
    this.#debug = config.debug;
    const { configPath } = this.#options;
    const wanted = configPath === undefined ? '' : JSON.stringify([config['logging-to-file'], config['logs-max-total-size-mb']]);
    if (wanted === this.#filesFor || configPath === undefined) return;
    this.#filesFor = wanted;
    this.#files = config['logging-to-file'] ? this.#newFiles(configPath, config['logs-max-total-size-mb']) : undefined;
  }

  #newFiles(configPath: string, maxTotalMb: number): LogFiles {
    return new LogFiles({
      directory: join(dirname(configPath), 'logs'),
      maxTotalMb,
      onFault: (error) => {
        const code = (error as NodeJS.ErrnoException).code ?? String(error);
        this.#options.out({
          level: 'error',
          message: `log files cannot be written (${code}); lines go on to the console`,
          fields: { event: 'log-file-fault', code },
        });
      },
    });
  }
}

/** The same log for one request: every line carries the request's id. */
export const forRequest =
  (log: Log, requestId: string): Log =>
  ({ level, message, fields }) =>
    log({ level, message, fields: { requestId, ...fields } });
