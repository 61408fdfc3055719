import type { Report } from '../engine/records.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';
import { counted } from './words.ts';

/** What the target really stood on and behind where scenarios ask for something there: another machine may have something else. */
export const groundSection = ({ results }: Pick<Report, 'results'>, paint: Palette): readonly string[] => {
  const times = new Map<string, number>();
  for (const what of results.flatMap(({ ground = [] }) => ground)) times.set(what, (times.get(what) ?? 0) + 1);
  if (times.size === 0) return [];
  const lines = [...times].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `  ${printable(what)} (${counted(count, 'cell')})`);
  return [paint.bold('what stood there'), ...lines, ''];
};
