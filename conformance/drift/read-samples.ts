import { readdirSync } from 'node:fs';

import { loadSealed } from '#fixtures/catalogue';
import { FixtureError } from '#fixtures/errors';
import { idsIn } from '#fixtures/exchange-file';
import { fileReason } from '#fixtures/file-reason';
import { loadRecordings, recordingFilesIn } from '#fixtures/recordings/recording-file';

import { type Sample, sampleOfExchange, sampleOfRecording } from './sample.ts';

const unreadable = (directory: string, actual: string): FixtureError =>
  new FixtureError([
    { file: directory, path: '', expected: 'a directory of exchanges or recordings', actual, hint: 'wireproof record writes recordings.' },
  ]);

const assertDirectory = (directory: string): void => {
  try {
    readdirSync(directory);
  } catch (error) {
    throw unreadable(directory, fileReason(error));
  }
};

/**
 * All exchanges and recordings below a directory, seals checked. Sockets are passed over: they have no answer to compare.
 * Throws FixtureError with every problem of every file, and where there is nothing at all.
 */
export const readSamples = (directory: string): readonly Sample[] => {
  assertDirectory(directory);
  const exchanges = idsIn(directory).length === 0 ? [] : loadSealed(directory);
  const recordings = recordingFilesIn(directory).length === 0 ? [] : loadRecordings(directory);
  const samples = [...exchanges.map(sampleOfExchange), ...recordings.flatMap((recording) => sampleOfRecording(recording) ?? [])];
  if (samples.length === 0)
    throw unreadable(directory, recordings.length === 0 ? 'none of them' : 'recordings of WebSockets, which have no answer to compare');
  return samples;
};
