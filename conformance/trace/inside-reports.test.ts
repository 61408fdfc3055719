import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { insideVariables, reportReader } from './inside-reports.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wireproof-reports-'));
  file = join(folder, 'seen');
  writeFileSync(file, '');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const hello = { kind: 'hello', pid: 1 };
const connection = { kind: 'connection', pid: 1, host: 'vendor.example', port: 443, refused: true };
const line = (report: unknown): string => `${JSON.stringify(report)}\n`;

describe('reports', () => {
  it('are read once, each when its line is whole', () => {
    const read = reportReader(file);
    const text = line(connection);
    appendFileSync(file, line(hello) + text.slice(0, 20));
    expect(read()).toEqual([hello]);
    appendFileSync(file, text.slice(20));
    expect([read(), read()]).toEqual([[connection], []]);
  });

  it('that are none are left out: any process of the client can write there', () => {
    const read = reportReader(file);
    appendFileSync(
      file,
      `no JSON\n${line({ kind: 'bye' })}${line({ ...connection, port: 99_999 })}${line({ ...connection, host: 7 })}${line(hello)}`,
    );
    expect(read()).toEqual([hello]);
  });

  it('may be more than one piece', () => {
    const read = reportReader(file);
    appendFileSync(file, line(connection).repeat(5_000));
    expect(read()).toHaveLength(5_000);
  });

  it('end when the client clears the folder', () => {
    const read = reportReader(file);
    rmSync(folder, { recursive: true });
    expect(read()).toEqual([]);
  });
});

it('the options that the user gives to Node stay in front of ours', () => {
  const settings = { file, refuse: true, open: [] };
  expect(insideVariables('--no-warnings', settings)['NODE_OPTIONS']).toMatch(/^--no-warnings --require ".+\/inside\/preload\.cjs"$/);
  expect(insideVariables(undefined, settings)['NODE_OPTIONS']).toMatch(/^--require "/);
});
