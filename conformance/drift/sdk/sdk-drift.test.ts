import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { sdkDrift, type SdkDrift, type SdkStore } from './sdk-drift.ts';
import { sdkDriftSchema } from './sdk-drift-schema.ts';
import { sdkDriftText } from './sdk-drift-text.ts';
import { paletteFor } from '../../reporters/palette.ts';
import { writePackage } from '../testing/surface-of.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-sdk-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A store, and an `npm` that says it cannot reach the registry, in place of the real one. */
const storeWithout = (...words: readonly string[]): SdkStore => {
  const said = words.length === 0 ? ['npm error code ENOTFOUND registry'] : words;
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\n${said.map((line) => `echo "${line}" >&2\n`).join('')}exit 1\n`);
  chmodSync(join(folder, 'npm'), 0o755);
  return { cacheDir: join(folder, 'cache'), env: { PATH: `${folder}:/usr/bin:/bin` }, onProgress: () => undefined };
};

/** Puts this repository's compiler where an installed one would be. */
const putCompiler = (cacheDir: string): void => {
  const home = join(cacheDir, 'typescript_6.0.3', 'node_modules');
  mkdirSync(home, { recursive: true });
  symlinkSync(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), join(home, 'typescript'));
};

const choice = (more: string): string => `
  export interface ChatCompletion { id: string; choices: ChatCompletion.Choice[]; usage?: Usage }
  export namespace ChatCompletion { export interface Choice { index: number; ${more} } }
  export interface Usage { prompt_tokens: number }
  export interface ChatCompletionCreateParamsNonStreaming { model: string; choices?: ChatCompletion.Choice[] }`;

/** The drift between two made-up versions of `openai`, which are in the store already. */
const driftOf = async (before: string, after: string): Promise<SdkDrift> => {
  const store = storeWithout();
  putCompiler(store.cacheDir);
  for (const [version, text] of [
    ['1.0.0', before],
    ['1.1.0', after],
  ] as const) {
    writePackage(join(store.cacheDir, `openai_${version}`), 'openai', version, { 'resources/chat/completions.d.ts': text });
  }
  return sdkDrift({ package: 'openai', before: '1.0.0', after: '1.1.0' }, store);
};

describe('sdkDrift', () => {
  it('finds nothing where nothing changed', async () => {
    const same = choice("finish_reason: 'stop'");
    expect(await driftOf(same, same)).toEqual({
      schema: 'wireproof.sdk-drift/v1',
      package: 'openai',
      before: '1.0.0',
      after: '1.1.0',
      summary: { breaking: 0, additive: 0, cosmetic: 0, disagreements: 0 },
      changes: [],
    });
  });

  it('names the strict schema that refuses a new value, and weighs it as breaking', async () => {
    const drift = await driftOf(choice("finish_reason: 'stop'"), choice("finish_reason: 'stop' | 'paused'"));
    const { changes, summary } = drift;
    expect(sdkDriftSchema.safeParse(drift).error).toBeUndefined();
    expect({ changes, summary }).toEqual({
      summary: { breaking: 1, additive: 0, cosmetic: 0, disagreements: 1 },
      changes: [
        {
          id: '43465fa8b3a9',
          severity: 'breaking',
          kind: 'value-added',
          sides: ['answer', 'request'],
          path: 'ChatCompletion.choices[].finish_reason',
          after: '"paused"',
          disagrees: [
            { wire: 'openai-chat completion', path: 'ChatCompletion.choices[].finish_reason', because: 'refuses the value "paused"' },
          ],
        },
      ],
    });
  });

  it('does not blame a schema for what it takes already', async () => {
    const { changes } = await driftOf(choice("finish_reason: 'stop'"), choice("finish_reason: 'stop' | 'length'"));
    expect(changes.map(({ severity, disagrees }) => ({ severity, disagrees }))).toEqual([{ severity: 'additive', disagrees: undefined }]);
  });

  it.each([
    ['a field that the schema does not know', 'mood: string', 'breaking', 'refuses the field mood'],
    ['a field that it knows', 'finish_reason?: string', 'additive', undefined],
  ])('weighs %s', async (_, field, severity, because) => {
    const { changes } = await driftOf(choice(''), choice(field).replace('mood:', 'mood?:'));
    expect(changes.map((change) => [change.severity, change.disagrees?.[0]?.because])).toEqual([[severity, because]]);
  });

  it('weighs what only requests have from the side of who writes them', async () => {
    const asks = (more: string) => `export interface ChatCompletionCreateParamsNonStreaming { model: string; ${more} }`;
    const { changes } = await driftOf(asks('a?: string; b: string | null'), asks('a: string; b: string; c: number; d?: number'));
    expect(changes.map(({ severity, kind, path }) => `${severity} ${kind} ${path}`)).toEqual([
      'breaking now-required ChatCompletionCreateParamsNonStreaming.a',
      'breaking never-null ChatCompletionCreateParamsNonStreaming.b',
      'breaking added ChatCompletionCreateParamsNonStreaming.c',
      'additive added ChatCompletionCreateParamsNonStreaming.d',
    ]);
  });

  it('says so when the registry is away', async () => {
    await expect(sdkDrift({ package: 'openai', before: '1.0.0', after: '1.1.0' }, storeWithout())).rejects.toMatchObject({
      code: 'target-start-failed',
      exitCode: 3,
      message: 'typescript@6.0.3 could not be installed: npm exited with code 1',
      problems: [{ where: 'npm install typescript@6.0.3', actual: 'npm error code ENOTFOUND registry' }],
      hint: 'check the network and the registry that npm is set to',
    });
  });

  it('says so when there is no such version', async () => {
    const store = storeWithout('npm error code ETARGET', 'npm error notarget No matching version');
    putCompiler(store.cacheDir);
    await expect(sdkDrift({ package: 'openai', before: '1.0.0', after: '9.0.0' }, store)).rejects.toMatchObject({
      problems: [{ where: 'npm install openai@1.0.0', actual: 'npm error code ETARGET; npm error notarget No matching version' }],
      hint: 'there is no such package or version: npm view openai versions lists them',
    });
  });
});

describe('sdkDriftText', () => {
  it('tells each change, then the sums', async () => {
    const drift = await driftOf(choice("finish_reason: 'stop'"), choice("finish_reason: 'stop' | 'paused'"));
    expect(sdkDriftText(drift, paletteFor(false))).toBe(
      [
        'breaking  ChatCompletion.choices[].finish_reason  43465fa8b3a9',
        '  value-added: "paused"',
        '  our schema openai-chat completion refuses the value "paused", at ChatCompletion.choices[].finish_reason',
        '',
        'openai 1.0.0 → 1.1.0: 1 breaking, 0 additive, 0 cosmetic; our schemas refuse 1 change',
        '',
      ].join('\n'),
    );
  });
});
