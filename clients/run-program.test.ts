import { tmpdir } from 'node:os';

import { describe, expect, it } from 'vitest';

import { type Run, runProgram } from './run-program.ts';
import { programName } from './sandbox/processes.ts';

const run = (program: string, more: Partial<Run> = {}) =>
  runProgram({
    command: [process.execPath, '-e', program],
    env: { A: 'b' },
    cwd: tmpdir(),
    withinMs: 20_000,
    onOutput: () => undefined,
    ...more,
  });

describe('a program', () => {
  it('is told with how it ended and what it printed, to the last word', async () => {
    const { ended, output } = await run("process.stdout.write('x'.repeat(200_000) + 'last'); process.exitCode = 3;");
    expect([ended, output.length, output.slice(-5)]).toEqual(['exit 3', 65_536, 'xlast']);
  });

  it('has the environment that it is given, and no other', async () => {
    const { output } = await run("console.log(Object.keys(process.env).filter((name) => !name.startsWith('__')).join())");
    expect(output).toBe('A\n');
  });

  it('is heard while it runs', async () => {
    const pieces: string[] = [];
    await run("console.error('one'); setTimeout(() => console.log('two'), 50);", {
      onOutput: (chunk) => pieces.push(chunk.toString('utf8')),
    });
    expect(pieces).toEqual(['one\n', 'two\n']);
  });

  it('that does not end is ended', async () => {
    const { ended } = await run('setInterval(() => {}, 1_000)', { withinMs: 300 });
    expect(ended).toBeUndefined();
  });

  it('that ends takes along what it started', async () => {
    const program = [
      "const { spawn } = require('node:child_process');",
      "const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });",
      'console.log(child.pid); child.unref();',
    ].join('\n');
    const { ended, output } = await run(program);
    expect([ended, Number(output) > 0]).toEqual(['exit 0', true]);
    await expect.poll(() => programName(Number(output))).toBeUndefined();
  });

  it('that does not exist says so', async () => {
    const { ended, output } = await run('', { command: ['/nowhere/at-all'] });
    expect([ended, output]).toEqual(['could not be started: spawn /nowhere/at-all ENOENT', '']);
  });
});
