import { spawn } from 'node:child_process';

/** Reads a line from us, which is how we say that all is well. Without one we are gone, and nobody else clears up. */
const script = 'read -r line || { kill -s KILL -- "-$1"; rm -rf -- "$2"; }';

/**
 * Has a process group ended and a folder taken away when this process is killed, which no handler of ours would live to see.
 * @returns what to call when both have gone in good order
 */
export const guardAgainstOurDeath = (group: number, folder: string): (() => void) => {
  const guard = spawn('/bin/sh', ['-c', script, 'guard', String(group), folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // A machine without a shell has no guard, and a guard that has gone reads nothing.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return () => void guard.stdin.end('\n');
};
