import { closest, distance } from 'fastest-levenshtein';

/** `did you mean "x"?` when one of the names is near enough to be a slip. */
export const slipHint = (wrong: string, names: readonly string[]): string | undefined => {
  if (names.length === 0) return undefined;
  const near = closest(wrong, names);
  return distance(wrong, near) <= Math.max(2, Math.floor(wrong.length / 3)) ? `did you mean "${near}"?` : undefined;
};

/** `did you mean "x"?` when one of the names is near enough to be a slip, else a list of what there is (at most 12). */
export const nearestHint = (wrong: string, names: readonly string[]): string => {
  if (names.length === 0) return 'there are none';
  const slip = slipHint(wrong, names);
  if (slip !== undefined) return slip;
  const shown = names.slice(0, 12).join(', ');
  return `known: ${shown}${names.length > 12 ? `, and ${names.length - 12} more` : ''}`;
};
