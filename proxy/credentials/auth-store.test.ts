import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { ConfigProblem } from '../config/problem.ts';
import { ConfigError } from '../config/problem.ts';
import { loadFolders } from '../discovery.ts';
import type { Provider } from '../providers/provider.ts';
import { writeAuthTree } from './auth-disk.ts';
import { AuthStore } from './auth-store.ts';

const providers = await loadFolders<Provider>(new URL('../providers/', import.meta.url));

let folder = '';
let store: AuthStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-auth-store-'));
  store = new AuthStore(folder, providers);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const qwen = { type: 'qwen', access_token: 'a', refresh_token: 'r', email: 'ada@example.com', odd: { kept: true } };

const problemsOf = async (work: Promise<unknown>): Promise<readonly ConfigProblem[]> => {
  const error = await work.catch((thrown: unknown) => thrown);
  if (error instanceof ConfigError) return error.problems;
  throw new Error(`expected a ConfigError, got ${String(error)}`);
};

describe('the auth directory', () => {
  it('takes files in, lists, gives and deletes them', async () => {
    await store.import('qwen-ada@example.com.json', qwen);
    writeFileSync(join(folder, 'notes.txt'), '');
    writeFileSync(join(folder, '.hidden.json'), '{}');
    expect(await store.names()).toEqual(['qwen-ada@example.com.json']);
    expect(await store.read('qwen-ada@example.com.json')).toEqual(qwen);
    expect(statSync(join(folder, 'qwen-ada@example.com.json')).mode & 0o777).toBe(0o600);
    expect(await store.delete('qwen-ada@example.com.json')).toBe(true);
    expect(await store.delete('qwen-ada@example.com.json')).toBe(false);
    expect(await store.read('qwen-ada@example.com.json')).toBeUndefined();
  });

  it.each(['../a.json', 'a/b.json', 'a\\b.json', '.a.json', 'a', 'a.json.lock', '', `${'a'.repeat(200)}.json`, 'a\0.json', '/etc/a.json'])(
    'has no file named %j',
    async (name) => {
      for (const work of [store.import(name, qwen), store.read(name), store.delete(name)]) {
        expect((await problemsOf(work)).map(({ where }) => where)).toEqual(['name']);
      }
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('refuses a file with all that is wrong with it, and changes nothing', async () => {
    await store.import('kiro.json', {
      type: 'kiro',
      access_token: 'a',
      refresh_token: 'r',
      expires_at: '2027-01-01',
      auth_method: 'social',
    });
    const before = readFileSync(join(folder, 'kiro.json'), 'utf8');
    const wrong = await problemsOf(store.import('kiro.json', { type: 'kiro', accessToken: 'a', refreshToken: 'r', authMethod: 'idc' }));
    expect(wrong.map(({ where }) => where)).toEqual([
      'kiro.json: expires_at',
      'kiro.json: client_id',
      'kiro.json: client_secret',
      'kiro.json: region',
    ]);
    expect(readFileSync(join(folder, 'kiro.json'), 'utf8')).toBe(before);
  });

  it('refuses a refresh token that another file has, and names both (row 16, L5)', async () => {
    await store.import('a.json', qwen);
    expect(await problemsOf(store.import('b.json', { ...qwen, email: 'other@example.com' }))).toEqual([
      {
        where: 'b.json: refresh_token',
        expected: 'a refresh token of its own',
        actual: 'the one of a.json',
        hint: 'remove one of the two files',
      },
    ]);
    await store.import('a.json', { ...qwen, access_token: 'again' });
    expect(await store.names()).toEqual(['a.json']);
  });

  it('takes one of two that come at once', async () => {
    const results = await Promise.allSettled([store.import('a.json', qwen), store.import('b.json', qwen)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await store.names()).toHaveLength(1);
  });

  it('is not stopped by a file that is broken already', async () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    await store.import('a.json', qwen);
    expect(await store.delete('broken.json')).toBe(true);
  });

  it('says why it cannot be written', async () => {
    const gone = new AuthStore(join(folder, 'nowhere'), providers);
    expect(await problemsOf(gone.import('a.json', { type: 'iflow', api_key: 'k' }))).toEqual([
      { where: 'a.json', expected: 'an auth directory that can be written', actual: 'no such file or directory (ENOENT)' },
    ]);
  });
});

const here = fileURLToPath(new URL('./', import.meta.url));

/** Writes one tree after the other until it is killed; says so after each. */
const writer = (path: string): string => `
  import { writeAuthTree } from ${JSON.stringify(join(here, 'auth-disk.ts'))};
  const filler = 'x'.repeat(200_000);
  for (let round = 0; ; round += 1) {
    await writeAuthTree(${JSON.stringify(path)}, { type: 'qwen', access_token: 'token-' + round, filler });
    process.stdout.write(round + '\\n');
  }`;

describe('a process that is killed while it writes', () => {
  it('leaves the old or the new content, and what it leaves beside is removed by the next write', async () => {
    const path = join(folder, 'a.json');
    const write = writer(path);
    for (let kill = 0; kill < 4; kill += 1) {
      writeFileSync(path, JSON.stringify({ type: 'qwen', access_token: 'first', filler: '' }));
      const child = spawn(process.execPath, ['--import', 'tsx', '-C', 'wireproof-source', '--input-type=module', '-e', write], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let told = '';
      for await (const piece of child.stdout) {
        told += String(piece);
        // Each time at another point of the writing: the more rounds, the later in the next one the signal comes.
        if (told.split('\n').length > 3 + kill) break;
      }
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      const { access_token: token, filler } = JSON.parse(readFileSync(path, 'utf8')) as { access_token: string; filler: string };
      expect(token).toMatch(/^token-\d+$/);
      expect(filler).toHaveLength(200_000);
    }
    writeFileSync(`${path}.3141592653`, 'half of a tok');
    await writeAuthTree(path, { last: true });
    expect(readdirSync(folder)).toEqual(['a.json']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ last: true });
  });
});
