import { readFileSync } from 'node:fs';

import { expect, it } from 'vitest';

import { loadScenarios } from './catalogue.ts';

const named = [...readFileSync(new URL('edge-cases.md', import.meta.url), 'utf8').matchAll(/`([a-z]+\/[a-z0-9-]+(?:#[a-z0-9-]+)?)`/g)].map(
  ([, name]) => name,
);

it('edge-cases.md names only scenarios and expectations that there are', async () => {
  const scenarios = await loadScenarios();
  const known = new Set(scenarios.flatMap(({ id, expectations }) => [id, ...expectations.map((each) => `${id}#${each.id}`)]));
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((name) => name === undefined || !known.has(name))).toEqual([]);
});
