import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ToolError } from '../errors.ts';
import { resolveProfile } from './profile.ts';
import { profileFileSchema, profileJsonSchema, readProfileFile } from './profile-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wireproof-profile-'));
});
afterAll(() => rm(folder, { recursive: true }));

const written = async (...lines: readonly string[]): Promise<string> => {
  const file = join(folder, 'mine.yaml');
  await writeFile(file, lines.join('\n'));
  return file;
};

const problemsOf = async (...lines: readonly string[]) => {
  const error: unknown = await readProfileFile(await written(...lines)).catch((thrown: unknown) => thrown);
  if (!(error instanceof ToolError)) throw new Error(`no ToolError but ${String(error)}`);
  expect([error.code, error.exitCode]).toEqual(['config-invalid', 2]);
  return error.problems.map(({ where, expected, actual, hint }) => [
    where.slice(folder.length + 1),
    expected.slice(0, 60),
    actual,
    hint?.slice(0, 40),
  ]);
};

describe('a profile file', () => {
  it('has a name, claims and models', async () => {
    const file = await written(
      'name: mine',
      'claims: [client:openai-chat, upstream:openai-chat, stream]',
      'models: { openai-chat: gpt-4.1-mini, "openai-chat:can-be-off": small }',
    );
    expect(await resolveProfile(file, '/')).toEqual({
      name: 'mine',
      claims: new Set(['client:openai-chat', 'upstream:openai-chat', 'stream']),
      models: { 'openai-chat': 'gpt-4.1-mini', 'openai-chat:can-be-off': 'small' },
    });
  });

  it('has all its problems told at once, each with place, value and hint', async () => {
    expect(
      await problemsOf(
        'name: 7',
        'about: mine',
        'claim: []',
        'claims: [client:openai-chat, streams]',
        'models: { openai-chatt: a, codex: "" }',
      ),
    ).toEqual([
      ['mine.yaml:1 name', 'a name', '7', undefined],
      ['mine.yaml:4 claims.1', expect.stringMatching(/^one of client:openai-chat, /), '"streams"', 'did you mean "stream"?'],
      ['mine.yaml:5 models.openai-chatt', 'a surface, or surface:role; did you mean "openai-chat"?', '"a"', undefined],
      ['mine.yaml:5 models.codex', 'a model name', '""', undefined],
      ['mine.yaml:3 claim', 'a known key', '"claim"', 'did you mean "claims"?'],
    ]);
  });

  it('names a model for each upstream that it claims, and each claim once', async () => {
    expect(await problemsOf('name: mine', 'claims: [upstream:codex, stream, stream]', 'models: { openai-chat: a }')).toEqual([
      ['mine.yaml:2 claims.2', 'each claim once', '"stream"', undefined],
      ['mine.yaml:3 models.codex', 'the name of a model, because upstream:codex is claimed', 'nothing', undefined],
    ]);
  });

  it('is a mapping in a file that can be read', async () => {
    expect(await problemsOf('- stream')).toEqual([['mine.yaml:1', 'a mapping', '["stream"]', undefined]]);
    await expect(readProfileFile(join(folder, 'nowhere.yaml'))).rejects.toMatchObject({ code: 'config-invalid' });
  });
});

describe('the published JSON Schema of a profile', () => {
  it('is the one in docs/schemas: wireproof schema profile > docs/schemas/profile.schema.json', async () => {
    const published = await readFile(new URL('../../docs/schemas/profile.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(profileJsonSchema());
  });

  it('describes every key', () => {
    expect(profileJsonSchema()).toMatchObject({ additionalProperties: false, required: ['name', 'claims', 'models'] });
    expect(Object.keys(profileJsonSchema()['properties'] as object)).toEqual(Object.keys(profileFileSchema.shape));
  });
});
