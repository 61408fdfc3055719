import { describe, expect, it } from 'vitest';

import { watchProgram } from './watched-program.ts';

/** Starts another program that leaves the group and holds both outputs for as long as it lives, says its pid, and ends. */
const daemon = `
const kept = require('node:child_process').spawn(process.execPath, ['--eval', 'setInterval(() => 0, 60000)'], { detached: true, stdio: 'inherit' });
kept.unref();
console.log('kept by ' + kept.pid);
process.exitCode = 3;
`;

const watched = () =>
  watchProgram({
    command: [process.execPath, '--eval', daemon],
    env: {},
    cwd: '/',
    config: { path: '/nowhere', operators: '/nowhere' },
  });

const pidIn = (text: string): number | undefined => {
  const pid = /^kept by (\d+)$/.exec(text)?.[1];
  return pid === undefined ? undefined : Number(pid);
};

describe('a program that leaves its outputs to somebody who has left the group', () => {
  it.each([
    ['has ended', async (program: ReturnType<typeof watchProgram>) => program.ended],
    ['can be stopped', async (program: ReturnType<typeof watchProgram>) => program.stop(10_000)],
    ['can be killed', async (program: ReturnType<typeof watchProgram>) => program.kill().then(() => program.ended)],
  ])('%s all the same', async (_what, end) => {
    const program = watched();
    const pid = await program.said(pidIn);
    try {
      await program.endedWithin(0);
      expect(await end(program)).toMatchObject({ left: false });
      expect(program.lines).toEqual([{ from: 'stdout', text: `kept by ${pid}` }]);
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});
