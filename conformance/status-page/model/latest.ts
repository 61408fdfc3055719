/** The newest results of a target. */
import type { ProbeResult } from '../../history/records.ts';
import type { ReadHistory } from './source.ts';

/** Enough for two visits to every scenario of the page. */
const looked = 200;

export const latestResults = async (history: ReadHistory, target: string): Promise<readonly ProbeResult[]> =>
  history.results({ target, limit: looked });

/** Of the newest result that has one, newest first. */
export const latestLatency = (newestFirst: readonly ProbeResult[]): number | undefined =>
  newestFirst.find(({ verdict, totalMs }) => verdict === 'pass' && totalMs !== undefined)?.totalMs;
