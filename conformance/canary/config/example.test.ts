import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { loadScenarios } from '#scenarios/catalogue';

import { loadCanaryPlan } from './load-canary-plan.ts';

it('examples/canary.yaml is in order, has room for its rounds, and asks about seven rows of the page', async () => {
  const file = fileURLToPath(new URL('../../../examples/canary.yaml', import.meta.url));
  const { targets, warnings } = await loadCanaryPlan(file, { env: { WIREPROOF_KEY: 'k' }, cwd: '/', catalogue: await loadScenarios() });
  const rows = new Set(targets.flatMap(({ scenarios }) => scenarios.map(({ matrixRow }) => matrixRow)));
  expect([targets.map(({ name }) => name), warnings, [...rows]]).toEqual([['reference'], [], [1, 3, 4, 5, 11, 14, 17]]);
});
