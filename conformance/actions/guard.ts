import { spawn } from 'node:child_process';

/** Clears up when this process is killed, which no handler of ours would live to see. */
export interface Guard {
  /** The process group that is to end then, too. */
  readonly watch: (group: number) => void;
  /** To be called when group and folder have gone in good order. */
  readonly dismiss: () => void;
}

const dismissal = 'dismissed';

/**
 * Reads lines from us: the group, and that all is well. Where they end without the last one we are gone, and nobody else clears up. Who is being
 * killed may write a file yet.
 */
const script = `while read -r line; do [ "$line" = ${dismissal} ] && exit; group=$line; done
[ -z "$group" ] || kill -s KILL -- "-$group"
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }`;

/** Has a folder taken away, and a process group ended, when this process is killed. To be called as soon as the folder is there. */
export const guardAgainstOurDeath = (folder: string): Guard => {
  const guard = spawn('/bin/sh', ['-c', script, 'guard', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  // A machine without a shell has no guard, and a guard that has gone reads nothing.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  return {
    watch: (group) => void guard.stdin.write(`${group}\n`),
    dismiss: () => void guard.stdin.end(`${dismissal}\n`),
  };
};
