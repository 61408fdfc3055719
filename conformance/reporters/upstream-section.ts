import type { Report } from '../engine/records.ts';
import type { Palette } from './palette.ts';
import { printable } from './printable.ts';
import { counted } from './words.ts';

const shownSeal = 12;

/** Where the upstreams' answers came from, when they were recordings or became some. */
export const upstreamSection = ({ upstream }: Pick<Report, 'upstream'>, paint: Palette): readonly string[] => {
  if (upstream?.source === undefined) return [];
  const { source, directory = '', recordings = 0, baseline, changed } = upstream;
  const what = source === 'replay' ? 'replay of' : 'recorded to';
  const since = changed === true ? ', changed since it was recorded' : '';
  return [
    `${paint.bold('upstream:')} ${what} ${printable(directory)}, ${counted(recordings, 'recording')}, sealed ${baseline.slice(0, shownSeal)}${since}`,
    '',
  ];
};
