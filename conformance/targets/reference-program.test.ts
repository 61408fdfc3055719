import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startMockUpstream } from '#fixtures/upstreams/serve';
import type { Launch } from '#scenarios/kit/grounds/launch';

import { referenceProgram } from './reference-program.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-program-'));
});
afterEach(() => rm(folder, { recursive: true }));

const lay = async (launch: Launch, takenPort?: number) => {
  const upstream = await startMockUpstream({});
  await upstream.close();
  return referenceProgram(upstream).lay(launch, { folder, takenPort });
};

const configIn = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Readonly<Record<string, unknown>>;

describe('the reference program', () => {
  it('is this package’s proxy command on a file of its own, with nothing of our environment', async () => {
    const { command, env, cwd, config } = await lay({ env: { WHICH: 'one' } });
    const path = join(folder, 'config.yaml');
    expect([command[0], command.slice(-3)]).toEqual([process.execPath, ['proxy', '--config', path]]);
    expect({ env, cwd, config }).toEqual({ env: { HOME: folder, WHICH: 'one' }, cwd: folder, config: { path, operators: path } });
    expect(await configIn(path)).toMatchObject({ host: '127.0.0.1', port: 0 });
  });

  it('only checks when that is wanted', async () => {
    expect((await lay({ checkOnly: true })).command.slice(-4)).toEqual(['proxy', '--check', '--config', join(folder, 'config.yaml')]);
  });

  it('wants the port that is taken, and has what stands over its configuration', async () => {
    const { config } = await lay({ config: { is: 'usable', over: { debug: true } } }, 4711);
    expect(await configIn(config.path)).toMatchObject({ port: 4711, debug: true });
  });

  it('finds a text, a directory or nothing where its configuration should be', async () => {
    const kindOf = async (launch: Launch) => {
      await rm(join(folder, 'config.yaml'), { recursive: true, force: true });
      const { config } = await lay(launch);
      const found = await stat(config.path).catch(() => undefined);
      return found === undefined ? 'nothing' : found.isDirectory() ? 'directory' : readFile(config.path, 'utf8');
    };
    expect(await kindOf({ config: { is: 'text', text: 'a: [' } })).toBe('a: [');
    expect(await kindOf({ config: { is: 'directory' } })).toBe('directory');
    expect(await kindOf({ config: { is: 'nothing' } })).toBe('nothing');
  });

  it('has an old copy of a file that was edited since', async () => {
    const { config } = await lay({ config: { is: 'usable', over: { debug: false } }, edited: { debug: true } });
    expect([await configIn(config.path), await configIn(config.operators)]).toMatchObject([{ debug: false }, { debug: true }]);
  });

  it('has files beside its configuration', async () => {
    await lay({ files: { auths: 'a file' } });
    expect(await readFile(join(folder, 'auths'), 'utf8')).toBe('a file');
  });
});
