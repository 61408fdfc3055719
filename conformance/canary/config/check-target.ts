/** What can be said of a target once it is whole: times that never come, ceilings that cannot be kept (issue 8). */
import type { Ceilings } from '../../history/store.ts';
import { nearestHint } from '../../nearest.ts';
import { blackoutAt } from '../schedule/blackouts.ts';
import { neverComes, nextDue } from '../schedule/next-due.ts';
import { mostOf } from '../round/spending.ts';
import type { CanaryPlan, CanaryTarget } from './canary-plan.ts';
import { durationText } from './duration.ts';
import type { Findings } from './findings.ts';
import type { PlaceOf } from './selection.ts';
import { worstCaseOf, type WorstCase } from './worst-case.ts';

/** A ceiling's name in the configuration, and in the code. */
const amounts = [
  ['requests', 'requests'],
  ['input-tokens', 'inputTokens'],
  ['output-tokens', 'outputTokens'],
  ['seconds', 'seconds'],
  ['usd', 'usd'],
] as const;

const spans = ['round', 'hour', 'day'] as const;

/** Money is told in cents and above them, so that the smallest ceiling that does is one that can be written. */
const roundedUp = (name: string, value: number): number => (name === 'usd' ? Math.ceil(value * 10_000) / 10_000 : Math.ceil(value));

/** Ceilings of nothing, where something is needed: such a target never runs. */
const zeroes = (ceilings: Ceilings, worst: WorstCase): readonly string[] =>
  amounts.filter(([, amount]) => ceilings[amount] === 0 && worst[amount] > 0).map(([key]) => key);

/** What a round may come to: its time-outs cannot break its own ceiling of seconds, which ends it. */
const needed = (target: CanaryTarget): WorstCase => {
  const worst = worstCaseOf(target);
  const { seconds } = mostOf(worst, target.budget.round);
  return { ...worst, seconds: Math.max(1, seconds) };
};

type Span = readonly [path: readonly PropertyKey[], ceilings: Ceilings];

const tooSmall = (target: CanaryTarget, spans: readonly Span[], findings: Findings): void => {
  const worst = needed(target);
  for (const [path, ceilings] of spans) {
    for (const [key, amount] of amounts) {
      const ceiling = ceilings[amount];
      if (ceiling === undefined || ceiling === 0 || ceiling >= worst[amount]) continue;
      const least = roundedUp(key, worst[amount]);
      const expected = `at least ${least}, the worst case of one round of ${target.name}`;
      findings.problem([...path, key], expected, String(ceiling), `set it to ${least}, or select fewer scenarios`);
    }
  }
};

/** Whether a ceiling of zero keeps the target from ever running. */
export const neverRuns = (target: CanaryTarget): boolean => spans.some((span) => zeroes(target.budget[span], needed(target)).length > 0);

const checkBudget = (target: CanaryTarget, overall: CanaryPlan['budget'], findings: Findings, at: PlaceOf): void => {
  if (!neverRuns(target)) {
    const own = spans.map((span): Span => [at('budget', span), target.budget[span]]);
    tooSmall(target, [...own, [['budget', 'hour'], overall.hour], [['budget', 'day'], overall.day]], findings);
    return;
  }
  for (const span of spans) {
    for (const key of zeroes(target.budget[span], needed(target))) {
      findings.warning(at('budget', span, key), `a ceiling of 0: ${target.name} never runs`, 'raise it, or remove the target');
    }
  }
};

/** A ceiling in dollars that no dollar is ever counted against keeps nothing. */
const warnOfUnpriced = (target: CanaryTarget, overall: CanaryPlan['budget'], findings: Findings, at: PlaceOf): void => {
  if (target.prices.input > 0 || target.prices.output > 0) return;
  const own = spans.map((span): Span => [at('budget', span), target.budget[span]]);
  for (const [path, { usd }] of [...own, [['budget', 'hour'], overall.hour] as Span, [['budget', 'day'], overall.day] as Span]) {
    if (usd === undefined) continue;
    findings.warning(
      [...path, 'usd'],
      `${target.name} has no prices, so its requests count as free`,
      'say prices: { input: …, output: … }',
    );
  }
};

const checkSchedule = ({ name, schedule }: CanaryTarget, now: number, findings: Findings, at: PlaceOf): void => {
  const { when, jitterMs, blackouts, timeZone } = schedule;
  if ('everyMs' in when && jitterMs > when.everyMs) {
    const most = durationText(when.everyMs);
    findings.problem(at('schedule', 'jitter'), `at most ${most}, the interval`, durationText(jitterMs), 'rounds would overtake each other');
  }
  if (neverComes(schedule, now)) {
    const cron = 'cron' in when ? when.cron : '';
    findings.problem(at('schedule', 'cron'), 'a time that comes', `"${cron}" in ${timeZone}, which never does`, 'check day and month');
  } else if (blackouts.length > 0 && nextDue({ name, schedule }, now) === undefined) {
    const hint =
      'everyMs' in when
        ? 'an interval begins at a moment of its own: shorten a window, or say the times with cron'
        : 'shorten a window, or move the schedule';
    const reason = blackoutAt(schedule, now)?.reason ?? blackouts[0]?.reason ?? '';
    findings.problem(at('schedule', 'blackouts'), 'room for a round', `windows that leave none (${reason})`, hint);
  }
};

const checkThresholds = ({ thresholds: { fails, of }, harm }: CanaryTarget, findings: Findings, at: PlaceOf): void => {
  if (fails > of)
    findings.problem(
      at('thresholds', 'fails'),
      `at most ${of}, which is \`of\``,
      String(fails),
      'fails counts among the last `of` results',
    );
  if (harm.backOffAtMostMs < harm.backOffMs) {
    const least = durationText(harm.backOffMs);
    findings.problem(at('harm', 'back-off-at-most'), `at least ${least}, which is back-off`, durationText(harm.backOffAtMostMs));
  }
};

interface Plan {
  /** Names of all destinations. */
  readonly destinations: readonly string[];
  /** Ids of all alert rules. */
  readonly rules: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Over all targets. */
  readonly budget: CanaryPlan['budget'];
  /** Whether what the target costs is known. */
  readonly isPriced: boolean;
}

/** Tells what is wrong with a whole target. */
export const checkTarget = (
  target: CanaryTarget,
  { destinations, rules, now, budget, isPriced }: Plan,
  findings: Findings,
  at: PlaceOf,
): void => {
  if (isPriced) checkBudget(target, budget, findings, at);
  warnOfUnpriced(target, budget, findings, at);
  checkSchedule(target, now, findings, at);
  checkThresholds(target, findings, at);
  for (const id of Object.keys(target.thresholds.rules ?? {})) {
    if (!rules.includes(id)) findings.problem(at('thresholds', 'rules', id), 'the id of an alert rule', `"${id}"`, nearestHint(id, rules));
  }
  target.alerts.forEach((name, index) => {
    if (!destinations.includes(name))
      findings.problem(at('alerts', index), 'the name of a destination', `"${name}"`, nearestHint(name, destinations));
  });
};
