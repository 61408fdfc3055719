import { createHash } from 'node:crypto';

import { ConfigError, describeProblem } from '../config/problem.ts';
import type { ProxyConfig } from '../config/schema.ts';
import type { ProxyLogLine } from '../options.ts';
import type { ConfigSource } from './config-source.ts';
import type { Generation } from './generation.ts';
import type { LiveConfig } from './live-config.ts';
import { writeFault } from './write-faults.ts';

/** Whether what is in force is also what the file says. */
export type Persistence = { readonly persisted: true } | { readonly persisted: false; readonly reason: string };

/** What became of a change through the management API. */
export interface Change {
  readonly persistence: Persistence;
  readonly generation: Generation;
  /** Keys whose new value counts from the next start on. */
  readonly restartNeeded: readonly string[];
}

export type Reload = 'applied' | 'unchanged' | 'refused' | 'ignored';

export interface ConfigStoreParts {
  readonly live: LiveConfig;
  readonly source: ConfigSource;
  /** The text that `live` was opened with. */
  readonly text: () => string;
  readonly log: (line: ProxyLogLine) => void;
}

/** What is opened once, at the start. */
const boundAtStart = ['host', 'port', 'tls', 'usage'] as const satisfies readonly (keyof ProxyConfig)[];

/** What becomes of a change that the disk does not take. */
type WhenUnsaved = 'in-force' | 'nothing-changes';

/** A change that was to be made only together with the file could not be written; nothing has changed. The message is the reason. */
export class UnsavedError extends Error {}

/** The file is wrong at this moment, so that nothing can be changed in it. */
export class BrokenFileError extends ConfigError {}

/**
 * The one place where the configuration of a running proxy changes: reloads of the file, and edits through the management API, one after
 * the other. An edit is checked, then written to the disk, then put in force; so memory and disk differ only where the disk would not
 * take it, and then everybody who asks is told.
 */
