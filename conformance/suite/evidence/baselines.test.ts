import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { loadCatalogue } from '../../engine/load-scenarios.ts';
import { loadBaseline } from '../../baseline/baseline.ts';
import { readFindings } from './findings.ts';

const root = new URL('../../../', import.meta.url);
const place = (path: string): string => fileURLToPath(new URL(path, root));
const targets = readdirSync(place('targets'))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));

describe.each(targets)('the gateway %s', (target) => {
  it('has a baseline whose every entry names what exists', async () => {
    await expect(loadBaseline(place(`targets/baselines/${target}.yaml`), await loadCatalogue())).resolves.toBeDefined();
  });

  it('has findings that can be read, and a page that was written from them', async () => {
    const { findings } = await readFindings(place(`targets/findings/${target}.yaml`));
    expect(new Set(findings.map(({ id }) => id)).size).toBe(findings.length);
    expect(existsSync(place(`docs/evidence/${target}.md`))).toBe(true);
  });
});
