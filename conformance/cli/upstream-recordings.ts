import { resolve } from 'node:path';

import { InvalidArgumentError } from 'commander';

import type { Arm } from '#scenarios/kit/scenario';

import type { Report } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import { ToolError } from '../errors.ts';
import { printable } from '../reporters/printable.ts';
import { expectWhole, tellFormer } from './former-directory.ts';
import type { CliIo } from './io.ts';

/** `record:DIR` or `replay:DIR`. */
export interface UpstreamFlag {
  readonly mode: 'record' | 'replay';
  /** As it was written. */
  readonly directory: string;
}

/** Parses the flag's value. */
export const upstreamFlag = (text: string): UpstreamFlag => {
  const [, mode, directory] = /^(record|replay):(.*\S.*)$/s.exec(text) ?? [];
  if (directory !== undefined && (mode === 'record' || mode === 'replay')) return { mode, directory };
  throw new InvalidArgumentError('Expected record:DIR or replay:DIR.');
};

type RunPart = Pick<RunOptions, 'startUpstream' | 'upstreamAbout' | 'seed' | 'runId'>;

/** What becomes of the mocked upstreams in one run. */
export interface UpstreamRecordings {
  /** Replaces what the flags say. */
  readonly options: RunPart;
  /** The report as it is told, with what was recorded written. A run that did not come to its end leaves nothing. */
  readonly ended: (report: Report) => Promise<Report>;
  /** To be called however the run ended. */
  readonly close: () => void;
}

const mocked: UpstreamRecordings = { options: {}, ended: (report) => Promise.resolve(report), close: () => undefined };

const otherSeed = (asked: number, { directory }: UpstreamFlag, seed: number): ToolError =>
  new ToolError('usage', `${printable(directory)} was recorded with --seed ${seed}: its answers belong to the requests of that seed`, {
    hint: `leave out --seed ${asked}, or record anew with it`,
  });

/** Everything of it is checked before the run. */
const openReplay = async (flag: UpstreamFlag, io: CliIo, askedSeed: number | undefined): Promise<UpstreamRecordings> => {
  const [{ loadRun }, { startReplayedUpstream }] = await Promise.all([
    import('../recorded-runs/load-run.ts'),
    import('../recorded-runs/replay-upstream.ts'),
  ]);
  const directory = resolve(io.cwd, flag.directory);
  expectWhole(directory, io);
  const { manifest, recordings, seal } = loadRun(directory);
  const { id, seed } = manifest.run;
  if (askedSeed !== undefined && askedSeed !== seed) throw otherSeed(askedSeed, flag, seed);
  const upstreamAbout = {
    baseline: seal,
    source: 'replay' as const,
    directory: flag.directory,
    recordings: recordings.length,
    ...(seal !== manifest.seal && { changed: true as const }),
  };
  const startUpstream: RunPart['startUpstream'] = (options) => startReplayedUpstream(recordings, options);
  return { ...mocked, options: { startUpstream, upstreamAbout, seed, runId: id } };
};

const openRecording = async ({ directory }: UpstreamFlag, io: CliIo): Promise<UpstreamRecordings> => {
  const { openRunRecording } = await import('../recorded-runs/record-run.ts');
  tellFormer(resolve(io.cwd, directory), io);
  const recording = openRunRecording(resolve(io.cwd, directory), () => Date.now());
  const ended = async (report: Report): Promise<Report> => {
    if (!report.run.complete) {
      io.err(`not recorded: the run did not come to its end; ${printable(directory)} is as it was\n`);
      return report;
    }
    const { seal, recordings, notSaved } = await recording.save(report);
    for (const { method, path, code, detail } of notSaved) io.err(`not saved: ${printable(`${method} ${path}: ${code}: ${detail}`)}\n`);
    return { ...report, upstream: { baseline: seal, source: 'record', directory, recordings } };
  };
  return { options: { startUpstream: recording.startUpstream }, ended, close: recording.discard };
};

/**
 * Opens what the flag names; without one, upstreams are mocked as ever.
 * @throws ToolError `usage`, `report-unwritable`; FixtureError for a recorded run that cannot be played
 */
export const openUpstreamRecordings = async (
  flag: UpstreamFlag | undefined,
  io: CliIo,
  seed: number | undefined,
): Promise<UpstreamRecordings> => {
  if (flag === undefined) return mocked;
  return flag.mode === 'replay' ? openReplay(flag, io, seed) : openRecording(flag, io);
};

/** A canary asks a live target, which has upstreams of its own. */
export const refuseCanaries = (flag: UpstreamFlag | undefined, arms: readonly Arm[]): void => {
  if (flag === undefined || !arms.includes('canary')) return;
  throw new ToolError('usage', `--upstream ${flag.mode}:DIR goes with mocked upstreams, and a canary asks a live target`, {
    hint: 'leave out the arm canary; wireproof record keeps what live upstreams say',
  });
};
