import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { installedPackage } from './npm-package.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-npm-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const spec = 'some-proxy@1.0.0';

/** A folder with an npm that lays the package into where it runs, after these lines. */
const npmThat = async (lines: string): Promise<string> => {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const place = 'mkdir -p node_modules/some-proxy && echo \'{"version":"1.0.0"}\' > node_modules/some-proxy/package.json';
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${lines}\n${place}\n`);
  await chmod(join(bin, 'npm'), 0o755);
  return `${bin}:/usr/bin:/bin`;
};

const install = (path: string): Promise<string> =>
  installedPackage({ spec, cacheDir: join(folder, 'cache'), env: { PATH: path }, onProgress: () => undefined });

it('installs a package once', async () => {
  const installed = await install(await npmThat(''));
  expect(JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))).toEqual({ version: '1.0.0' });
  expect(await install(await npmThat('exit 1'))).toBe(installed);
});

it('leaves what a faster run has installed meanwhile, which that one uses already', async () => {
  const theirs = '../some-proxy_1.0.0/node_modules/some-proxy';
  const path = await npmThat(`mkdir -p ${theirs} && echo '{"version":"1.0.0"}' > ${theirs}/package.json && echo > ${theirs}/theirs`);
  const installed = await install(path);
  expect((await readdir(installed)).sort()).toEqual(['package.json', 'theirs']);
  expect(await readdir(join(folder, 'cache'))).toEqual(['some-proxy_1.0.0']);
});

it('puts a package in the place of one that was left half-done', async () => {
  const installed = await install(await npmThat('mkdir -p ../some-proxy_1.0.0/node_modules/some-proxy'));
  expect(await readdir(dirname(installed))).toEqual(['some-proxy']);
  expect(await readdir(installed)).toEqual(['package.json']);
});
