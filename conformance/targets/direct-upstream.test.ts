import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ToolError } from '../errors.ts';
import { directFromFlag } from './direct-upstream.ts';
import { fileTarget } from './file-target.ts';

const profile = { name: 'mine', claims: new Set<string>(), models: { 'openai-chat': 'house-name' } };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-direct-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('--direct', () => {
  it('is a Chat upstream unless it says otherwise, under the profile’s names, without a trailing slash', () => {
    expect(directFromFlag({ place: 'https://api.example/' }, profile, {})).toEqual({
      url: 'https://api.example',
      dialect: 'openai-chat',
      models: { 'openai-chat': 'house-name' },
    });
    expect(
      directFromFlag({ place: 'anthropic-messages=https://api.example/mount', keyEnv: 'KEY' }, profile, { KEY: ' secret \n' }),
    ).toEqual({
      url: 'https://api.example/mount',
      dialect: 'anthropic-messages',
      models: { 'openai-chat': 'house-name' },
      key: 'secret',
    });
  });
});

describe('direct in a target file', () => {
  const load = async (lines: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const file = join(folder, 'mine.yaml');
    const rest = ['name: mine', 'claims: []', 'models: { openai-chat: house-name, codex: house-codex }'];
    await writeFile(file, [...rest, ...lines].join('\n'));
    return fileTarget(file, { env, cwd: folder });
  };
  const live = 'url: http://127.0.0.1:9000';

  it('has names of its own where they differ, and a key from where it says', async () => {
    const direct = 'direct: { url: https://api.example/, key: { env: KEY, header: X-Key }, models: { openai-chat: gpt-4.1-mini } }';
    expect((await load([live, direct], { KEY: 'secret' })).direct).toEqual({
      url: 'https://api.example',
      dialect: 'openai-chat',
      models: { 'openai-chat': 'gpt-4.1-mini', codex: 'house-codex' },
      key: 'secret',
      keyHeader: 'X-Key',
    });
    expect((await load([live])).direct).toBeUndefined();
  });

  it('says which key is missing, and goes with a url', async () => {
    const problems = async (lines: readonly string[]) => {
      const error: unknown = await load(lines).catch((thrown: unknown) => thrown);
      return error instanceof ToolError
        ? error.problems.map(({ where, expected }) => `${where.slice(folder.length + 1)}: ${expected}`)
        : error;
    };
    expect(await problems([live, 'direct: { url: https://api.example, key: { env: KEY } }'])).toEqual([
      'mine.yaml direct.key.env: environment variable KEY',
    ]);
    expect(await problems(['start: { command: [node] }', 'direct: { url: https://api.example, dialect: chat }'])).toEqual([
      'mine.yaml:5 direct.dialect: one of openai-chat, openai-responses, anthropic-messages, gemini-generate',
    ]);
    expect(await problems(['start: { command: [node] }', 'direct: { url: https://api.example }'])).toEqual([
      'mine.yaml:1: direct together with url: what a started target asks is seen anyway',
    ]);
  });
});
