import { spawn, type ChildProcess } from 'node:child_process';

import { ToolError } from '../errors.ts';

type Way = 'inherit' | ((text: string) => void);

/** Where the client's own words go: where ours go (`inherit`: a client with a screen needs the terminal itself), or to whoever asks for them. */
export interface ClientWords {
  readonly out: Way;
  readonly err: Way;
}

export interface Ended {
  readonly code?: number;
  readonly signal?: string;
}

/** A client in a session of its own, so that all it starts can be found and ended. */
export interface StartedClient {
  readonly pid: number;
  /** Resolves when its first process has ended. */
  readonly ended: Promise<Ended>;
  /** Resolves when what it wrote has been handed on, as far as its pipes were closed. */
  readonly drained: Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  ENOTDIR: 'there is no such program',
  EACCES: 'it is no program, or one that may not be run',
};

const whyNot = (program: string, error: NodeJS.ErrnoException): ToolError => {
  const why = program === '' ? 'the name of the program is empty' : (reasons[error.code ?? ''] ?? error.code ?? error.message);
  return new ToolError('usage', `${program === '' ? 'the client' : program} cannot be run: ${why}`, {
    hint: 'what follows -- is a program and its arguments; a shell line wants: -- sh -c "…"',
    cause: error,
  });
};

const endOf = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ ...(code !== null && { code }), ...(signal !== null && { signal }) }));
  });

export interface ClientStart {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly words: ClientWords;
  readonly stdin: 'inherit' | 'ignore';
}

/** Signals the whole group; one that is gone already is no error. */
const signalGroup = (pid: number | undefined, name: NodeJS.Signals | 0): boolean => {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, name);
  } catch {
    return false;
  }
};

/** Sessions of their own are not ended with ours. */
const running = new Set<ChildProcess>();
const endRunning = (): void => {
  for (const { pid } of running) signalGroup(pid, 'SIGKILL');
};

/** Ends the client with us, should it still run then. */
const takeAlong = (child: ChildProcess): void => {
  if (running.size === 0) process.once('exit', endRunning);
  running.add(child);
  const forget = (): void => {
    running.delete(child);
    if (running.size === 0) process.removeListener('exit', endRunning);
  };
  child.once('exit', forget);
  child.once('error', forget);
};

const channel = (way: Way): 'inherit' | 'pipe' => (way === 'inherit' ? way : 'pipe');

const spawned = ({ command, env, cwd, words, stdin }: ClientStart): ChildProcess => {
  const [program = '', ...args] = command;
  try {
    return spawn(program, args, { env: { ...env }, cwd, detached: true, stdio: [stdin, channel(words.out), channel(words.err)] });
  } catch (error) {
    // Node tells of some reasons at once, and of the others later.
    throw whyNot(program, error as NodeJS.ErrnoException);
  }
};

/** Throws ToolError `usage` when there is no such program. */
export const startClient = async (start: ClientStart): Promise<StartedClient> => {
  const { words } = start;
  const child = spawned(start);
  takeAlong(child);
  const ended = endOf(child);
  const drained = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  if (words.out !== 'inherit') child.stdout?.setEncoding('utf8').on('data', words.out);
  if (words.err !== 'inherit') child.stderr?.setEncoding('utf8').on('data', words.err);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(whyNot(start.command[0] ?? '', error)));
  });
  const pid = child.pid ?? 0;
  return { pid, ended, drained, signal: (name) => void signalGroup(pid, name) };
};

const graceMs = 2_000;
const lookEveryMs = 20;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** TERM to everything, KILL to what is still there after two seconds. `others`: processes that left the group. */
export const endAll = async (pid: number, others: () => readonly number[]): Promise<void> => {
  const each = (name: NodeJS.Signals): void => {
    signalGroup(pid, name);
    for (const other of others()) {
      try {
        process.kill(other, name);
      } catch {
        // It has ended by itself.
      }
    }
  };
  const someLeft = (): boolean => signalGroup(pid, 0) || others().length > 0;
  if (!someLeft()) return;
  each('SIGTERM');
  for (let waited = 0; waited < graceMs && someLeft(); waited += lookEveryMs) await pause(lookEveryMs);
  if (someLeft()) each('SIGKILL');
};
