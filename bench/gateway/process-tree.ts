import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** What a program and those it started use, as the kernel counts it; works for programs of other people, too. Needs Linux' /proc. */

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
};

const entriesOf = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

const threadsOf = (pid: number): readonly string[] => entriesOf(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);

/** The program and all below it. */
export const treeOf = (pid: number): readonly number[] => {
  const below = threadsOf(pid).flatMap((thread) => textOf(`${thread}/children`).split(' ').filter(Boolean).map(Number));
  return [pid, ...below.flatMap(treeOf)];
};

/** Processor time of the whole tree so far, in microseconds. */
export const cpuMicrosOf = (pid: number): number => {
  const nanos = treeOf(pid)
    .flatMap(threadsOf)
    .map((thread) => Number(textOf(`${thread}/schedstat`).split(' ')[0] ?? 0));
  return nanos.reduce((sum, one) => sum + one, 0) / 1_000;
};

/** Clock ticks of user and of kernel time in a line of `/proc/PID/stat`; the name before them may hold anything. */
export const ticksIn = (stat: string): { readonly user: number; readonly kernel: number } => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { user: Number(fields[11] ?? 0), kernel: Number(fields[12] ?? 0) };
};

export const ticksOf = (pid: number): { readonly user: number; readonly kernel: number } => ticksIn(textOf(`/proc/${pid}/stat`));

/** `VmRSS:     1234 kB`, in bytes; 0 when the line is not there. */
export const memoryIn = (status: string, line: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(String.raw`^${line}:\s*(\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1_024;

const memoryOf = (pid: number, line: 'VmRSS' | 'VmHWM'): number =>
  treeOf(pid).reduce((sum, one) => sum + memoryIn(textOf(`/proc/${one}/status`), line), 0);

export const rssBytesOf = (pid: number): number => memoryOf(pid, 'VmRSS');

export const peakRssBytesOf = (pid: number): number => memoryOf(pid, 'VmHWM');

/** From now on the peak is that of the time to come. */
export const forgetPeakOf = (pid: number): void => treeOf(pid).forEach((one) => writeFileSync(`/proc/${one}/clear_refs`, '5'));
