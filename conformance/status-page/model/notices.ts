/** What people should know before they read on, on every page. */
import { shownLine } from '../shown-text.ts';
import { countedText } from '../words.ts';
import type { Watched } from '../watched.ts';
import type { ReadHistory } from './source.ts';

/** Set by whoever pauses the canary, with the reason; the same in all processes. */
const pausedFact = 'paused';

/** Rounds that were given up are gone for good: that is told until the process ends. */
const lossNotice = ({ condition }: ReadHistory): readonly string[] => {
  const lost = condition?.().lost ?? 0;
  return lost === 0
    ? []
    : [`${countedText(lost, 'round')} could not be written and ${lost === 1 ? 'is' : 'are'} lost: the history was away for too long.`];
};

/** Where the file lies is nobody's business who reads the page. */
const fileNotice = ({ pausedByFile }: Pick<Watched, 'pausedByFile'>): readonly string[] =>
  pausedByFile?.() === true ? ['Paused, nothing is asked: the pause file exists'] : [];

export const noticesOf = async (history: ReadHistory, watched: Pick<Watched, 'pausedByFile'>): Promise<readonly string[]> => {
  const paused = await history.fact(pausedFact);
  const byFact = paused === undefined ? [] : [`Paused, nothing is asked: ${shownLine(paused)}`];
  return [...fileNotice(watched), ...byFact, ...lossNotice(history)];
};

/** Instead of a page. Why it is away can hold a path or a password of the database, and stands in the log alone. */
export const awayText = ({ condition }: ReadHistory): string => {
  const now = condition?.();
  const waiting =
    now === undefined || now.queued + now.lost === 0
      ? ''
      : ` ${countedText(now.queued, 'round')} ${now.queued === 1 ? 'waits' : 'wait'} to be written, ${now.lost} lost.`;
  return `The history cannot be read at the moment.${waiting}\n`;
};
