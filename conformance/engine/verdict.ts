import type { ExpectationRecord, Verdict } from './records.ts';

/** What an arm came to. */
export interface ArmVerdict {
  readonly verdict: Verdict;
  readonly reason?: string;
  /** Expectations whose reading went against the arm: the ones a baseline entry may cover. */
  readonly culprits: readonly string[];
  /** Something deviated that was not foretold; the record then carries trace and diagnosis. */
  readonly unexpected: boolean;
}

type Records = readonly ExpectationRecord[];

const idsWith = (records: Records, verdict: Verdict): readonly string[] =>
  records.filter((record) => record.verdict === verdict).map((record) => record.id);

const firstReason = (records: Records, verdict: Verdict): string => {
  const [first, ...others] = records.filter((record) => record.verdict === verdict);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${first?.id ?? ''}: ${first?.reason ?? verdict}${more}`;
};

const without = (culprits: readonly string[], verdict: Verdict, reason?: string, unexpected = false): ArmVerdict => ({
  verdict,
  ...(reason !== undefined && { reason }),
  culprits,
  unexpected,
});

const judgedAtAll = (records: Records): boolean => records.some(({ verdict }) => verdict === 'pass' || verdict === 'fail');

/** Remedy, conformance and canary arms: every `must` holds. A `should` that deviates warns and does not decide. */
export const verdictOfAllHold = (records: Records): ArmVerdict => {
  const musts = records.filter((record) => record.level === 'must');
  const unexpected = records.some((record) => record.verdict === 'fail');
  const failed = idsWith(musts, 'fail');
  if (failed.length > 0) return without(failed, 'fail', undefined, true);
  if (idsWith(records, 'error').length > 0) return without([], 'error', firstReason(records, 'error'), unexpected);
  for (const verdict of ['unreachable', 'inconclusive'] as const) {
    if (idsWith(musts, verdict).length > 0) return without([], verdict, firstReason(musts, verdict), unexpected);
  }
  if (!judgedAtAll(records)) {
    return idsWith(records, 'unreachable').length > 0
      ? without([], 'unreachable', firstReason(records, 'unreachable'))
      : without([], 'inconclusive', 'not-exercised: no expectation was judged');
  }
  return without([], 'pass', undefined, unexpected);
};

const list = (label: string, ids: readonly string[]): readonly string[] => (ids.length === 0 ? [] : [`${label}: ${ids.join(', ')}`]);

/**
 * Symptom arm: passes when exactly the foretold expectations deviate. What could not be judged only matters when it was foretold:
 * a symptom often takes later steps down with it.
 */
export const verdictOfSymptom = (records: Records, foretold: readonly string[]): ArmVerdict => {
  const deviating = idsWith(records, 'fail');
  const surplus = deviating.filter((id) => !foretold.includes(id));
  const missing = records.filter((record) => foretold.includes(record.id) && record.verdict !== 'fail');
  const held = idsWith(missing, 'pass');
  if (idsWith(records, 'error').length > 0) {
    return without([...held, ...surplus], 'error', firstReason(records, 'error'), surplus.length > 0);
  }
  if (held.length > 0 || surplus.length > 0) {
    const reason = [...list('foretold, but held', held), ...list('deviated, but not foretold', surplus)].join('; ');
    return without([...held, ...surplus], 'fail', reason, true);
  }
  for (const verdict of ['unreachable', 'inconclusive'] as const) {
    if (idsWith(missing, verdict).length > 0) return without([], verdict, firstReason(missing, verdict));
  }
  return without([], 'pass');
};
