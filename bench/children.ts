import { type ChildProcess, spawn } from 'node:child_process';

import { treeOf } from './gateway/process-tree.ts';

export interface ProgramOptions {
  /** Program and arguments; `node` is the one that runs the benchmarks. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Told of standard output as it comes. */
  readonly onOutput?: (text: string) => void;
  /** Opens a channel for messages. */
  readonly talks?: boolean;
  /** Both outputs go to /dev/null: reading them would take the time of the load. */
  readonly discardsOutput?: boolean;
}

/** A program that the benchmarks started. */
export interface Program {
  /** `performance.now()` just before it was started. */
  readonly startedAt: number;
  /** Process id; 0 when it could not be started. */
  readonly pid: number;
  /** The exit code, or -1 when a signal ended it or it could not be started. */
  readonly ended: Promise<number>;
  /** The last 8 KiB of both outputs. */
  readonly lastWords: () => string;
  readonly send: (message: object | string) => void;
  /** The oldest message not yet taken. Rejects when the program ends first, or after `withinMs`. */
  readonly receive: (withinMs: number) => Promise<unknown>;
  /** Ends it at once; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

const keptCharacters = 8_192;

const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve) => {
    child.once('error', () => resolve(-1));
    child.once('close', (code) => resolve(code ?? -1));
  });

/** Messages in the order they came, for one reader at a time. */
const inboxOf = (child: ChildProcess, lastWords: () => string) => {
  const waiting: unknown[] = [];
  let wake: () => void = () => undefined;
  let over = false;
  child.on('message', (message) => {
    waiting.push(message);
    wake();
  });
  const end = (): void => {
    over = true;
    wake();
  };
  child.once('error', end).once('close', end);
  const nextWithin = (withinMs: number): Promise<'late' | undefined> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resolve('late'), withinMs);
      wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  return async (withinMs: number): Promise<unknown> => {
    if (waiting.length === 0 && !over && (await nextWithin(withinMs)) === 'late')
      throw new Error(`no word from a program within ${withinMs} ms`);
    if (waiting.length > 0) return waiting.shift();
    throw new Error(`a program ended early: ${lastWords()}`);
  };
};

const kill = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended meanwhile
  }
};

/** With all that it started: a program that is killed cannot end its database, its proxies or its browser. */
const killNow = ({ exitCode, signalCode, pid }: ChildProcess): void => {
  if (exitCode === null && signalCode === null && pid !== undefined) treeOf(pid).forEach(kill);
};

/** All programs of one run, so that all can be ended together. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  start({ command, env, cwd, onOutput, talks = false, discardsOutput = false }: ProgramOptions): Program {
    const [program = '', ...args] = command.map((part) => (part === 'node' ? process.execPath : part));
    const output = discardsOutput ? 'ignore' : 'pipe';
    const startedAt = performance.now();
    const child = spawn(program, args, {
      env: { ...env },
      stdio: ['ignore', output, output, ...(talks ? (['ipc'] as const) : [])],
      ...(cwd !== undefined && { cwd }),
    });
    this.#running.add(child);
    let kept = '';
    const keep = (text: string): void => void (kept = (kept + text).slice(-keptCharacters));
    child.on('error', (error) => keep(error.message));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      keep(text);
      onOutput?.(text);
    });
    child.stderr?.setEncoding('utf8').on('data', keep);
    const ended = endOf(child).finally(() => this.#running.delete(child));
    const stop = async (): Promise<void> => {
      killNow(child);
      await ended;
    };
    return {
      startedAt,
      pid: child.pid ?? 0,
      ended,
      lastWords: () => kept.trim(),
      send: (message) => child.send(message),
      receive: inboxOf(child, () => kept.trim()),
      stop,
    };
  }

  /** Synchronous, for the moment the process ends. */
  killAll(): void {
    this.#running.forEach(killNow);
  }
}
