import { readdirSync, readFileSync } from 'node:fs';

import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { findCommands } from './find-commands.ts';

const folder = new URL('../../examples/ci/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .sort();
const textOf = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

/** Every text in a parsed file: comments do not count. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

interface Call {
  readonly command: string;
  readonly flags: readonly string[];
}

/** Calls of the tool in a script, up to what the shell does with its output. */
const callsIn = (text: string): readonly Call[] =>
  [...text.matchAll(/npx wireproof ([a-z-]+)([^\n|>;]*)/g)].map(([, command = '', rest = '']) => ({
    command,
    flags: rest.match(/(?<=\s)--[a-z-]+/g) ?? [],
  }));

const knownCalls = async (): Promise<ReadonlyMap<string, readonly string[]>> =>
  new Map(
    (await findCommands()).map((each) => {
      const command = new Command(each.name);
      each.declare(command);
      return [each.name, command.options.flatMap(({ long }) => long ?? [])] as const;
    }),
  );

describe('examples/ci', () => {
  it('has the jobs that are told of', () => {
    expect(files).toEqual(['github-actions.yaml', 'github-can-i-deploy.yaml', 'gitlab-ci.yaml']);
  });

  it.each(files)('%s names only commands and flags that there are', async (file) => {
    const known = await knownCalls();
    const calls = textsIn(parse(textOf(file))).flatMap(callsIn);
    expect(calls).not.toEqual([]);
    expect(calls.map(({ command, flags }) => [command, flags.filter((flag) => known.get(command)?.includes(flag) !== true)])).toEqual(
      calls.map(({ command }) => [command, []]),
    );
    expect(calls.filter(({ command }) => !known.has(command))).toEqual([]);
  });
});
