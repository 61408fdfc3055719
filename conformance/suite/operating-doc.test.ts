import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { operatingPage, runPage } from './operating/run-page.ts';

// Some hundred processes; each command has its own bound.
const longestRunMs = 300_000;

describe('docs/operating.md', () => {
  it(
    'shows what its commands say now; else: npm run docs:operating',
    async () => {
      expect(await runPage(operatingPage)).toBe(readFileSync(operatingPage.file, 'utf8'));
    },
    longestRunMs,
  );
});
