import { lintFixtures } from '#fixtures/recordings/lint';
import { loadRecordings, recordingFilesIn } from '#fixtures/recordings/recording-file';
import { setSealOf } from '#fixtures/recordings/set-seal';

import { type Problem, ToolError } from '../../errors.ts';
import type { DriftReport } from '../drift-report.ts';
import { readSamples } from '../read-samples.ts';
import { groupOf } from '../sample.ts';
import { changeList } from './change-list.ts';
import { type Replacement, replaceFiles, type ReplaceOptions } from './replace-files.ts';

const idOf = (path: string): string => path.replace(/\.(?:recording|exchange)\.json$/, '');

/** Findings are about a directory that is gone when somebody reads them: they are told with the names that the files would have. */
const lintProblems = async (fresh: string, directory: string): Promise<readonly Problem[]> => {
  const { problems } = await lintFixtures([fresh]);
  const asNamed = (text: string): string => text.replaceAll(fresh, directory);
  return problems.map(({ file, path, expected, actual, hint }) => ({
    where: asNamed(path === '' ? file : `${file} at ${path}`),
    expected: asNamed(expected),
    actual: asNamed(actual),
    ...(hint !== undefined && { hint }),
  }));
};

const assertLinted = async (fresh: string, directory: string): Promise<void> => {
  const problems = await lintProblems(fresh, directory);
  if (problems.length === 0) return;
  throw new ToolError('fixture-invalid', 'the new baseline would not pass wireproof fixtures lint; the old one is as it was', { problems });
};

/**
 * Puts new answers in place of a baseline's and returns the message of the commit. The new baseline is read and linted, seals and all,
 * before it takes the place of the old one. Throws what `replaceFiles` and `readSamples` throw, and ToolError `fixture-invalid` with every
 * finding of the lint; the baseline is as it was then.
 */
export const updateBaseline = async (
  directory: string,
  replacement: Replacement,
  report: DriftReport,
  options: Omit<ReplaceOptions, 'check'>,
): Promise<string> => {
  const check = async (fresh: string): Promise<void> => {
    await assertLinted(fresh, directory);
    readSamples(fresh);
  };
  await replaceFiles(directory, replacement, { ...options, check });
  const ids = [...replacement.written.keys()].map(idOf);
  const requests = new Set(ids.map(groupOf)).size;
  const recorded = recordingFilesIn(directory).length > 0;
  return changeList(report, { answers: ids.length, requests, ...(recorded && { seal: setSealOf(loadRecordings(directory)) }) });
};
