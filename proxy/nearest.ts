import { distance } from 'fastest-levenshtein';

/** Nobody means a name that is longer; comparing one of megabytes, as a client may send, would keep everybody else waiting. */
const longestName = 200;

/** The known names closest to a misspelt one, best first; none when nothing is near enough to be meant. */
export const nearestOf = (name: string, known: readonly string[], count = 1): readonly string[] => {
  if (name.length > longestName) return [];
  const near = Math.max(2, Math.ceil(name.length / 3));
  return known
    .map((candidate) => ({ candidate, apart: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ apart }) => apart <= near)
    .sort((a, b) => a.apart - b.apart || a.candidate.localeCompare(b.candidate))
    .slice(0, count)
    .map(({ candidate }) => candidate);
};

/** `did you mean "x"?`, or nothing. */
export const didYouMean = (name: string, known: readonly string[]): { readonly hint?: string } => {
  const [nearest] = nearestOf(name, known);
  return nearest === undefined ? {} : { hint: `did you mean "${nearest}"?` };
};
