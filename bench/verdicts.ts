/** Verdicts of one run of the suite: what they are of, and what they are. */
export interface VerdictsOfRun {
  readonly seed: number;
  readonly verdicts: readonly (readonly [place: string, verdict: string])[];
}

export interface DifferingVerdict {
  readonly place: string;
  /** Every verdict seen, and how often. */
  readonly seen: string;
  /** Of the first run that differs from the first of all. */
  readonly seed: number;
}

const missing = 'missing';

/** What does not have the same verdict in all runs. Something that a run lacks, or has twice, differs. */
export const differingVerdicts = (runs: readonly VerdictsOfRun[]): readonly DifferingVerdict[] => {
  const byRun = runs.map(({ seed, verdicts }) => {
    const found = new Map<string, string>();
    for (const [place, verdict] of verdicts) found.set(place, found.has(place) ? `${found.get(place)} and ${verdict}` : verdict);
    return { seed, found };
  });
  const places = new Set(byRun.flatMap(({ found }) => [...found.keys()]));
  return [...places].flatMap((place) => {
    const seen = byRun.map(({ found }) => found.get(place) ?? missing);
    const odd = seen.findIndex((verdict) => verdict !== seen[0]);
    if (odd < 0) return [];
    const counts = [...new Set(seen)].map((verdict) => `${seen.filter((one) => one === verdict).length} × ${verdict}`);
    return [{ place, seen: counts.join(', '), seed: byRun[odd]?.seed ?? -1 }];
  });
};
