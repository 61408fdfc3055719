import { readFileSync } from 'node:fs';

import { fileOf, idsIn } from '#fixtures/exchange-file';
import type { Recording } from '#fixtures/recordings/recording';
import { idOfPlace, recordingFilesIn, recordingSuffix } from '#fixtures/recordings/recording-file';
import { canonicalJson } from '#fixtures/seal';

import { groupOf } from '../sample.ts';
import type { Replacement } from './replace-files.ts';

/** A file of a directory, and what it holds an answer to. */
interface Place {
  readonly group: string;
  readonly file: string;
  /** Below the directory, with slashes. */
  readonly path: string;
}

const exchangeSuffix = '.exchange.json';

const placesIn = (directory: string): readonly Place[] => [
  ...idsIn(directory).map((id) => ({ group: groupOf(id), file: fileOf(directory, id), path: `${id}${exchangeSuffix}` })),
  ...recordingFilesIn(directory).map((file) => {
    const id = idOfPlace(directory, file);
    return { group: groupOf(id), file, path: `${id}${recordingSuffix}` };
  }),
];

const pathsOf = (directory: string, groups: ReadonlySet<string>): readonly string[] =>
  placesIn(directory).flatMap(({ group, path }) => (groups.has(group) ? [path] : []));

/**
 * Answers that say the same at other times stay, every one: how fast an answer comes is learned from several. One that does not even differ in
 * when is a copy, which `fixtures lint` would not have.
 */
const withoutCopies = (recordings: readonly Recording[]): readonly Recording[] => {
  const seen = new Set<string>();
  return recordings.filter(({ id, seal: _seal, ...happened }) => {
    const content = `${groupOf(id)} ${canonicalJson(happened)}`;
    return !seen.has(content) && seen.add(content);
  });
};

/** New recordings in place of all that the baseline has of their groups. */
export const planFromRecordings = (baseline: string, recordings: readonly Recording[]): Replacement => {
  const kept = withoutCopies(recordings);
  return {
    removed: pathsOf(baseline, new Set(kept.map(({ id }) => groupOf(id)))),
    written: new Map(kept.map((recording) => [`${recording.id}${recordingSuffix}`, `${JSON.stringify(recording, null, 2)}\n`])),
  };
};

/** The files of another directory in place of all that the baseline has of their groups. */
export const planFromDirectory = (baseline: string, against: string, within: (group: string) => boolean): Replacement => {
  const places = placesIn(against).filter(({ group }) => within(group));
  return {
    removed: pathsOf(baseline, new Set(places.map(({ group }) => group))),
    written: new Map(places.map(({ path, file }) => [path, readFileSync(file, 'utf8')])),
  };
};
