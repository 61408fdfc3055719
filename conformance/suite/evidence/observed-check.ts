import type { Scenario } from '#scenarios/kit/scenario';

import type { Report, ResultRecord, Verdict } from '../../engine/records.ts';

/** One expectation as one cell of a report saw it. */
export interface ObservedCheck {
  /** `scenario#expectation` */
  readonly id: string;
  readonly level: 'must' | 'should';
  readonly verdict: Verdict;
  readonly dialect: string;
  readonly upstream: string;
  readonly stream: boolean;
  readonly expected: string;
  readonly actual: string;
  /** The steps that it looked at. */
  readonly steps: readonly string[];
  readonly result: ResultRecord;
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

const stepsOf = (scenarios: readonly Pick<Scenario, 'id' | 'expectations'>[], scenario: string, expectation: string): readonly string[] =>
  scenarios.find(({ id }) => id === scenario)?.expectations.find(({ id }) => id === expectation)?.steps ?? [];

/** Every expectation that a report judged, in its order. What the target does not claim is left out. */
export const observedChecks = (report: Report, scenarios: readonly Pick<Scenario, 'id' | 'expectations'>[]): readonly ObservedCheck[] =>
  report.results.flatMap((result) =>
    result.expectations.map(({ id, level, verdict, expected, actual, reason }) => ({
      id: `${result.scenario}#${id}`,
      level,
      verdict,
      dialect: result.dialect,
      upstream: result.upstream,
      stream: result.stream,
      expected: shown(expected),
      actual: actual === undefined ? (reason ?? '') : shown(actual),
      steps: stepsOf(scenarios, result.scenario, id),
      result,
    })),
  );

/** `anthropic-messages > openai-chat (stream)` */
export const cellOf = ({ dialect, upstream, stream }: Pick<ObservedCheck, 'dialect' | 'upstream' | 'stream'>): string =>
  `${dialect} > ${upstream}${stream ? ' (stream)' : ''}`;
