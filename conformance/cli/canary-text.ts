import type { CanaryPlan } from '../canary/config/canary-plan.ts';
import { addedUp, worstCaseOf, type WorstCase } from '../canary/config/worst-case.ts';
import type { Visits } from '../canary/daemon/visit-once.ts';
import { nextDue } from '../canary/schedule/next-due.ts';
import type { ProbeResult } from '../history/records.ts';
import type { RoundWritten } from '../outputs/output.ts';
import type { Palette } from '../reporters/palette.ts';
import { printable, shortened } from '../reporters/printable.ts';
import { columnsOf, wrapped } from '../text-layout.ts';

const widthOfText = 100;

const dollars = (usd: number): string => `$${usd.toFixed(usd !== 0 && usd < 1 ? 4 : 2)}`;

const count = (results: readonly ProbeResult[], of: (result: ProbeResult) => boolean): string => String(results.filter(of).length);

const isNews = ({ verdict, known }: ProbeResult): boolean => verdict === 'fail' && known === undefined;
const isKnown = ({ verdict, known }: ProbeResult): boolean => verdict === 'fail' && known !== undefined;
const isOther = ({ verdict }: ProbeResult): boolean => verdict !== 'pass' && verdict !== 'fail';

const row = ({ target, round, results }: RoundWritten): readonly string[] => [
  target.name,
  round.outcome === 'complete' ? 'complete' : `${round.outcome} (${round.cause ?? 'unknown'})`,
  count(results, ({ verdict }) => verdict === 'pass'),
  count(results, isNews),
  count(results, isKnown),
  count(results, isOther),
  String(round.spent.requests),
  String(round.spent.inputTokens + round.spent.outputTokens),
  dollars(round.spent.usd),
];

const head = ['target', 'round', 'pass', 'fail', 'known', 'other', 'requests', 'tokens', 'cost'];

const rowName = ({ row: name }: ProbeResult): string => (typeof name === 'number' ? `row ${name}` : name);

/** Why, in the page's words where the row was named, else in those of the first check that says what came; of one that saw nothing, why not. */
const because = ({ diagnosis, evidence, reason = '' }: ProbeResult): string => {
  if (diagnosis !== undefined) return diagnosis.symptom;
  const check = evidence?.checks.find(({ expected, actual }) => expected !== undefined || actual !== undefined);
  if (check === undefined) return reason;
  return `${check.id}: expected ${shortened(check.expected ?? 'otherwise')}, got ${shortened(check.actual ?? check.evidence ?? 'something else')}`;
};

const trouble = (result: ProbeResult, paint: Palette): readonly string[] => {
  const { target, scenario, verdict, known, diagnosis, fault } = result;
  const what = known === undefined ? paint.verdict[verdict](verdict) : paint.dim('known failure');
  return [
    `${what}  ${printable(target)}  ${scenario}  (${rowName(result)})`,
    ...wrapped(printable(because(result)), widthOfText, '    '),
    ...(fault === undefined ? [] : wrapped(`fault: ${fault.at}, ${printable(fault.because)}`, widthOfText, '    ')),
    ...(diagnosis === undefined ? [] : wrapped(`remedy: ${diagnosis.remediation}`, widthOfText, '    ')),
  ];
};

const notes = ({ written, lost, skipped }: Visits): readonly string[] => [
  ...written.flatMap(({ round }) => (round.note === undefined ? [] : [`${round.target}: ${round.note}`])),
  ...lost.map(({ target, because: why }) => `${target}: not written: ${why}`),
  ...skipped.map(({ target, reason }) => `${target}: not asked, blackout: ${reason}`),
];

/** What one visit to each target came to. */
export const visitsText = (visits: Visits, paint: Palette): string => {
  const [first = '', ...rows] = columnsOf([head, ...visits.written.map(row)]);
  const wrong = visits.written.flatMap(({ results }) => results.filter(({ verdict }) => verdict !== 'pass'));
  const told = visits.written.flatMap(({ decision }) => decision.events);
  const lines = [
    paint.bold(first),
    ...rows,
    ...wrong.flatMap((result) => ['', ...trouble(result, paint)]),
    ...(told.length === 0 ? [] : ['']),
    ...told.map(({ kind, incident }) => `incident ${kind}: ${printable(`${incident.target}: ${incident.title}`)}`),
    ...notes(visits).map((note) => printable(note)),
  ];
  return `${lines.join('\n')}\n`;
};

const dayMs = 86_400_000;
/** A target that is due every second is not counted round by round. */
const mostCounted = 5_000;

const roundsPerDay = (target: CanaryPlan['targets'][number], from: number): number => {
  const { when } = target.schedule;
  if ('everyMs' in when) return Math.ceil(dayMs / when.everyMs);
  let rounds = 0;
  let due = nextDue(target, from);
  while (due !== undefined && due < from + dayMs && rounds < mostCounted) {
    rounds += 1;
    due = nextDue(target, due);
  }
  return rounds;
};

const least = (amount: number, ceiling: number | undefined): number => Math.min(amount, ceiling ?? amount);

const within = (worst: WorstCase, { day }: CanaryPlan['budget']): WorstCase => ({
  requests: least(worst.requests, day.requests),
  inputTokens: least(worst.inputTokens, day.inputTokens),
  outputTokens: least(worst.outputTokens, day.outputTokens),
  seconds: least(worst.seconds, day.seconds),
  usd: least(worst.usd, day.usd),
});

const times = (worst: WorstCase, rounds: number): WorstCase => ({
  requests: worst.requests * rounds,
  inputTokens: worst.inputTokens * rounds,
  outputTokens: worst.outputTokens * rounds,
  seconds: worst.seconds * rounds,
  usd: worst.usd * rounds,
});

/** What a day costs at most: every round at its worst, no more than the ceilings of the day. */
const worstDay = ({ targets, budget }: CanaryPlan, now: number): WorstCase =>
  within(addedUp(targets.map((target) => within(times(worstCaseOf(target), roundsPerDay(target, now)), target.budget))), budget);

/** The first lines of a canary that goes on: where it is seen, what it watches, and what a day costs at most. */
export const startText = (plan: CanaryPlan, now: number, about: { readonly url?: string; readonly history: string }): string => {
  const { requests, inputTokens, outputTokens, usd } = worstDay(plan, now);
  const targets = `${plan.targets.length} ${plan.targets.length === 1 ? 'target' : 'targets'}`;
  const lines = [
    `canary of ${targets} from ${plan.location}, history in ${printable(about.history)}`,
    `at worst in a day: ${requests} requests, ${inputTokens} input and ${outputTokens} output tokens, ${dollars(usd)}`,
    ...(about.url === undefined ? [] : [`status page ${about.url}/, metrics ${about.url}/metrics, control ${about.url}/-/`]),
  ];
  return `${lines.join('\n')}\n`;
};
