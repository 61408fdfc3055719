import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';

import { ToolError } from '../errors.ts';
import { fileReason } from '#fixtures/file-reason';

/** Takes away what was made for trying, as long as nobody has put something into it. */
const removeMade = (made: readonly string[]): void => {
  try {
    for (const directory of made.toReversed()) rmdirSync(directory);
  } catch {
    // Somebody uses it already: it is theirs now.
  }
};

/** What is missing of a path, the outermost first. */
const missingOf = (directory: string): readonly string[] =>
  existsSync(directory) || dirname(directory) === directory ? [] : [...missingOf(dirname(directory)), directory];

const isInTheWay = (code: string | undefined): boolean => code === 'EEXIST' || code === 'ENOTDIR';

const unwritable = (directory: string, cause: unknown): ToolError => {
  const { code } = cause as NodeJS.ErrnoException;
  const actual = code === 'ENOTDIR' ? 'a file, or a path through one' : fileReason(cause);
  const hint = isInTheWay(code)
    ? 'name a directory: each recording is a file below it'
    : 'name another directory, or mend the rights of this one';
  return new ToolError('report-unwritable', 'nothing can be recorded there', {
    problems: [{ where: directory, expected: 'a directory in which files can be written', actual, hint }],
    cause,
  });
};

/**
 * To be called before an upstream is asked for money. Leaves nothing behind.
 * @param directory absolute; need not be there
 * @throws ToolError `report-unwritable` where no recording could be written below it
 */
export const checkOutput = (directory: string): void => {
  const made: string[] = [];
  try {
    // One by one: below /proc, where nothing can be made, `recursive` tries for ever.
    for (const missing of missingOf(directory)) {
      mkdirSync(missing);
      made.push(missing);
    }
    readdirSync(directory);
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unwritable(directory, error);
  } finally {
    removeMade(made);
  }
};
