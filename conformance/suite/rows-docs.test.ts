import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readRecorded, type RecordedScenario } from '../explain/recorded.ts';
import { loadCatalogue } from '../index.ts';
import { docsFolder, renderPages } from './rows/pages.ts';
import { recordExchanges } from './rows/record.ts';

const onDisk = (file: string): string => {
  const path = join(docsFolder, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
};

const shownBy = (recorded: Iterable<RecordedScenario>) =>
  [...recorded].map(({ scenario, cell, arms }) => ({ scenario, cell, arms: arms.map(({ arm, deviating }) => ({ arm, deviating })) }));

describe('docs/matrix.md and docs/rows/ (written by npm run docs:matrix)', () => {
  it('say what the scenarios say', async () => {
    const pages = await renderPages(await loadCatalogue(), [...readRecorded().values()]);
    expect(readdirSync(join(docsFolder, 'rows')).sort()).toEqual([...pages.keys()].flatMap((file) => file.split('rows/')[1] ?? []).sort());
    expect(Object.fromEntries([...pages.keys()].map((file) => [file, onDisk(file)]))).toEqual(Object.fromEntries(pages));
  });

  it('show exchanges of every scenario in which a run deviates as it does now', async () => {
    const now = await recordExchanges(await loadCatalogue());
    expect(shownBy(readRecorded().values())).toEqual(shownBy(now));
    expect(now.filter(({ arms }) => arms.some(({ lines }) => lines.length === 0)).map(({ scenario }) => scenario)).toEqual([]);
  }, 180_000);
});
