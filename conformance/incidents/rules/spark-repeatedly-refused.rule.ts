import type { ProbeResult, RecentResult } from '../../history/records.ts';
import { isBad, lastJudged } from '../recent.ts';
import type { AlertRule, RoundFacts } from '../rule.ts';
import { isOpenFor, resultOf, statesOf, verdictFamily, verdictFinding } from '../verdict-finding.ts';

const id = 'spark-repeatedly-refused';
const row = 8;

/** 400 or 404 of the model; a proxy that lets refused models rest says 503 auth_unavailable instead from the second time on (sheet R8 (c)). */
const refusal = /(?<!\d)(?:400|404)(?!\d)|(?<!\d)503(?!\d)[^]*auth_unavailable/;

const isRefusal = (result: ProbeResult | undefined): boolean =>
  result?.evidence?.checks.some(({ actual = '', evidence = '' }) => refusal.test(`${actual} ${evidence}`)) === true;

const isSteady = (judged: readonly RecentResult[]): boolean => judged.slice(judged.findIndex(isBad)).every(isBad);

/** Refused each time since the first: no account has the model. Now and then: one of several accounts has (sheet R8 (e) 2). */
const severityOf = (facts: RoundFacts, scenario: string) => {
  const { of } = facts.target.thresholds;
  const failing = statesOf(facts, scenario).filter(({ health }) => health === 'failing');
  return failing.every(({ recent }) => isSteady(lastJudged(recent, of))) ? 'critical' : 'warning';
};

const rule: AlertRule = {
  id,
  about: 'gpt-5.3-codex-spark was answered 400 or 404 so often of so many times (row 8 of the page); 503 auth_unavailable counts as well.',
  severity: 'critical',
  family: { name: verdictFamily, place: 1 },
  read: (facts) =>
    facts.target.scenarios
      .filter(
        ({ matrixRow, id: scenario }) => matrixRow === row && (isOpenFor(facts, id, scenario) || isRefusal(resultOf(facts, scenario))),
      )
      .map((scenario) => ({
        ...verdictFinding(facts, scenario),
        title: 'gpt-5.3-codex-spark is refused again and again',
        severity: severityOf(facts, scenario.id),
      })),
};

export default rule;
