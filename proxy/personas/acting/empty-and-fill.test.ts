import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { emptyAndFill, tryOutBeside } from './empty-and-fill.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-builds-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('keeps the file itself, and nothing of a longer text in it', () => {
  const path = join(folder, 'config.yaml');
  writeFileSync(path, 'the old text, which is longer');
  const before = statSync(path).ino;
  emptyAndFill(path, 'new');
  expect([readFileSync(path, 'utf8'), statSync(path).ino]).toEqual(['new', before]);
});

it('tries out beside the file and leaves nothing there', () => {
  tryOutBeside(join(folder, 'config.yaml'));
  expect(readdirSync(folder)).toEqual([]);
});

it('says what the system says where nothing can be made beside the file', () => {
  expect(() => tryOutBeside(join(folder, 'gone', 'config.yaml'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
});
