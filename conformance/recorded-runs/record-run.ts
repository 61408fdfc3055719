import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Recording } from '#fixtures/recordings/recording';
import { recordingSuffix } from '#fixtures/recordings/recording-file';
import { setSealOf } from '#fixtures/recordings/set-seal';

import type { Report } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import { ToolError } from '../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { KeptCalls } from './kept-calls.ts';
import { recordedSet } from './make-set.ts';
import { startRecordedUpstream } from './record-upstream.ts';
import type { RecordedCall } from './recorded-call.ts';
import { openStaging } from './run-directory.ts';
import { manifestName, type RunManifest } from './run-manifest.ts';

/** A run whose upstreams are recorded. Nothing is written before `save`. */
export interface RunRecording {
  readonly startUpstream: NonNullable<RunOptions['startUpstream']>;
  /**
   * Writes all that passed, whole or not at all. Of a run that did not come to its end nothing is kept.
   * @throws ToolError `report-unwritable`; what was there before is then untouched
   */
  readonly save: (report: Report) => Promise<RunManifest>;
  /** Leaves what was there before as it was. */
  readonly discard: () => void;
}

const writeRecording = (directory: string, recording: Recording): void => {
  const file = join(directory, `${recording.id}${recordingSuffix}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(recording, null, 2)}\n`);
};

const manifestOf = (report: Report, arms: readonly string[], now: number): Omit<RunManifest, 'recordings' | 'seal' | 'notSaved'> => ({
  schema: 'wireproof.recorded-run/v1',
  tool: `${report.tool.name} ${report.tool.version}`,
  recordedAt: new Date(now).toISOString(),
  run: { id: report.run.id, seed: report.run.seed },
  target: { name: report.target.name, ...(report.target.version !== undefined && { version: report.target.version }) },
  arms: [...arms],
  results: report.results.length,
});

const writeSet = (directory: string, calls: readonly RecordedCall[], about: ReturnType<typeof manifestOf>): RunManifest => {
  const { recordings, notSaved } = recordedSet(calls, about.tool);
  const names: Pick<Recording, 'id' | 'seal'>[] = [];
  for (const recording of recordings) {
    writeRecording(directory, recording);
    names.push({ id: recording.id, seal: recording.seal });
  }
  const manifest: RunManifest = { ...about, recordings: names.length, seal: setSealOf(names), notSaved: [...notSaved] };
  writeFileSync(join(directory, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
};

/** Bytes of all requests, answers and frames of a run: they are in memory until it has ended, so that writing them does not slow it. */
const mostBytesOfAll = 1024 * 1024 * 1024;

/**
 * Opens a directory (absolute) for the recordings of one run: a new or empty one, or one with an older recorded run, which is replaced when
 * this one is whole.
 * @param now milliseconds since the epoch
 * @param mostBytes of bodies that are kept; what comes after them is told as not saved
 * @throws ToolError `usage` when something else is there, `report-unwritable`
 */
export const openRunRecording = (directory: string, now: () => number, mostBytes = mostBytesOfAll): RunRecording => {
  const staging = openStaging(directory);
  const kept = new KeptCalls(mostBytes);
  const write = async (report: Report): Promise<RunManifest> => {
    const arms = [...new Set(report.results.map(({ arm }) => arm))];
    const manifest = writeSet(staging.directory, await kept.calls(), manifestOf(report, arms, now()));
    staging.commit();
    return manifest;
  };
  return {
    startUpstream: ({ port }) => startRecordedUpstream({ port, now, onCaptured: kept.keep }),
    discard: staging.discard,
    save: async (report) => {
      try {
        return await write(report);
      } catch (error) {
        staging.discard();
        if (error instanceof ToolError || (error as NodeJS.ErrnoException).code === undefined) throw error;
        throw new ToolError('report-unwritable', `the recorded run cannot be written: ${fileReason(error)}`, {
          hint: `${directory} is as it was before`,
          cause: error,
        });
      }
    },
  };
};
