import type { ResultRecord } from './records.ts';

const prefix = 'not-run: ';

/** The reason of a result that `--bail` left without a run. */
export const notRunReason = (failures: number): string =>
  `${prefix}the run ended early, after ${failures} unexpected ${failures === 1 ? 'failure' : 'failures'}`;

/** The arm was planned, but the run bailed before it. */
export const isNotRun = ({ reason }: ResultRecord): boolean => reason?.startsWith(prefix) === true;
