import type { Finding, RoundFacts } from './rule.ts';
import { slowness, type Measure } from './slower.ts';

const whole = (ms: number | undefined): string => `${Math.round(ms ?? 0)} ms`;

const findingOf = (measure: Measure, what: string, facts: RoundFacts, result: RoundFacts['results'][number]): Finding => {
  const { sees, now, usually } = slowness(measure, result, facts);
  return {
    scenario: result.scenario,
    row: result.row,
    title: `${what} takes ${whole(now)} and usually ${whole(usually)}`,
    seen: new Map([[facts.round.location, sees]]),
    needs: 1,
    result: sees === 'wrong' ? result : undefined,
    diagnosis: {
      row: result.row,
      symptom: 'The answers are right and come later than they used to.',
      cause: 'The proxy or its machine has more to do, its upstream has become slower, or it now asks twice where once was enough.',
      check: 'Compare with other scenarios and locations, and ask the upstream itself: what is slow everywhere is not the proxy.',
      remediation: 'Look for retries, cooldowns and buffering in the log since the incident began, and undo what was changed then.',
    },
  };
};

/** What a regression of one measure comes to, for each result of the round. Each location is compared with its own past. */
export const slowerFindings = (measure: Measure, what: string, facts: RoundFacts): readonly Finding[] =>
  facts.results.map((result) => findingOf(measure, what, facts, result));
