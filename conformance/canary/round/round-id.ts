import { createHash } from 'node:crypto';

import type { RoundReason } from '../../history/records.ts';

/** What makes a round the same round, whoever runs it. */
interface RoundPlace {
  readonly target: string;
  readonly location: string;
  readonly dueAt: number;
  readonly reason: RoundReason;
}

const timeDigits = 9;

/**
 * The same for the same due round in every process, so that a round that is taken over from a dead worker is written once; sorts by time.
 * @param salt tells apart what people begin by hand
 */
export const roundId = ({ target, location, dueAt, reason }: RoundPlace, salt = ''): string => {
  const time = Math.max(0, Math.floor(dueAt)).toString(36).padStart(timeDigits, '0');
  const place = createHash('sha256')
    .update(JSON.stringify([target, location, dueAt, reason, salt]))
    .digest('hex');
  return `${time}-${place.slice(0, 16)}`;
};

/** Of the scenario's result in that round. */
export const resultId = (round: string, index: number): string => `${round}-${String(index).padStart(3, '0')}`;