export class ConfigStore {
  readonly #parts: ConfigStoreParts;
  readonly #atStart: ProxyConfig;
  /** What is in force, when it is no longer what `live` was opened with. */
  #changedText: string | undefined;
  /** What was last seen in the file, when it is no longer what `live` was opened with. */
  #changedOnDisk: string | undefined;
  #fault: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(parts: ConfigStoreParts) {
    this.#parts = parts;
    this.#atStart = parts.live.current.parsed.config;
  }

  /** The text of the configuration in force. */
  get text(): string {
    return (this.#changedText ??= this.#parts.text());
  }

  get path(): string | undefined {
    return this.#parts.source.path;
  }

  /**
   * SHA-256 of the text in force, as `sha256sum` shows it of the file that says the same: a file with another one was not read. Only
   * where there is a file.
   */
  get fileSha256(): string | undefined {
    return this.path === undefined ? undefined : createHash('sha256').update(this.text).digest('hex');
  }

  get persistence(): Persistence {
    return this.#fault === undefined ? { persisted: true } : { persisted: false, reason: this.#fault };
  }

  /** Keys that were changed since the start and wait for the next one. */
  get restartNeeded(): readonly string[] {
    const { config } = this.#parts.live.current.parsed;
    return boundAtStart.filter((key) => JSON.stringify(config[key]) !== JSON.stringify(this.#atStart[key]));
  }

  /** What the file says now. @throws ConfigError when it cannot be read. */
  readDisk(): string {
    return this.#parts.source.read();
  }

  /** Takes in what the file and the auth directory say now. Never throws: a load that is refused leaves everything as it is. */
  reload(): Promise<Reload> {
    return this.#inTurn(() => Promise.resolve(this.#reload()));
  }

  /**
   * Changes the configuration.
   * @param edit makes the new text of the text in force; may throw.
   * @throws ConfigError for a text that is wrong, BrokenFileError when the file on disk is; nothing has changed then.
   */
  change(edit: (text: string) => string, when: WhenUnsaved = 'in-force'): Promise<Change> {
    return this.#inTurn(async () => {
      this.#takeInOthersEdits();
      return this.#put(edit(this.text), when);
    });
  }

  /** Puts a whole new text in the place of whatever the file says. @throws ConfigError for a text that is wrong. */
  replace(text: string, when: WhenUnsaved = 'in-force'): Promise<Change> {
    return this.#inTurn(() => this.#put(text, when));
  }

  /**
   * Puts in force what an embedding program hands over; no file is involved.
   * @throws ConfigError for a text that is wrong.
   */
  adopt(text: string): Generation {
    const { live, source } = this.#parts;
    const generation = live.prepared(source.parse(text))();
    this.#changedText = text;
    return generation;
  }

  get #onDisk(): string {
    return (this.#changedOnDisk ??= this.#parts.text());
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(act);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** An edit starts from what an editor has written meanwhile, also when nobody has noticed yet. */
  #takeInOthersEdits(): void {
    const { source } = this.#parts;
    let disk: string;
    try {
      disk = source.read();
    } catch {
      return; // A file that is gone is written anew.
    }
    if (disk === this.#onDisk || disk.trim() === '') return;
    if (this.#reload() !== 'refused') return;
    throw new BrokenFileError(this.#parts.live.refused?.problems ?? []);
  }

  async #put(text: string, when: WhenUnsaved): Promise<Change> {
    const { live, source } = this.#parts;
    const commit = live.prepared(source.parse(text));
    const fault = await this.#save(text);
    if (fault !== undefined && when === 'nothing-changes') throw new UnsavedError(fault);
    if (fault !== undefined) this.#tellOfUnsaved(fault);
    this.#fault = fault;
    this.#changedText = text;
    const generation = commit();
    this.#warnOfRestart();
    return { persistence: this.persistence, generation, restartNeeded: this.restartNeeded };
  }

  /** Why the file does not say so; nothing when it does. */
  async #save(text: string): Promise<string | undefined> {
    try {
      const { live, source } = this.#parts;
      if (!this.#saysAlready(text)) await source.write(text, live.current.context.persona.management.saving);
      this.#changedOnDisk = text;
      return undefined;
    } catch (error) {
      return writeFault(error);
    }
  }

  #tellOfUnsaved(reason: string): void {
    const message = `the configuration was changed in memory only, and the change is lost at the next start: ${reason}`;
    this.#parts.log({ level: 'error', message, fields: { event: 'config-not-persisted', reason } });
  }

  #saysAlready(text: string): boolean {
    try {
      return this.#parts.source.read() === text;
    } catch {
      return false;
    }
  }

  #reload(): Reload {
    const { live, source, log } = this.#parts;
    const before = live.current.revision;
    try {
      const disk = source.read();
      if (disk.trim() === '') return this.#ignoreEmpty();
      const text = disk === this.#onDisk ? this.text : disk;
      const commit = live.prepared(source.parse(text));
      this.#agreeOn(text, disk);
      const { revision, digest } = commit();
      if (revision === before) return 'unchanged';
      log({ level: 'info', message: 'the configuration was reloaded', fields: { event: 'config-reloaded', revision, digest } });
      this.#warnOfRestart();
      return 'applied';
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return this.#refuse(error);
    }
  }

  #agreeOn(text: string, disk: string): void {
    if (this.#fault !== undefined && text === disk) {
      const lost = disk !== this.text;
      const message = lost
        ? 'the file was changed: what had been changed in memory only is given up'
        : 'the file says again what is in force';
      this.#parts.log({ level: 'warn', message, fields: { event: 'config-persisted-again', lost } });
      this.#fault = undefined;
    }
    this.#changedText = text;
    this.#changedOnDisk = disk;
  }

  /** Editors and truncating writers empty a file for a moment; nobody means that. */
  #ignoreEmpty(): Reload {
    const message = 'the configuration file is empty; what was loaded before stays in force';
    this.#parts.log({ level: 'warn', message, fields: { event: 'config-empty' } });
    return 'ignored';
  }

  #refuse({ problems }: ConfigError): Reload {
    const { live, log } = this.#parts;
    live.refuse(problems);
    const message = `the configuration was not reloaded, revision ${live.current.revision} stays in force: ${problems.map(describeProblem).join('; ')}`;
    log({ level: 'error', message, fields: { event: 'config-refused', problems: problems.length, revision: live.current.revision } });
    return 'refused';
  }

  #warnOfRestart(): void {
    const keys = this.restartNeeded;
    if (keys.length === 0) return;
    const message = `${keys.join(', ')}: changed, but in force from the next start only`;
    this.#parts.log({ level: 'warn', message, fields: { event: 'config-needs-restart', keys } });
  }
}
