import { describe, expect, it } from 'vitest';

import type { Incident } from '../../history/records.ts';
import { incidentAt } from '../../history/testing/records.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { tellLeftBehind } from './left-behind.ts';

const incidentOf = (target: string): Incident => ({ ...incidentAt(1), target });

const told = async (open: readonly string[], watched: readonly string[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  await tellLeftBehind({
    store: { incidents: (query) => Promise.resolve(query?.open === true ? open.map(incidentOf) : []) },
    plan: () => ({ targets: watched.map((name) => ({ name }) as CanaryTarget) }),
    tell: (line) => void lines.push(line),
  });
  return lines;
};

describe('incidents of targets that are no longer in the configuration', () => {
  it('are named once for each target, and no others', async () => {
    expect(await told(['old', 'kept', 'gone', 'old'], ['kept'])).toEqual([
      'history: incidents are open of targets that are not in this configuration (gone, old); nothing that is asked here closes them',
    ]);
  });

  it('are not spoken of where there are none', async () => {
    expect(await told(['kept'], ['kept', 'other'])).toEqual([]);
  });

  it('are cut to a few names', async () => {
    const [line = ''] = await told(
      Array.from({ length: 12 }, (_, index) => `t${String(index).padStart(2, '0')}`),
      [],
    );
    expect(line).toContain('(t00, t01, t02, t03, t04, t05, t06, t07, t08, t09 and 2 more)');
  });
});
