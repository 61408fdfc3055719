import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** The kernel counts a process's time in hundredths of a second, whatever its own clock. */
const millisecondsPerTick = 10;

const busyMs = (): { readonly busy: number; readonly all: number } => {
  const times = cpus().map(({ times }) => times);
  const all = times.reduce((sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq, 0);
  return { all, busy: all - times.reduce((sum, { idle }) => sum + idle, 0) };
};

/** Processor time of this process and of those it started that have ended, in milliseconds. `undefined` where there is no /proc. */
const ownMs = (): number | undefined => {
  try {
    // user, system, and both of ended children: fields 14 to 17; the second one is a name in brackets that may hold spaces.
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * millisecondsPerTick;
  } catch {
    return undefined;
  }
};

/** Starts to watch; the returned function tells the share of all processor time that other programs have used since. */
export const watchForeignLoad = (): (() => number | undefined) => {
  const [before, ownBefore] = [busyMs(), ownMs()];
  return () => {
    const [after, ownAfter] = [busyMs(), ownMs()];
    if (ownBefore === undefined || ownAfter === undefined || after.all === before.all) return undefined;
    return Math.max(0, after.busy - before.busy - (ownAfter - ownBefore)) / (after.all - before.all);
  };
};
