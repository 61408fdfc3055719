/** What a plan comes to in the coming day, at worst, before anything is sent (issue 8). Pure. */
import type { Ceilings } from '../history/store.ts';
import type { CanaryPlan, CanaryTarget } from './config/canary-plan.ts';
import { durationText } from './config/duration.ts';
import { addedUp, worstCaseOf, worstCasesOf, type ScenarioCost, type WorstCase } from './config/worst-case.ts';
import { mostOf } from './round/spending.ts';
import { blackoutsBetween, type Blackout } from './schedule/blackouts.ts';
import { duesBetween } from './schedule/next-due.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A ceiling that the worst case is above. */
export interface Shortage {
  readonly span: 'hour' | 'day';
  /** The first window (UTC) in which it is so, and in how many. */
  readonly from: number;
  readonly windows: number;
  readonly amount: keyof WorstCase;
  readonly ceiling: number;
  readonly worst: number;
}

/** What is spent at worst in the busiest window, and what may be. */
export interface Span {
  readonly rounds: number;
  readonly worst: WorstCase;
  readonly ceilings: Ceilings;
}

export interface TargetForecast {
  readonly name: string;
  readonly url: string;
  readonly schedule: string;
  readonly scenarios: readonly ScenarioCost[];
  /** Scenarios that run only because the configuration names them. */
  readonly allowed: readonly string[];
  /** Due times of the coming day: all of them up to a hundred, else the first ones. */
  readonly times: readonly number[];
  readonly rounds: number;
  /** Due times that fall into a blackout. */
  readonly leftOut: number;
  readonly blackouts: readonly Blackout[];
  readonly round: Omit<Span, 'rounds'>;
  readonly busiestHour: Span;
  readonly busiestDay: Span;
  readonly shortages: readonly Shortage[];
}

export interface DryRun {
  readonly from: number;
  readonly to: number;
  readonly location: string;
  readonly targets: readonly TargetForecast[];
  readonly rounds: number;
  /** Over all targets. */
  readonly total: WorstCase;
  readonly busiestHour: Span;
  readonly busiestDay: Span;
  readonly shortages: readonly Shortage[];
}

const mostTimes = 100;
const mostBlackouts = 50;

const amounts = ['requests', 'inputTokens', 'outputTokens', 'seconds', 'usd'] as const;

const times = (worst: WorstCase, count: number): WorstCase => ({
  requests: worst.requests * count,
  inputTokens: worst.inputTokens * count,
  outputTokens: worst.outputTokens * count,
  seconds: worst.seconds * count,
  usd: worst.usd * count,
});

interface Window {
  readonly rounds: number;
  readonly worst: WorstCase;
}

/** Windows of a budget by their beginning. */
type Windows = ReadonlyMap<number, Window>;

const windowsOf = (dues: readonly number[], widthMs: number, round: WorstCase): Windows => {
  const counts = new Map<number, number>();
  for (const due of dues) {
    const start = due - (due % widthMs);
    counts.set(start, (counts.get(start) ?? 0) + 1);
  }
  return new Map([...counts].map(([start, rounds]) => [start, { rounds, worst: times(round, rounds) }]));
};

const together = (all: readonly Windows[]): Windows => {
  const sums = new Map<number, Window>();
  for (const [start, { rounds, worst }] of all.flatMap((windows) => [...windows])) {
    const before = sums.get(start);
    sums.set(start, before === undefined ? { rounds, worst } : { rounds: before.rounds + rounds, worst: addedUp([before.worst, worst]) });
  }
  return sums;
};

const busiest = (windows: Windows, ceilings: Ceilings): Span => {
  const [first] = [...windows.values()].sort((a, b) => b.rounds - a.rounds || b.worst.requests - a.worst.requests);
  return { rounds: first?.rounds ?? 0, worst: first?.worst ?? addedUp([]), ceilings };
};

const shortagesIn = (span: Shortage['span'], windows: Windows, ceilings: Ceilings): readonly Shortage[] =>
  amounts.flatMap((amount) => {
    const ceiling = ceilings[amount];
    if (ceiling === undefined) return [];
    const above = [...windows].filter(([, { worst }]) => worst[amount] > ceiling).sort(([a], [b]) => a - b);
    const [first] = above;
    if (first === undefined) return [];
    const worst = Math.max(...above.map(([, each]) => each.worst[amount]));
    return [{ span, from: first[0], windows: above.length, amount, ceiling, worst }];
  });

const scheduleText = ({ schedule: { when, jitterMs, timeZone } }: CanaryTarget): string => {
  const rhythm = 'cron' in when ? `cron ${when.cron} (${timeZone})` : `every ${durationText(when.everyMs)}`;
  return jitterMs === 0 ? rhythm : `${rhythm}, moved by up to ${durationText(jitterMs)}`;
};

interface Forecast {
  readonly target: TargetForecast;
  readonly hours: Windows;
  readonly days: Windows;
}

const duesOf = (target: CanaryTarget, from: number, to: number) => {
  const dues: number[] = [];
  let leftOut = 0;
  for (const { at, blackout } of duesBetween(target, from, to)) {
    if (blackout === undefined) dues.push(at);
    else leftOut += 1;
  }
  return { dues, leftOut };
};

const forecast = (target: CanaryTarget, from: number, to: number): Forecast => {
  const { budget } = target;
  const round: WorstCase = mostOf(worstCaseOf(target), budget.round);
  const { dues, leftOut } = duesOf(target, from, to);
  const hours = windowsOf(dues, hourMs, round);
  const days = windowsOf(dues, dayMs, round);
  return {
    hours,
    days,
    target: {
      name: target.name,
      url: target.url,
      schedule: scheduleText(target),
      scenarios: worstCasesOf(target),
      allowed: target.allowed,
      times: dues.slice(0, mostTimes),
      rounds: dues.length,
      leftOut,
      blackouts: blackoutsBetween(target.schedule, from, to).slice(0, mostBlackouts),
      round: { worst: round, ceilings: budget.round },
      busiestHour: busiest(hours, budget.hour),
      busiestDay: busiest(days, budget.day),
      shortages: [...shortagesIn('hour', hours, budget.hour), ...shortagesIn('day', days, budget.day)],
    },
  };
};

/**
 * The 24 hours after `from`: when each target is due, what its rounds cost at worst, and which ceilings that is above. Re-checks after
 * failures come on top, inside of the same ceilings.
 * @param from milliseconds since the epoch
 */
export const dryRun = (plan: Pick<CanaryPlan, 'targets' | 'budget' | 'location'>, from: number): DryRun => {
  const to = from + dayMs;
  const forecasts = plan.targets.map((target) => forecast(target, from, to));
  const [hours, days] = [together(forecasts.map((each) => each.hours)), together(forecasts.map((each) => each.days))];
  const { hour, day } = plan.budget;
  return {
    from,
    to,
    location: plan.location,
    targets: forecasts.map(({ target }) => target),
    rounds: forecasts.reduce((total, { target }) => total + target.rounds, 0),
    total: addedUp([...hours.values()].map(({ worst }) => worst)),
    busiestHour: busiest(hours, hour),
    busiestDay: busiest(days, day),
    shortages: [...shortagesIn('hour', hours, hour), ...shortagesIn('day', days, day)],
  };
};
