import { rowName } from '#scenarios/kit/page-row';

import type { Evidence, Incident } from '../../history/records.ts';

/** Control characters, and marks that change the order of what is read or are not seen at all. */
const unseen = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;
const loneSurrogate = /\p{Cs}/gu;

/** Text as one line that shows what it is: a target may have written it. @param most characters (code points), the mark of a cut among them */
export const oneLine = (text: string, most: number): string => {
  // A character is two units at most: what comes after that many cannot be shown.
  const line = text
    .slice(0, most * 4)
    .replaceAll(loneSurrogate, '\ufffd')
    .replaceAll(unseen, ' ')
    .replaceAll(/ {2,}/g, ' ')
    .trim();
  const all = Array.from(line);
  return all.length > most || text.length > most * 4 ? `${all.slice(0, most - 1).join('')}…` : line;
};

/** The headline: `[one] row 8: gpt-5.3-codex-spark is refused again and again`. */
export const headline = ({ target, row, title }: Incident, most: number): string => oneLine(`[${target}] ${rowName(row)}: ${title}`, most);

const mostPlaces = 10;

/** Where it is seen, and of which scenario and rule. */
export const placeLine = ({ scenario, rule, locations }: Incident): string => {
  const seen = locations.slice(0, mostPlaces).join(', ');
  const more = locations.length > mostPlaces ? ` and ${locations.length - mostPlaces} more` : '';
  return oneLine(`${scenario === '*' ? 'the whole target' : scenario}, seen from ${seen}${more} (rule ${rule})`, 500);
};

/** The first check that went wrong: what was expected and what came. */
export const evidenceLine = (evidence: Evidence | undefined, most: number): string | undefined => {
  const [first] = evidence?.checks ?? [];
  if (first === undefined) return undefined;
  return oneLine(`${first.id}: expected ${first.expected ?? 'otherwise'}, got ${first.actual ?? first.evidence ?? 'something else'}`, most);
};

/** Whose fault, and the fact that shows it. */
export const faultLine = ({ fault }: Incident, most: number): string | undefined =>
  fault === undefined
    ? undefined
    : oneLine(`${fault.at === 'unknown' ? 'not known whose fault' : `fault of the ${fault.at}`}: ${fault.because}`, most);

export const iso = (at: number): string => new Date(at).toISOString();
