import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { FixtureError } from '#fixtures/errors';
import { proxyErrorStatus } from '#proxy/errors';
import { DefinitionError } from '#scenarios/catalogue';

import { toolErrorExit } from '../errors.ts';

const document = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

const cellsOf = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The rows of the one table below a heading, without its head. */
const tableBelow = (heading: string): readonly (readonly string[])[] => {
  const section = document.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map(cellsOf);
};

const bare = (text = ''): string => text.replaceAll('`', '');
const sorted = (pairs: readonly (readonly [string, string])[]) => [...pairs].sort(([a], [b]) => a.localeCompare(b));
const firstTwo = (heading: string) => sorted(tableBelow(heading).map(([code, value]) => [bare(code), bare(value)]));
const catalogue = (codes: Readonly<Record<string, number>>) => sorted(Object.entries(codes).map(([code, value]) => [code, String(value)]));

describe('docs/errors.md', () => {
  it('has every code of ToolError with its exit code, and no other', () => {
    expect(firstTwo('Of the command line and the library')).toEqual(catalogue(toolErrorExit));
  });

  it('has every code of ProxyError with its status, and no other', () => {
    expect(firstTwo('Of the reference proxy')).toEqual(catalogue(proxyErrorStatus));
  });

  it('has the errors of fixtures and scenarios with their codes', () => {
    const errors = [new FixtureError([]), new DefinitionError([])];
    expect(firstTwo('Of fixtures and scenarios')).toEqual(sorted(errors.map(({ name, code }) => [name, code])));
  });

  it('says of each code when it comes and what to do', () => {
    const rows = ['Of the command line and the library', 'Of the reference proxy', 'Of fixtures and scenarios'].flatMap(tableBelow);
    expect(rows.filter((cells) => cells.length !== 4 || cells.some((cell) => cell === ''))).toEqual([]);
  });
});
