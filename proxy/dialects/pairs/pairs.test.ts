import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { loadPairs } from './load-pairs.ts';
import { renderPairs } from './render.ts';
import { fate } from './translate.ts';

const { features, dialects } = await loadPairs();
const pairs = dialects.flatMap((client) => dialects.map((upstream) => ({ client, upstream })));

it('covers every pair of dialects with every feature', () => {
  expect([pairs.length, features.length]).toEqual([16, expect.toSatisfy((count: number) => count > 50)]);
});

it.each(pairs.map((pair) => [pair.client.id, pair.upstream.id, pair] as const))('%s with %s drops nothing in silence', (_, __, pair) => {
  const dropped = features.flatMap((feature) => {
    const found = fate(feature, pair);
    return found.kind === 'dropped' ? [`${feature.id}: ${found.what}`] : [];
  });
  expect(dropped).toEqual([]);
});

it('has written docs/dialects.md; npm run docs:dialects writes it again', () => {
  const document = readFileSync(new URL('../../../docs/dialects.md', import.meta.url), 'utf8');
  expect(document).toBe(renderPairs(features, dialects));
});
