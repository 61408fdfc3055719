import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { saidBy } from './testing/said-by.ts';

const printed = async (name: string): Promise<unknown> => {
  const { code, out, err } = await saidBy(['schema', name], { cwd: '/' });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out);
};

it.each(['drift', 'sdk-drift', 'can-i-deploy', 'recording', 'recorded-run'])(
  'docs/schemas has what wireproof schema %s prints',
  async (name) => {
    const file = new URL(`../../docs/schemas/${name}.schema.json`, import.meta.url);
    expect(await printed(name)).toEqual(JSON.parse(readFileSync(file, 'utf8')));
  },
);
