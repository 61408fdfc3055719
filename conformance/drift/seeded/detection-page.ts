import { table } from '../../reporters/markdown-text.ts';
import type { Change } from '../change.ts';
import type { SeededDrift } from './find-drifts.ts';

/** What came of one seeded drift. */
export interface Observed {
  readonly drift: SeededDrift;
  readonly changes: readonly Change[];
}

export const isFound = ({ drift: { expect }, changes }: Observed): boolean =>
  changes.some(({ kind, severity, path }) => kind === expect.kind && severity === expect.severity && path === expect.path) &&
  changes[0]?.severity === expect.severity;

const rowOf = (observed: Observed): readonly string[] => {
  const { name, of, expect } = observed.drift;
  return [name, of, expect.severity, expect.kind, expect.path, isFound(observed) ? 'yes' : 'NO'];
};

/** docs/drift-detection.md, before it is formatted. */
export const detectionPage = (observed: readonly Observed[], resampled: number): string => {
  const surfaces = [...new Set(observed.map(({ drift }) => drift.surface))];
  const found = observed.filter(isFound).length;
  const sections = surfaces.flatMap((surface) => [
    `## ${surface}`,
    '',
    ...table(
      ['What changed', 'In', 'Severity', 'Told as', 'At', 'Found'],
      observed.filter(({ drift }) => drift.surface === surface).map(rowOf),
    ),
    '',
  ]);
  return [
    '# What `wireproof drift` finds',
    '',
    'Written by the test `conformance/drift/seeded/seeded.test.ts` from its run; edit `conformance/drift/seeded/*.drifts.json` instead.',
    '',
    `Single changes to the exchanges of \`fixtures/exchanges\`, one at a time: ${found} of ${observed.length} are found with the right severity.`,
    `${resampled} answers in which only ids, times, texts, counts, latencies and pieces are others raise no alarm, neither together nor each alone.`,
    '',
    'Breaking is what a strict wire rule or an SDK type does not allow, and what clients act on; additive is what is new; all else is cosmetic.',
    '',
    ...sections,
  ].join('\n');
};
