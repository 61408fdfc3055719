import { closest, distance } from 'fastest-levenshtein';

/** `did you mean "x"?` when one of the names is near enough to be a slip, else a list of what there is (at most 12). */
export const nearestHint = (wrong: string, names: readonly string[]): string => {
  if (names.length === 0) return 'there are none';
  const near = closest(wrong, names);
  if (distance(wrong, near) <= Math.max(2, Math.floor(wrong.length / 3))) return `did you mean "${near}"?`;
  const shown = names.slice(0, 12).join(', ');
  return `known: ${shown}${names.length > 12 ? `, and ${names.length - 12} more` : ''}`;
};
