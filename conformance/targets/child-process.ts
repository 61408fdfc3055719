import { spawn, type ChildProcess } from 'node:child_process';

/** A process of ours, in a process group of its own, whose last output is kept for messages. */
export interface Child {
  /** Resolves once, when the process has ended or could not be started, to a sentence that says how. */
  readonly ended: Promise<string>;
  /** The last 16 KiB of both outputs. */
  readonly output: () => string;
  /** TERM to the whole group, KILL when it is still there after two seconds; resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

export interface ChildOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Its input is a pipe that stays open as long as we live, in whatever way we end; without, it has none. */
  readonly holdsInput?: true;
}

const keptBytes = 16 * 1024;
const graceMs = 2_000;

/** Collects text, keeping its end. */
const ring = () => {
  let text = '';
  return {
    add: (chunk: Buffer): void => {
      text = (text + chunk.toString('utf8')).slice(-keptBytes);
    },
    text: (): string => text,
  };
};

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
};

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal === null ? `exited with code ${code}` : `was ended by ${signal}`));
  });

const stopping = async (child: ChildProcess, ended: Promise<string>): Promise<void> => {
  signalGroup(child, 'SIGTERM');
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), graceMs);
  });
  const outcome = await Promise.race([ended, grace]);
  clearTimeout(timer);
  signalGroup(child, 'SIGKILL'); // also what the process left behind in its group
  if (outcome === 'late') await ended;
};

const alive = new Set<ChildProcess>();

/** A group of its own does not get the terminal's signals, so our own end must take it along. */
const takeAlong = (): void => {
  for (const child of alive) signalGroup(child, 'SIGKILL');
};

/** One listener for however many there are. */
const noteAlive = (child: ChildProcess): (() => void) => {
  if (alive.size === 0) process.once('exit', takeAlong);
  alive.add(child);
  return () => {
    alive.delete(child);
    if (alive.size === 0) process.removeListener('exit', takeAlong);
  };
};

/** Starts a program without a shell. A program that does not exist shows in `ended`, not as an exception. */
export const startChild = ({ command, env, cwd, holdsInput }: ChildOptions): Child => {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: { ...env },
    stdio: [holdsInput === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: true,
    ...(cwd !== undefined && { cwd }),
  });
  const output = ring();
  child.stdout?.on('data', output.add);
  child.stderr?.on('data', output.add);
  const ended = endOf(child).finally(noteAlive(child));
  return { ended, output: output.text, stop: () => stopping(child, ended) };
};
