import { expect, it } from 'vitest';

import { Children } from './children.ts';
import { treeOf } from './gateway/process-tree.ts';

/** Starts another one that has its outputs, too, and tells its process id; neither ends by itself when the other does. */
const parent = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  process.send(child.pid);
  setInterval(() => {}, 1000);
`;

it('ends a program with all that it started: its end is told when nobody has its outputs any more', async () => {
  const children = new Children();
  const program = children.start({ command: ['node', '-e', parent], env: {}, talks: true });
  const below = await program.receive(10_000);
  expect(treeOf(program.pid)).toEqual([program.pid, below]);
  await program.stop();
  expect(await program.ended).toBe(-1);
});
