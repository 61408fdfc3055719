import { expect, it } from 'vitest';

import type { ResultRecord } from '../engine/records.ts';
import { groundSection } from './ground-section.ts';
import { paletteFor } from './palette.ts';

const result = (ground?: string[]): ResultRecord => ({
  scenario: 'streaming/reverse-proxy-collects',
  row: 17,
  arm: 'remedy',
  dialect: 'openai-chat',
  upstream: 'openai-chat',
  stream: true,
  ...(ground !== undefined && { ground }),
  verdict: 'pass',
  durationMs: 1,
  cost: { requests: 1, inputTokens: 1, outputTokens: 1 },
  expectations: [],
});

const plain = paletteFor(false);

it('says once of each thing what it was and for how many cells', () => {
  const results = [result(['between: nginx/1.22.1']), result(), result(['between: nginx/1.22.1']), result(['between: ours\u001B[2J'])];
  expect(groundSection({ results }, plain)).toEqual([
    'what stood there',
    '  between: nginx/1.22.1 (2 cells)',
    '  between: ours\\x1b[2J (1 cell)',
    '',
  ]);
});

it('says nothing where nothing was asked for', () => {
  expect(groundSection({ results: [result()] }, plain)).toEqual([]);
});
