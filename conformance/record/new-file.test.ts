import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { writeNewFile } from './new-file.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'new-file-'));
  file = join(directory, 'a.json');
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a new file', () => {
  it('is written once', () => {
    expect([writeNewFile(file, 'first'), writeNewFile(file, 'second')]).toEqual([true, false]);
    expect([readFileSync(file, 'utf8'), readdirSync(directory)]).toEqual(['first', ['a.json']]);
  });

  it('is left to who is writing it', () => {
    writeFileSync(`${file}.unfinished`, 'half of');
    expect([writeNewFile(file, 'mine'), readdirSync(directory)]).toEqual([false, ['a.json.unfinished']]);
    expect(readFileSync(`${file}.unfinished`, 'utf8')).toBe('half of');
  });

  it('leaves nothing of itself where it cannot be written', () => {
    const missing = join(directory, 'no', 'a.json');
    expect(() => writeNewFile(missing, 'mine')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    const { length } = readdirSync(directory);
    expect(length).toBe(0);
  });
});
