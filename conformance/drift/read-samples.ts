import { readdirSync } from 'node:fs';

import { loadSealed } from '#fixtures/catalogue';
import { FixtureError } from '#fixtures/errors';
import { idsIn } from '#fixtures/exchange-file';
import { fileReason } from '#fixtures/file-reason';
import { loadRecordings, recordingFilesIn } from '#fixtures/recordings/recording-file';

import { questionOf, type Sample, sampleOfExchange, sampleOfRecording } from './sample.ts';

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
 * All exchanges and recordings below a directory, seals checked. Sockets have no answer to compare, and say so.
 * Throws FixtureError with every problem of every file, and where there is no answer at all.
 */
export const readSamples = (directory: string): readonly Sample[] => {
  assertDirectory(directory);
  const exchanges = idsIn(directory).length === 0 ? [] : loadSealed(directory);
  const recordings = recordingFilesIn(directory).length === 0 ? [] : loadRecordings(directory);
  const samples = [
    ...exchanges.map(sampleOfExchange),
    ...recordings.map((recording) => sampleOfRecording(recording) ?? questionOf(recording)),
  ];
  if (samples.every(({ noAnswer }) => noAnswer !== undefined))
    throw unreadable(directory, recordings.length === 0 ? 'none of them' : 'recordings of WebSockets, which have no answer to compare');
  return samples;
};
