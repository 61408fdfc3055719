import { readdirSync, readFileSync } from 'node:fs';

/** Process ids that this process can see, its own not among them; empty where there is no /proc. */
export const otherProcesses = (): readonly number[] => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => pid !== process.pid);
  } catch {
    return [];
  }
};

/** The name of a running program; `undefined` when it has ended, also when only its entry is left. */
export const programName = (pid: number): string | undefined => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return /^State:\s+Z/m.test(status) ? undefined : /^Name:\s+(.*)$/m.exec(status)?.[1];
  } catch {
    return undefined;
  }
};

/** Ends processes of a namespace of ours. */
export const endProcesses = (pids: readonly number[]): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself.
    }
  }
};
