import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { packageRoot, toolAbout } from '../package-root.ts';

const cli = join(packageRoot(), 'dist/conformance/cli/main.js');

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'can-i-deploy-'));
  for (const folder of ['whole', 'stopped']) mkdirSync(join(cwd, folder));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const longestMs = 60_000;

/** Ends with the code and the first line. @param stopsAt it is interrupted when it says so */
const wireproof = async (args: readonly string[], stopsAt?: RegExp): Promise<readonly [number | null, string]> => {
  const child = spawn(process.execPath, [cli, ...args], { cwd, stdio: ['ignore', 'pipe', 'ignore'], timeout: longestMs });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (stopsAt?.test(said) === true && !child.killed) child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, said.split('\n')[0] ?? ''];
};

const run = async (upstream: string, more: readonly string[] = [], stopsAt?: RegExp): Promise<number | null> => {
  const flags = ['--scenario', 'usage/statistics-stay-at-zero', '--upstream', upstream, ...more];
  return (await wireproof(['run', ...flags], stopsAt))[0];
};

const ask = (baseline: string, profile: string, reports: string): Promise<readonly [number | null, string]> => {
  const proxy = `reference@${toolAbout().version}`;
  return wireproof(['can-i-deploy', '--proxy', proxy, '--baseline', baseline, '--profile', profile, '--reports', reports]);
};

it('can be deployed on the recordings and for the profile of a whole run, and on no others', async () => {
  expect([await run('record:one'), await run('record:two')]).toEqual([0, 0]);
  expect(await run('replay:one', ['--reporter', 'json=whole/report.json'])).toBe(0);
  expect(await ask('one', 'reference', 'whole')).toEqual([0, 'yes: 12 results hold, of a part: --scenario usage/statistics-stay-at-zero']);
  expect(await ask('two', 'reference', 'whole')).toEqual([
    1,
    `no: reference ${toolAbout().version} was not verified against this baseline`,
  ]);
  expect(await ask('one', 'full', 'whole')).toEqual([1, `no: reference ${toolAbout().version} was not verified for the profile full`]);
});

it('is not known to be deployable from a run that was stopped', async () => {
  expect(await run('record:one')).toBe(0);
  const reporters = ['--reporter', 'console', '--reporter', 'json=stopped/report.json', '--concurrency', '1'];
  expect(await run('replay:one', reporters, /^\d+\/12: /m)).toBe(130);
  expect(await ask('one', 'reference', 'stopped')).toEqual([3, 'unknown: not everything was judged']);
});
