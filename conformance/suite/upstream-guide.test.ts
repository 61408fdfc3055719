import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { runPage, upstreamGuide } from './operating/run-page.ts';

// Some dozen processes; each command has its own bound.
const longestRunMs = 180_000;

describe('docs/guides/upstream-changes.md', () => {
  it(
    'shows what its commands say now; else: npm run docs:operating',
    async () => {
      expect(await runPage(upstreamGuide)).toBe(readFileSync(upstreamGuide.file, 'utf8'));
    },
    longestRunMs,
  );
});
