import { expect, it } from 'vitest';

import { conclude, type Soak } from './conclude.ts';
import { kinds } from './kinds.ts';
import { newTally } from './traffic.ts';

/** A run in which clients were told this, one by one, and in which everything was counted right. */
const soakWith = (told: readonly string[]): Soak => ({
  tally: { ...newTally(), sent: told.length, counted: told.length, upstream: 0, statuses: new Map(told.map((one) => [one, 1])) },
  ledger: {
    usage: {
      total_requests: told.length,
      success_count: told.length,
      failure_count: 0,
      client_left_count: 0,
      upstream_attempts: 0,
      estimated_requests: 0,
    },
    ledger: { waiting: 0, lost: 0 },
  },
  samples: [0, 1, 2, 3, 4, 5, 6, 7].map((at) => ({ at: at * 600, rss: 100, files: 30, sent: at })),
  alarms: [],
  rotations: 1,
  minutes: 1,
  exitCode: 0,
});

const failed = (told: readonly string[]): readonly string[] => conclude(soakWith(told)).lines.filter((line) => line.startsWith('FAIL'));

it('is good where every client was told what its kind of request wants', () => {
  const told = kinds.flatMap((kind) => kind.told.map((one) => `${kind.name}: ${one}`));
  expect([failed(told), conclude(soakWith(told)).good]).toEqual([[], true]);
});

it('is not good where the proxy refuses what it should answer, or was not asked at all', () => {
  const what = 'FAIL clients that were told what their kind of request wants';
  expect(failed(['answer: 500', 'bad key: 401', 'tool call: broken'])).toEqual([
    `${what}: 1, expected 3; answer: 500 × 1; tool call: broken × 1`,
  ]);
  expect(failed([])).toEqual([`${what}: 0`]);
});
