import type { SurfaceId } from '#fixtures/exchange';

import { covers, type Explanation } from './explained.ts';
import type { Check, Finding } from './suites/suite.ts';

/** One suite against the proxy in front of one upstream. */
export interface Run {
  readonly suite: string;
  readonly upstream: SurfaceId;
  readonly model: string;
  readonly seconds: number;
  readonly checks: readonly Check[];
}

export interface Occurrence {
  readonly suite: string;
  readonly upstream: SurfaceId;
  readonly finding: Finding;
}

export interface StaleExplanation {
  readonly suite: string;
  readonly upstream: SurfaceId;
  /** Of the finding. */
  readonly id: string;
}

export interface Judgement {
  readonly explained: readonly Occurrence[];
  /** Findings that nobody explained: the proxy's until shown otherwise. */
  readonly unexplained: readonly Occurrence[];
  /** Explained findings of the runs at hand that did not occur. */
  readonly stale: readonly StaleExplanation[];
}

/** The explanation of a finding, by its place in the list; -1 when there is none. */
export const explanationOf = (explanations: readonly Explanation[], { suite, upstream, finding }: Occurrence): number =>
  explanations.findIndex(
    (one) =>
      one.suite === suite &&
      covers(one, upstream) &&
      one.findings.includes(finding.id) &&
      (one.says === undefined || finding.says.includes(one.says)),
  );

const occurrencesIn = ({ suite, upstream, checks }: Run): readonly Occurrence[] =>
  checks.flatMap(({ findings }) => findings.map((finding) => ({ suite, upstream, finding })));

const staleIn = (run: Run, explanations: readonly Explanation[]): readonly StaleExplanation[] => {
  const occurred = new Set(occurrencesIn(run).map((one) => `${explanationOf(explanations, one)} ${one.finding.id}`));
  return explanations.flatMap((one, index) => {
    if (one.suite !== run.suite || !covers(one, run.upstream)) return [];
    const gone = one.findings.filter((id) => !occurred.has(`${index} ${id}`));
    return gone.map((id) => ({ suite: run.suite, upstream: run.upstream, id }));
  });
};

/** Holds what the suites found against what is explained. Only explanations of the runs at hand can be stale. */
export const judge = (runs: readonly Run[], explanations: readonly Explanation[]): Judgement => {
  const occurrences = runs.flatMap(occurrencesIn);
  const isExplained = (one: Occurrence): boolean => explanationOf(explanations, one) >= 0;
  return {
    explained: occurrences.filter(isExplained),
    unexplained: occurrences.filter((one) => !isExplained(one)),
    stale: runs.flatMap((run) => staleIn(run, explanations)),
  };
};
