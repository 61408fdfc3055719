import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Recording } from '#fixtures/recordings/recording';
import { recordingSuffix } from '#fixtures/recordings/recording-file';
import { setSealOf } from '#fixtures/recordings/set-seal';
import { loadRouting } from '#fixtures/upstreams/routing';

import type { Report } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import { ToolError } from '../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import type { Captured } from '../record/captured.ts';
import { recordedSet } from './make-set.ts';
import { startRecordedUpstream } from './record-upstream.ts';
import { asRecordedCall, type RecordedCall } from './recorded-call.ts';
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

const callsIn = async (all: readonly Captured[]): Promise<readonly RecordedCall[]> => {
  const routing = await loadRouting();
  const calls = await Promise.all(all.map((captured) => asRecordedCall(captured, routing)));
  return calls.filter((call) => call !== undefined);
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

/** Bytes of all requests and answers of a run: they are in memory until it has ended, so that writing them does not slow it. */
const mostBytesOfAll = 1024 * 1024 * 1024;

const bytesOf = ({ request, answer }: Captured): number =>
  (request.body?.length ?? 0) +
  (answer?.body.tail.length ?? 0) +
  (answer?.body.pieces ?? []).reduce((sum, { bytes }) => sum + bytes.length, 0);

const withoutBytes = ({ request, answer, ...rest }: Captured): Captured => ({
  ...rest,
  request,
  ...(answer !== undefined && { answer: { ...answer, body: { ...answer.body, pieces: [], tail: Buffer.alloc(0), tooLarge: true } } }),
});

/** Keeps what is captured; when there is no more room, only that it was. */
const keeping = (mostBytes: number) => {
  const captured: Captured[] = [];
  let room = mostBytes;
  const keep = (one: Captured): void => {
    room -= bytesOf(one);
    captured.push(room < 0 ? withoutBytes(one) : one);
  };
  return { captured, keep };
};

/**
 * Opens a directory (absolute) for the recordings of one run: a new or empty one, or one with an older recorded run, which is replaced when
 * this one is whole.
 * @param now milliseconds since the epoch
 * @param mostBytes of bodies that are kept; what comes after them is told as not saved
 * @throws ToolError `usage` when something else is there, `report-unwritable`
 */
export const openRunRecording = (directory: string, now: () => number, mostBytes = mostBytesOfAll): RunRecording => {
  const staging = openStaging(directory);
  const { captured, keep } = keeping(mostBytes);
  const write = async (report: Report): Promise<RunManifest> => {
    const arms = [...new Set(report.results.map(({ arm }) => arm))];
    const manifest = writeSet(staging.directory, await callsIn(captured), manifestOf(report, arms, now()));
    staging.commit();
    return manifest;
  };
  return {
    startUpstream: ({ port }) => startRecordedUpstream({ port, now, onCaptured: keep }),
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
