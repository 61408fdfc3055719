/** A dry run in words, and as JSON for programs. */
import type { Ceilings } from '../history/store.ts';
import { printable } from '../reporters/printable.ts';
import { columnsOf } from '../text-layout.ts';
import type { WorstCase } from './config/worst-case.ts';
import type { DryRun, Shortage, Span, TargetForecast } from './dry-run.ts';

const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

/** To the second: nobody plans by milliseconds. */
const clockTime = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const money = (usd: number): string => (usd === 0 ? '0' : usd.toFixed(usd < 1 ? 4 : 2));
const rounded = (value: number): string => String(Math.ceil(value * 10) / 10);

const amountTexts = ({ requests, inputTokens, outputTokens, seconds, usd }: Ceilings): readonly string[] => {
  const whole = [requests, inputTokens, outputTokens].map((value) => (value === undefined ? '-' : String(value)));
  return [...whole, seconds === undefined ? '-' : rounded(seconds), usd === undefined ? '-' : money(usd)];
};

const heads = ['requests', 'input tokens', 'output tokens', 'seconds', 'USD'];

/** Numbers to the right, so that they can be compared. */
const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = heads.map((_, index) => Math.max(...rows.map((row) => row[index + 1]?.length ?? 0)));
  return columnsOf(rows.map(([name = '', ...cells]) => [name, ...cells.map((cell, index) => cell.padStart(widths[index] ?? 0))]));
};

const spanRows = (name: string, { worst, ceilings }: Omit<Span, 'rounds'>): readonly (readonly string[])[] => [
  [name, ...amountTexts(worst)],
  ['  ceiling', ...amountTexts(ceilings)],
];

const busyRows = (name: string, span: Span): readonly (readonly string[])[] =>
  spanRows(`busiest ${name}, ${plural(span.rounds, 'round')}`, span);

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === '' ? '' : `  ${line}`));

const amountNames: Readonly<Record<keyof WorstCase, string>> = {
  requests: 'requests',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  seconds: 'seconds',
  usd: 'US dollars',
};

const shortageText = ({ span, from, windows, amount, ceiling, worst }: Shortage): string => {
  const where = windows === 1 ? `in the ${span} from ${iso(from)}` : `in ${windows} ${span}s, the first from ${iso(from)},`;
  const [most, limit] = amount === 'usd' ? [money(worst), money(ceiling)] : [rounded(worst), rounded(ceiling)];
  return `does not fit: ${where} rounds may need ${most} ${amountNames[amount]}, the ceiling is ${limit}; what is above it is not sent`;
};

const shownTimes = 5;

const timesText = ({ rounds, times, leftOut }: TargetForecast): string => {
  const inBlackout = leftOut === 0 ? '' : `; ${leftOut} more fall into blackouts`;
  if (rounds === 0) return `none${inBlackout}`;
  const first = times.slice(0, shownTimes).map(clockTime).join(', ');
  return `${rounds}: ${first}${rounds > shownTimes ? ', ...' : ''}${inBlackout}`;
};

const scenarioTable = ({ scenarios, allowed }: TargetForecast): readonly string[] =>
  table([
    ['scenario', ...heads],
    ...scenarios.map(({ scenario, row, worst }) => [
      `${scenario} (${typeof row === 'number' ? `row ${row}` : row})${allowed.includes(scenario) ? ', ALLOWED by name' : ''}`,
      ...amountTexts(worst),
    ]),
  ]);

const mostNamed = 5;

const likeIt = (names: readonly string[]): readonly string[] => {
  if (names.length === 0) return [];
  const shown = names.slice(0, mostNamed).join(', ');
  return [`and ${names.length} more like it: ${shown}${names.length > mostNamed ? ', ...' : ''}`];
};

const targetLines = (forecast: TargetForecast, alike: readonly string[]): readonly string[] => {
  const { name, url, schedule, round, busiestHour, busiestDay, blackouts, shortages } = forecast;
  return [
    `${name}  ${printable(url)}`,
    ...indented([
      ...likeIt(alike),
      `when    ${schedule}`,
      `rounds  ${timesText(forecast)}`,
      ...blackouts.map(({ from, to, reason }) => `blackout ${iso(from)} to ${iso(to)}: ${printable(reason)}`),
      '',
      ...scenarioTable(forecast),
      '',
      ...table([
        ['worst case', ...heads],
        ...spanRows('one round', round),
        ...busyRows('hour', busiestHour),
        ...busyRows('day (UTC)', busiestDay),
      ]),
      ...shortages.map(shortageText),
    ]),
    '',
  ];
};

/** Targets of which the same can be said. Due times differ between them, so the first one's stand for all. */
const sameness = ({ schedule, scenarios, allowed, round, shortages, busiestHour, busiestDay, leftOut }: TargetForecast): string =>
  JSON.stringify([schedule, scenarios, allowed, round, shortages.length, busiestHour.ceilings, busiestDay.ceilings, leftOut > 0]);

/** So many targets are told one by one. */
const fewTargets = 5;

const grouped = (targets: readonly TargetForecast[]): readonly (readonly TargetForecast[])[] => {
  if (targets.length <= fewTargets) return targets.map((target) => [target]);
  const groups = new Map<string, TargetForecast[]>();
  for (const target of targets) {
    const key = sameness(target);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [target]);
    else group.push(target);
  }
  return [...groups.values()];
};

const groupLines = ([first, ...rest]: readonly TargetForecast[]): readonly string[] =>
  first === undefined
    ? []
    : targetLines(
        first,
        rest.map(({ name }) => name),
      );

const allTargets = ({ rounds, total, busiestHour, busiestDay, shortages }: DryRun): readonly string[] => [
  `All targets together: ${plural(rounds, 'round')}`,
  ...indented([
    ...table([
      ['worst case', ...heads],
      ['24 hours', ...amountTexts(total)],
      ...busyRows('hour', busiestHour),
      ...busyRows('day (UTC)', busiestDay),
    ]),
    ...shortages.map(shortageText),
  ]),
];

/** For people. */
export const dryRunText = (run: DryRun): string =>
  [
    `The 24 hours from ${iso(run.from)}, times in UTC, location ${run.location}. Nothing was sent.`,
    '',
    ...grouped(run.targets).flatMap(groupLines),
    ...allTargets(run),
    '',
    'A scenario that fails is asked again soon after (confirm-after), inside of the same ceilings.',
    '',
  ].join('\n');

/** For programs; times are ISO 8601. `wireproof.dry-run/v1` is only ever added to. */
export const dryRunJson = (run: DryRun): Readonly<Record<string, unknown>> => {
  const shortages = (found: readonly Shortage[]) => found.map((each) => ({ ...each, from: iso(each.from) }));
  return {
    schema: 'wireproof.dry-run/v1',
    ...run,
    from: iso(run.from),
    to: iso(run.to),
    shortages: shortages(run.shortages),
    targets: run.targets.map((target) => ({
      ...target,
      times: target.times.map(iso),
      blackouts: target.blackouts.map(({ from, to, reason }) => ({ from: iso(from), to: iso(to), reason })),
      shortages: shortages(target.shortages),
    })),
  };
};
