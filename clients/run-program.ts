import { type ChildProcess, spawn } from 'node:child_process';

export interface Run {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly withinMs: number;
  /** Told each piece of both outputs as it comes. */
  readonly onOutput: (chunk: Buffer) => void;
}

export interface Ran {
  /** `exit 0`, `ended by SIGTERM`, `could not be started: …`; `undefined` when it was still running after its bound. */
  readonly ended: string | undefined;
  /** The last 64 KiB of both outputs. */
  readonly output: string;
  readonly ms: number;
}

const keptBytes = 64 * 1024;
/** For what is still in the pipes once the program has ended. */
const pipesMs = 1_000;
const graceMs = 2_000;

const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
};

/** Resolves to `undefined` when `promise` has not resolved by then. */
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

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit ${code}` : `ended by ${signal}`));
  });

/** Runs a program without a shell in a process group of its own, which is gone when this resolves. */
export const runProgram = async ({ command, env, cwd, withinMs, onOutput }: Run): Promise<Ran> => {
  const [program = '', ...args] = command;
  const startedAt = performance.now();
  const child = spawn(program, args, { env: { ...env }, cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(-keptBytes);
      onOutput(Buffer.from(text));
    });
  const closed = new Promise<true>((resolve) => void child.once('close', () => resolve(true)));
  const exit = endOf(child);
  const takeAlong = (): void => signalGroup(child, 'SIGKILL');
  process.once('exit', takeAlong);
  const ended = await within(exit, withinMs);
  const ms = Math.round(performance.now() - startedAt);
  if (ended === undefined) {
    signalGroup(child, 'SIGTERM');
    await within(exit, graceMs);
  }
  takeAlong();
  await within(closed, pipesMs);
  process.removeListener('exit', takeAlong);
  return { ended, output, ms };
};
