import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { packageRoot } from '../package-root.ts';
import { leftBehindBy } from './left-behind.ts';

const cli = join(packageRoot(), 'dist/conformance/cli/main.js');

/** Rows whose arms start programs, hops and listeners of their own, and lay files and mounts; all others need what every run needs. */
const rows = ['4', '14', '15', '16', '17', 'startup', 'streaming'];

const nothing = { open: [], running: [], files: [], mounts: [] };

/** A program that forgets all that can be forgotten, and is ended by force like the command line's. */
const forgetful = `
  import { spawn } from 'node:child_process';
  import { createServer } from 'node:net';
  import { writeFileSync } from 'node:fs';
  createServer().listen(0, '127.0.0.1');
  spawn('sleep', ['30'], { detached: true, stdio: 'ignore' }).unref();
  writeFileSync(process.env.TMPDIR + '/forgotten', '');
  console.log('done');
  setTimeout(() => process.exit(), 100).unref();`;

describe('what is left behind', () => {
  it('is found: a listener, a process, a file', async () => {
    const left = await leftBehindBy(['--input-type=module', '--eval', forgetful]);
    expect({ ...left, open: left.open.filter((name) => name !== 'PipeWrap') }).toEqual({
      code: 0,
      lastLine: 'done',
      open: ['ended by force', 'TCPServerWrap'],
      running: ['sleep 30'],
      files: ['forgotten'],
      mounts: [],
    });
  });

  it('is nothing after a run of the rows that start programs, listeners and hops', async () => {
    const { lastLine, ...left } = await leftBehindBy([cli, 'run', ...rows.flatMap((row) => ['--row', row])]);
    expect({ ...left, lastLine: lastLine.replace(/^.*(?=exit)/, '') }).toEqual({ ...nothing, code: 0, lastLine: 'exit 0: as expected' });
  });
});
