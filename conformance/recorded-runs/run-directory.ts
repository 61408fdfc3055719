import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { recordingSuffix } from '#fixtures/recordings/recording-file';

import { ToolError } from '../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { formerOf, placeOf, takePlace } from '../replaced-directory.ts';
import { manifestName } from './run-manifest.ts';

/** Where a recorded run is being written: beside the place that it takes when it is whole. */
export interface Staging {
  /** An empty directory. */
  readonly directory: string;
  /** Puts it in its place; what was there before is gone then, and stays where this fails. */
  readonly commit: () => void;
  /** Removes what is not committed. */
  readonly discard: () => void;
}

const unwritable = (directory: string, error: unknown): ToolError =>
  new ToolError('report-unwritable', 'the recorded run cannot be written', {
    problems: [
      { where: directory, expected: 'a place that can be written', actual: fileReason(error), hint: 'what was there before is untouched' },
    ],
    cause: error,
  });

const filesIn = (directory: string): readonly string[] => {
  try {
    const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unwritable(directory, error);
  }
};

/** A recorded run takes the place of what is there: nothing else may be. */
const refuseForeign = (directory: string): void => {
  const files = filesIn(directory);
  const manifest = join(directory, manifestName);
  const isRun = files.length === 0 || files.includes(manifest);
  const foreign = isRun ? files.find((file) => file !== manifest && !file.endsWith(recordingSuffix)) : files[0];
  if (foreign === undefined) return;
  throw new ToolError('usage', `${directory} holds something else than a recorded run`, {
    problems: [
      {
        where: foreign,
        expected: 'a new or empty directory, or an older recorded run',
        actual: 'another file',
        hint: 'name another directory',
      },
    ],
  });
};

/** So many does the system choose for a name that nobody has. */
const lettersOfRoom = 6;

/**
 * Makes room for a recorded run that is to be at `directory` (absolute).
 * @throws ToolError `usage` when something else is there, `report-unwritable` when it cannot be written beside it
 */
export const openStaging = (directory: string): Staging => {
  const place = placeOf(directory);
  refuseForeign(place);
  let room: string;
  try {
    mkdirSync(dirname(place), { recursive: true });
    room = mkdtempSync(join(dirname(place), `.${basename(place)}.`));
  } catch (error) {
    throw unwritable(directory, error);
  }
  const staged = join(room, 'new');
  const former = formerOf(place, room.slice(-lettersOfRoom));
  const discard = (): void => rmSync(room, { recursive: true, force: true });
  mkdirSync(staged);
  return {
    directory: staged,
    commit: () => {
      try {
        // It may have changed in the minutes since.
        refuseForeign(place);
        takePlace(staged, place, former);
      } catch (error) {
        discard();
        throw error instanceof ToolError ? error : unwritable(directory, error);
      }
      discard();
      rmSync(former, { recursive: true, force: true });
    },
    discard,
  };
};
