import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** How the page's commands are run: all in one folder, each in a bash of its own, which begins with the prelude. */
export interface ShellOptions {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** To whom the commands belong when root runs them: file permissions mean nothing to root. */
  readonly user?: number;
}

export interface Ran {
  readonly exitCode: number;
  /** Standard output and error, in the order in which they came. */
  readonly output: string;
}

const longestCommandMs = 30_000;
const longestStartMs = 30_000;
const mostOutput = 100_000;

const killGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
};

export class Shell {
  readonly #options: ShellOptions;
  readonly #started: ChildProcess[] = [];
  #prelude = '';

  constructor(options: ShellOptions) {
    this.#options = options;
  }

  remember(prelude: string): void {
    this.#prelude += prelude;
  }

  #spawn(command: string): ChildProcess {
    const { folder, env, user } = this.#options;
    const script = `set -eo pipefail\nexec 2>&1\n${this.#prelude}${command}`;
    return spawn('bash', ['-c', script], {
      cwd: folder,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
      ...(user !== undefined && { uid: user, gid: user }),
    });
  }

  async run(command: string): Promise<Ran> {
    const child = this.#spawn(command);
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      output = (output + piece).slice(0, mostOutput);
    });
    const timer = setTimeout(() => killGroup(child, 'SIGKILL'), longestCommandMs);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(timer);
    if (code === null) throw new Error(`ended by ${signal} after ${longestCommandMs / 1000} s at most:\n${output}`);
    return { exitCode: code, output };
  }

  /** Resolves with what the program has said when it says where it listens. */
  async start(command: string): Promise<string> {
    const child = this.#spawn(command);
    this.#started.push(child);
    let output = '';
    return new Promise((resolve, reject) => {
      const give = (why: string): void => reject(new Error(`${why}:\n${output}`));
      const timer = setTimeout(() => give('it does not say that it listens'), longestStartMs);
      child.once('close', () => {
        clearTimeout(timer);
        give('it has ended');
      });
      child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
        output = (output + piece).slice(0, mostOutput);
        const [first] = /^.* on http:\/\/\S+\n/m.exec(output) ?? /^[^]*^status page http:\/\/.*\n/m.exec(output) ?? [];
        if (first === undefined) return;
        clearTimeout(timer);
        resolve(first);
      });
    });
  }

  /** Ends every program that was started, and waits for it. */
  async close(): Promise<void> {
    const running = this.#started.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const ended = running.map((child) => once(child, 'close'));
    for (const child of running) killGroup(child, 'SIGKILL');
    await Promise.all(ended);
  }
}
