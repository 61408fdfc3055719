import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { folderOf, installClient, isInstalled } from './install.ts';

let cacheDir: string;
beforeAll(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'wireproof-clients-test-'));
});
afterAll(() => rmSync(cacheDir, { recursive: true }));

const client = { package: '@a/one', version: '1.2.3' };
const settings = (install: boolean, env = {}) => ({
  cacheDir,
  env,
  onProgress: () => undefined,
  signal: new AbortController().signal,
  install,
});

it('a client that is not installed and may not be is named', async () => {
  expect(isInstalled(client, cacheDir)).toBe(false);
  expect(await installClient(client, settings(false))).toEqual({
    failure: '@a/one@1.2.3 is not installed, and --no-install says to leave it so',
  });
});

it('a client that cannot be installed says why', async () => {
  const env = { PATH: '/nowhere' };
  expect(await installClient(client, settings(true, env))).toEqual({
    failure: '@a/one@1.2.3 could not be installed: npm could not be started: spawn npm ENOENT\n  could not be started: spawn npm ENOENT',
  });
});

it('a client that is installed is used', async () => {
  const folder = folderOf(client, cacheDir);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"version":"1.2.3"}');
  expect([await installClient(client, settings(false)), await installClient(client, settings(true, { PATH: '/nowhere' }))]).toEqual([
    { folder },
    { folder },
  ]);
});
