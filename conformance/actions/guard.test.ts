import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, expect, it } from 'vitest';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-guard-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a program that lives on, under guard, and says so; `then` is what it does next. */
const guarding = (then: string): string => `
import { spawn } from 'node:child_process';
import { guardAgainstOurDeath } from ${JSON.stringify(fileURLToPath(new URL('guard.ts', import.meta.url)))};
const guard = guardAgainstOurDeath(${JSON.stringify(folder)});
const stray = spawn(process.execPath, ['--eval', 'setInterval(() => 0, 60000)'], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] });
guard.watch(stray.pid);
console.log('guarded');
${then}`;

const run = (then: string) =>
  spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', guarding(then)], { stdio: ['ignore', 'pipe', 'inherit'] });

it('ends the group and takes the folder away when we are killed', async () => {
  const us = run('setInterval(() => 0, 60000);');
  await once(us.stdout, 'data');
  us.kill('SIGKILL');
  us.stdout.resume();
  // Whoever lives on holds the other end.
  await once(us.stdout, 'end');
  await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false);
});

it('does nothing when it is dismissed', async () => {
  const us = run("process.kill(-stray.pid, 'SIGKILL'); guard.dismiss(); setTimeout(() => undefined, 0);");
  us.stdout.resume();
  await once(us, 'close');
  expect([us.exitCode, existsSync(folder)]).toEqual([0, true]);
});

it('takes the folder away, too, when we are killed before there is a group', async () => {
  const guarded = `
import { guardAgainstOurDeath } from ${JSON.stringify(fileURLToPath(new URL('guard.ts', import.meta.url)))};
guardAgainstOurDeath(${JSON.stringify(folder)});
process.kill(process.pid, 'SIGKILL');`;
  await once(spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', guarded], { stdio: 'ignore' }), 'exit');
  await expect.poll(() => existsSync(folder), { timeout: 20_000 }).toBe(false);
});
