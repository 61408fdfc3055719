import { describe, expect, it } from 'vitest';

import type { Scenario } from '#scenarios/kit/scenario';

import { selectScenarios } from './select.ts';

const all = [
  { id: 'translation/sparse-tool-result', matrixRow: 3 },
  { id: 'limits/body-size', matrixRow: 6 },
  { id: 'limits/body-encoding', matrixRow: 6 },
] as unknown as readonly Scenario[];

const ids = (selection: Parameters<typeof selectScenarios>[1]): readonly string[] => selectScenarios(all, selection).map(({ id }) => id);

describe('selectScenarios', () => {
  it.each<[Parameters<typeof selectScenarios>[1], readonly string[]]>([
    [{}, ['translation/sparse-tool-result', 'limits/body-size', 'limits/body-encoding']],
    [{ rows: [6] }, ['limits/body-size', 'limits/body-encoding']],
    [{ ids: ['limits/*'] }, ['limits/body-size', 'limits/body-encoding']],
    [{ ids: ['*-size', 'translation/*'] }, ['translation/sparse-tool-result', 'limits/body-size']],
    [{ rows: [6], ids: ['body-e*'] }, ['limits/body-encoding']],
  ])('%j', (selection, expected) => {
    expect(ids(selection)).toEqual(expected);
  });

  it('names every filter that matches nothing', () => {
    expect(() => ids({ rows: [6, 12], ids: ['limits/body-sise'] })).toThrow(
      expect.objectContaining({
        code: 'usage',
        problems: [
          { where: '--row 12', expected: 'a row that has a scenario: 3, 6', actual: '12', hint: 'wireproof list shows what there is' },
          {
            where: '--scenario limits/body-sise',
            expected: 'the id of a scenario, or a glob that matches one',
            actual: 'no match',
            hint: 'did you mean "limits/body-size"?',
          },
        ],
      }),
    );
  });

  it('says so when the filters exclude each other', () => {
    expect(() => ids({ rows: [3], ids: ['limits/*'] })).toThrow('--row and --scenario have no scenario in common');
  });
});
