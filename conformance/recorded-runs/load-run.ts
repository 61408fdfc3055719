import { loadRecordings, recordingFilesIn } from '#fixtures/recordings/recording-file';
import type { Recording } from '#fixtures/recordings/recording';
import { setSealOf } from '#fixtures/recordings/set-seal';

import { readManifest, type RunManifest } from './run-manifest.ts';

/** A recorded run as it is on the disk now. */
export interface LoadedRun {
  readonly manifest: RunManifest;
  readonly recordings: readonly Recording[];
  /** Of the recordings that are there. */
  readonly seal: string;
}

/**
 * Reads a recorded run and checks every recording of it. Recordings may have been changed and sealed anew, or taken away, since: `seal` is
 * then another one than the manifest's.
 * @throws FixtureError with everything that is wrong: no such run, a broken seal, a newer version
 */
export const loadRun = (directory: string): LoadedRun => {
  const manifest = readManifest(directory);
  // A part of the scenarios may ask no upstream at all.
  const isEmpty = manifest.recordings === 0 && recordingFilesIn(directory).length === 0;
  const recordings = isEmpty ? [] : loadRecordings(directory);
  return { manifest, recordings, seal: setSealOf(recordings) };
};
