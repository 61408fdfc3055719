import { join } from 'node:path';

import type { Measure, MeasureContext, MeasureReport } from '../measure.ts';
import { differingVerdicts, type VerdictsOfRun } from '../verdicts.ts';
import { mebibytes, medianOf } from '../wording.ts';

/** One at a time, and as many as a run takes by itself. */
const concurrencies = [1, 24] as const;
const oneRunWithinMs = 180_000;

interface SuiteRun extends VerdictsOfRun {
  readonly concurrency: number;
  readonly complete: boolean;
  readonly durationMs: number;
  readonly rssBytes: number;
}

const runsAt = async (
  concurrency: number,
  times: number,
  { root, env, children, progress, signal }: MeasureContext,
): Promise<readonly SuiteRun[]> => {
  const command = ['node', join(root, 'bench', 'programs', 'repeat-suite.mjs'), String(times), String(concurrency)];
  const program = children.start({ command, env, cwd: root, talks: true });
  const runs: SuiteRun[] = [];
  try {
    while (runs.length < times) {
      signal.throwIfAborted();
      const run = (await program.receive(oneRunWithinMs)) as Omit<SuiteRun, 'concurrency'>;
      if (!run.complete || run.verdicts.length === 0)
        throw new Error(`run ${runs.length + 1} at concurrency ${concurrency} is not complete`);
      runs.push({ ...run, concurrency });
      if (runs.length % 10 === 0) progress(`concurrency ${concurrency}: ${runs.length} of ${times} runs`);
    }
  } finally {
    await program.stop();
  }
  return runs;
};

const shown = 20;

const run = async (context: MeasureContext): Promise<MeasureReport> => {
  const times = context.quick ? 1 : 50;
  const runs: SuiteRun[] = [];
  for (const concurrency of concurrencies) runs.push(...(await runsAt(concurrency, times, context)));
  const differing = differingVerdicts(runs);
  const compared = runs[0]?.verdicts.length ?? 0;
  const rows = concurrencies.map((concurrency) => {
    const some = runs.filter((one) => one.concurrency === concurrency);
    const memory = [some[0], some.at(-1)].map((one) => mebibytes(one?.rssBytes ?? 0).toFixed(0)).join(' / ');
    return [String(concurrency), String(some.length), medianOf(some.map((one) => one.durationMs / 1_000)), memory];
  });
  return {
    tables: [
      {
        caption: 'The whole suite, again and again in one process',
        head: ['concurrency', 'runs', 's per run: median (min–max)', 'RSS MiB after first / last'],
        rows,
      },
      ...(differing.length === 0
        ? []
        : [
            {
              caption: `Verdicts that differ (${shown} at most)`,
              head: ['verdict of', 'seen', 'seed'],
              rows: differing.slice(0, shown).map(({ place, seen, seed }) => [place, seen, String(seed)]),
            },
          ]),
    ],
    goals: [
      {
        what: `verdicts that are not the same in all of ${runs.length} runs, of ${compared} compared`,
        goal: '0',
        measured: String(differing.length),
        met: differing.length === 0,
        kind: 'correctness',
      },
    ],
    notes: [
      'Compared are the verdict of every (scenario, arm, cell) and of every expectation in it, and whether a deviation was foretold; each run has a random seed. A verdict that is missing from a run counts as different.',
      'Reference target, in-process proxy, all scenarios and its default arms, published build.',
    ],
  };
};

export const measure: Measure = {
  name: 'flakiness',
  title: 'Same verdicts every time',
  order: 4,
  notQuick: 'it repeats the whole suite',
  run,
};
