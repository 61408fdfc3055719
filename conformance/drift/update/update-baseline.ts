import { loadRecordings, recordingFilesIn } from '#fixtures/recordings/recording-file';
import { setSealOf } from '#fixtures/recordings/set-seal';

import type { DriftReport } from '../drift-report.ts';
import { readSamples } from '../read-samples.ts';
import { groupOf } from '../sample.ts';
import { changeList } from './change-list.ts';
import { type Replacement, replaceFiles, type ReplaceOptions } from './replace-files.ts';

const idOf = (path: string): string => path.replace(/\.(?:recording|exchange)\.json$/, '');

/**
 * Puts new answers in place of a baseline's and returns the message of the commit. The new baseline is read, seals and all, before it takes
 * the place of the old one. Throws what `replaceFiles` and `readSamples` throw; the baseline is as it was then.
 */
export const updateBaseline = async (
  directory: string,
  replacement: Replacement,
  report: DriftReport,
  options: Omit<ReplaceOptions, 'check'>,
): Promise<string> => {
  await replaceFiles(directory, replacement, { ...options, check: readSamples });
  const ids = [...replacement.written.keys()].map(idOf);
  const requests = new Set(ids.map(groupOf)).size;
  const recorded = recordingFilesIn(directory).length > 0;
  return changeList(report, { answers: ids.length, requests, ...(recorded && { seal: setSealOf(loadRecordings(directory)) }) });
};
