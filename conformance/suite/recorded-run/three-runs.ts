import type { Scenario } from '#scenarios/kit/scenario';

import type { Report } from '../../engine/records.ts';
import { runSuite, type RunOptions } from '../../engine/run.ts';
import { loadRun } from '../../recorded-runs/load-run.ts';
import { openRunRecording } from '../../recorded-runs/record-run.ts';
import { startReplayedUpstream } from '../../recorded-runs/replay-upstream.ts';
import type { RunManifest } from '../../recorded-runs/run-manifest.ts';
import type { Target } from '../../targets/target.ts';

export interface ThreeRuns {
  /** Over mocked upstreams, as ever. */
  readonly plain: Report;
  /** The same, through the recording pass-through. */
  readonly recording: Report;
  /** With nothing but the recordings for answers. */
  readonly replay: Report;
  readonly manifest: RunManifest;
}

export interface ThreeRunsOptions {
  readonly scenarios: readonly Scenario[];
  readonly target: Target;
  readonly seed: number;
  /** For the recordings; absolute. */
  readonly directory: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export const recordRun = async (options: ThreeRunsOptions): Promise<{ readonly report: Report; readonly manifest: RunManifest }> => {
  const { directory, now, ...common } = options;
  const recording = openRunRecording(directory, now);
  try {
    const report = await runSuite({ ...common, startUpstream: recording.startUpstream });
    return { report, manifest: await recording.save(report) };
  } finally {
    recording.discard();
  }
};

export const replayRun = async ({ directory, scenarios, target }: Pick<ThreeRunsOptions, 'directory' | 'scenarios' | 'target'>) => {
  const { manifest, recordings } = loadRun(directory);
  const startUpstream: RunOptions['startUpstream'] = (options) => startReplayedUpstream(recordings, options);
  return runSuite({ scenarios, target, seed: manifest.run.seed, runId: manifest.run.id, startUpstream });
};

/** The same scenarios with the same seed: plain, recorded, and on the recordings. */
export const runThrice = async (options: ThreeRunsOptions): Promise<ThreeRuns> => {
  const { scenarios, target, seed } = options;
  const plain = await runSuite({ scenarios, target, seed });
  const { report: recording, manifest } = await recordRun(options);
  return { plain, recording, replay: await replayRun(options), manifest };
};

/** Every check, and every cell as a whole, with its verdict. */
const verdictsOf = ({ results }: Report): ReadonlyMap<string, string> =>
  new Map(
    results.flatMap(({ scenario, arm, dialect, upstream, stream, verdict, reason, expectations }) => {
      const cell = `${scenario} ${arm} ${dialect} > ${upstream}${stream ? ' streamed' : ''}`;
      const checks = expectations.map(
        (one) => [`${cell}: ${one.id}`, [one.verdict, one.foretold === true ? 'foretold' : '', one.reason ?? ''].join(' ').trim()] as const,
      );
      return [[cell, `${verdict} ${reason ?? ''}`.trim()] as const, ...checks];
    }),
  );

/** How many verdicts were compared, and where they differ. */
export const differences = (one: Report, other: Report): { readonly compared: number; readonly found: readonly string[] } => {
  const [before, after] = [verdictsOf(one), verdictsOf(other)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const found = names.flatMap((name) => {
    const [was, is] = [before.get(name) ?? 'not there', after.get(name) ?? 'not there'];
    return was === is ? [] : [`${name}: ${was} | ${is}`];
  });
  return { compared: names.length, found };
};
