import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { runCli } from './run-cli.ts';

const printed = async (name: string): Promise<unknown> => {
  let out = '';
  const io = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (out += text),
    outIsTerminal: false,
    errIsTerminal: false,
    columns: 100,
    cwd: '/',
    env: {},
    signal: new AbortController().signal,
  };
  expect(await runCli(['schema', name], io)).toBe(0);
  return JSON.parse(out);
};

it.each(['drift', 'sdk-drift', 'can-i-deploy', 'recording', 'recorded-run'])(
  'docs/schemas has what wireproof schema %s prints',
  async (name) => {
    const file = new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url);
    expect(await printed(name)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  },
);
