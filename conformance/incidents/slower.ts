import type { ProbeResult } from '../history/records.ts';
import { median, type Sample, type Usual } from './learned.ts';
import type { RoundFacts } from './rule.ts';
import type { Sees } from './sees.ts';

/** Which time is looked at. */
export type Measure = 'totalMs' | 'firstByteMs';

/** The incidents' rules of the two. */
export const ruleOf = { totalMs: 'latency', firstByteMs: 'first-byte' } as const satisfies Readonly<Record<Measure, string>>;

/** What a scenario takes now, and what it used to take. Milliseconds. */
export interface Slowness {
  readonly sees: Sees;
  readonly now?: number;
  readonly usually?: number;
}

type Facts = Pick<RoundFacts, 'now' | 'target' | 'round' | 'results' | 'learned' | 'open'>;

const sampleOf = ({ at, totalMs, firstByteMs }: ProbeResult): readonly Sample[] =>
  totalMs === undefined ? [] : [{ at, totalMs, ...(firstByteMs !== undefined && { firstByteMs }) }];

/** Nothing of the time before the incident is left to compare with: what is slow has become usual. */
const learnedAnew = (measure: Measure, scenario: string, { open, now, target }: Facts): boolean =>
  open.some(
    (each) => each.rule === ruleOf[measure] && each.scenario === scenario && now - each.openedAt > target.thresholds.latency.learnMs,
  );

const compared = (current: number, usual: number, { factor, atLeastMs }: { readonly factor: number; readonly atLeastMs: number }): Sees => {
  const limit = Math.max(usual * factor, usual + atLeastMs);
  if (current >= limit) return 'wrong';
  // Half-way back at least: around the limit an alarm would come and go.
  return current <= (usual + limit) / 2 ? 'well' : 'cannot-tell';
};

const currentOf = (measure: Measure, result: ProbeResult, usual: Usual | undefined, last: number): number | undefined => {
  const times = [...(usual?.last ?? []), ...sampleOf(result)].flatMap((sample) => sample[measure] ?? []).slice(-last);
  return times.length < last ? undefined : median(times);
};

/** Compares the median of the last passing results, this one with them, to the learned one. Failures say nothing of speed. */
export const slowness = (measure: Measure, result: ProbeResult, facts: Facts): Slowness => {
  const { last, learnAtLeast, ...limits } = facts.target.thresholds.latency;
  const known = facts.learned.get(result.scenario);
  const usually = known?.[measure];
  if (usually === undefined || known === undefined || known.samples < learnAtLeast) {
    return { sees: learnedAnew(measure, result.scenario, facts) ? 'well' : 'cannot-tell' };
  }
  const now = result.verdict === 'pass' && result[measure] !== undefined ? currentOf(measure, result, known, last) : undefined;
  return now === undefined ? { sees: 'cannot-tell' } : { sees: compared(now, usually, limits), now, usually };
};

/** Scenarios that count as slow at the round's location: seen so now, or held by an incident that this round does not end. */
export const slowScenarios = (facts: Facts): ReadonlySet<string> => {
  const measures = Object.keys(ruleOf) as readonly Measure[];
  const isSlow = (measure: Measure, result: ProbeResult): boolean => {
    if (facts.target.thresholds.rules?.[ruleOf[measure]]?.off === true) return false;
    const { sees } = slowness(measure, result, facts);
    if (sees !== 'cannot-tell') return sees === 'wrong';
    return facts.open.some(
      ({ rule, scenario, locations }) =>
        rule === ruleOf[measure] && scenario === result.scenario && locations.includes(facts.round.location),
    );
  };
  return new Set(facts.results.filter((result) => measures.some((measure) => isSlow(measure, result))).map(({ scenario }) => scenario));
};
