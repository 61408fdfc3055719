import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

import type { Ending, OutputLine } from '#scenarios/kit/actions/process';

import type { ProgramStart } from '../targets/program.ts';

/** How a program ended, and whether it left a process behind, which was ended then. */
export interface End extends Ending {
  readonly left: boolean;
}

/** A program under watch, in a process group of its own. */
export interface WatchedProgram {
  /** Of the process and of its group; absent when it could not be started. */
  readonly pid: number | undefined;
  readonly lines: readonly OutputLine[];
  /** Resolves with the first line that `wanted` makes something of, also one that came before. Never, when none comes. */
  readonly said: <T>(wanted: (text: string) => T | undefined) => Promise<T>;
  /** Resolves when it has ended and all that it said was read. */
  readonly ended: Promise<End>;
  /** SIGTERM to the group, SIGKILL when the program is there still after the grace; resolves with how it ended. */
  readonly stop: (graceMs: number) => Promise<End & { readonly killed: boolean }>;
  /** How it ended, when it does so within this time. */
  readonly endedWithin: (ms: number) => Promise<End | undefined>;
  /** Ends all that is still there, at once. */
  readonly kill: () => Promise<void>;
}

const mostLines = 500;
const longestLine = 4_000;

/** Calls back with each line; what has no line end at the end is a line, too. A line beyond measure is cut. */
const eachLine = (stream: Readable, onLine: (text: string) => void): void => {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => {
    const parts = (rest + piece).split('\n');
    rest = (parts.pop() ?? '').slice(0, longestLine);
    for (const part of parts) onLine(part.slice(0, longestLine));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
};

const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean => {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
};

const lingerMs = 2_000;
const lookEveryMs = 20;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Whether others of the group outlive its leader by more than a moment, in which they may notice that it has gone; they are ended then. */
const outlived = async (child: ChildProcess): Promise<boolean> => {
  const until = performance.now() + lingerMs;
  while (signalGroup(child, 0)) {
    if (performance.now() > until) return signalGroup(child, 'SIGKILL');
    await pause(lookEveryMs);
  }
  return false;
};

const exitOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => resolve());
  });

const closeOf = (child: ChildProcess): Promise<Ending> =>
  new Promise((resolve) => {
    child.once('close', (code: number | null, signal: string | null) => resolve({ code, signal }));
  });

const within = async <T>(promise: Promise<T>, ms: number): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * Its outputs are closed when everybody has gone who could write to them. Who has left the group may keep them for ever: those are not
 * waited for longer than for others.
 */
const endOf = async (child: ChildProcess): Promise<End> => {
  const closed = closeOf(child);
  await exitOf(child);
  const left = await outlived(child);
  const ending = await within(closed, lingerMs);
  if (ending === undefined) for (const output of [child.stdout, child.stderr]) output?.destroy();
  return { ...(ending ?? (await closed)), left };
};

const living = new Set<ChildProcess>();

const endAll = (): void => {
  for (const child of living) signalGroup(child, 'SIGKILL');
};

/** A group of its own is not ended together with us by a terminal. */
const takeAlong = (child: ChildProcess): void => {
  if (!process.listeners('exit').includes(endAll)) process.once('exit', endAll);
  living.add(child);
};

/** Starts a program without a shell, and listens to all that it says. `ended` rejects when it cannot be started. */
export const watchProgram = ({ command, env, cwd }: ProgramStart): WatchedProgram => {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env: { ...env }, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: OutputLine[] = [];
  const listeners = new Set<(text: string) => void>();
  for (const from of ['stdout', 'stderr'] as const) {
    eachLine(child[from], (text) => {
      if (lines.length < mostLines) lines.push({ from, text });
      for (const listener of listeners) listener(text);
    });
  }
  takeAlong(child);
  const ended = endOf(child).finally(() => living.delete(child));
  ended.catch(() => undefined); // Told to whoever awaits it.
  const endedWithin = (ms: number): Promise<End | undefined> => within(ended, ms);
  return {
    pid: child.pid,
    lines,
    said: (wanted) =>
      new Promise((resolve) => {
        const listener = (text: string): void => {
          const found = wanted(text);
          if (found === undefined) return;
          listeners.delete(listener);
          resolve(found);
        };
        listeners.add(listener);
        for (const { text } of lines) listener(text);
      }),
    ended,
    stop: async (graceMs) => {
      signalGroup(child, 'SIGTERM');
      const ending = await endedWithin(graceMs);
      if (ending !== undefined) return { ...ending, killed: false };
      signalGroup(child, 'SIGKILL');
      return { ...(await ended), killed: true };
    },
    endedWithin,
    kill: async () => {
      signalGroup(child, 'SIGKILL');
      await ended.catch(() => undefined);
    },
  };
};
