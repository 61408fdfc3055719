import type { Exchange } from '#fixtures/exchange';
import { cellName, type Cell } from '#scenarios/kit/cell';
import type { Scenario } from '#scenarios/kit/scenario';

import type { Report } from '../../engine/records.ts';
import { runSuite } from '../../engine/run.ts';
import { referenceTarget } from '../../targets/reference-proxy.ts';
import type { DriftReport, ReportedChange } from '../drift-report.ts';
import { playsOf } from '../noticing.ts';
import { asAskedIn } from '../pools.ts';
import type { Sample } from '../sample.ts';
import { exchangeOfSample } from '../sample-exchange.ts';
import { isOfKind, startStandIn } from './stand-in.ts';

/** What was said before and what is said now, to the same request. */
interface Pair {
  readonly before: Sample;
  readonly after: Sample;
}

type Noticed = NonNullable<ReportedChange['noticed']>;

export interface NoticeOptions {
  readonly scenarios: readonly Scenario[];
  readonly signal: AbortSignal;
}

/** More answers than these are not tried: each takes two runs of some seconds. */
export const mostTried = 4;

/** Correlation tokens of both runs are the same. */
const seed = 9;

/** Cells in which an answer of this kind is played, of scenarios that need no ground of their own. */
const placesFor = (kind: Sample, scenarios: readonly Scenario[]): ReadonlyMap<Scenario, ReadonlySet<Cell>> => {
  const { surface } = kind;
  const stream = kind.body.form === 'events';
  if (surface === undefined) return new Map();
  const plays = ({ upstream }: Scenario, cell: Cell): boolean =>
    cell.upstream === surface && cell.stream === stream && playsOf(upstream(cell), surface, stream).some((play) => isOfKind(play, kind));
  const places = scenarios
    .filter(({ ground }) => ground === undefined)
    .map((scenario) => [scenario, new Set(scenario.cells.filter((cell) => plays(scenario, cell)))] as const);
  return new Map(places.filter(([, cells]) => cells.size > 0));
};

const checksOf = ({ results }: Report) =>
  results.flatMap(({ scenario, dialect, upstream, stream, expectations }) =>
    expectations.map(({ id, verdict }) => ({
      place: `${scenario} ${cellName({ client: dialect, upstream, stream })} ${id}`,
      scenario,
      check: id,
      verdict,
    })),
  );

/** The first check, in the order of the page, that held with the former answer and deviates with the new one. */
const firstNotice = (before: Report, after: Report): Pick<Noticed, 'scenario' | 'check'> => {
  const held = new Set(checksOf(before).flatMap(({ place, verdict }) => (verdict === 'pass' ? [place] : [])));
  const first = checksOf(after).find(({ place, verdict }) => verdict === 'fail' && held.has(place));
  return first === undefined ? {} : { scenario: first.scenario, check: first.check };
};

/** `undefined` where a run was stopped: what it did not come to says nothing. */
const notice = async ({ before, after }: Pair, { scenarios, signal }: NoticeOptions): Promise<Noticed | undefined> => {
  const places = placesFor(before, scenarios);
  if (places.size === 0) return { ran: 0 };
  const target = await referenceTarget();
  const judge = (made: Exchange): Promise<Report> =>
    runSuite({
      scenarios: [...places.keys()],
      target,
      arms: ['remedy'],
      seed,
      runId: 'drift',
      only: ({ scenario, cell }) => places.get(scenario)?.has(cell) === true,
      startUpstream: (options) => startStandIn(before, made, options),
      signal,
    });
  const [was, is] = [exchangeOfSample(before), exchangeOfSample(after)];
  if (was === undefined || is === undefined) return { ran: 0 };
  const old = await judge(was);
  const now = old.run.complete ? await judge(is) : undefined;
  if (now?.run.complete !== true) return undefined;
  return { ran: places.size, ...firstNotice(old, now) };
};

const pairOf = ({ seenIn }: ReportedChange, old: readonly Sample[], fresh: readonly Sample[]): Pair | undefined => {
  const after = fresh.find(({ id }) => seenIn.includes(id));
  const group = old.filter((one) => one.group === after?.group && (one.unread ?? one.noAnswer) === undefined);
  const [before] = group;
  return after === undefined || before === undefined ? undefined : { before, after: asAskedIn(group, after) };
};

/**
 * Finds out which scenario would be the first to notice each change: those that play an answer of its kind are run against the reference
 * proxy, once with the former answer and once with the new one in its place. A scenario notices a whole answer: where an answer has
 * several changes, they all get the same name. Answers of the worst changes are tried first, `mostTried` at most (issue 9).
 * @returns the report with `noticed` at the changes whose answer was tried
 */
export const noticedByRun = async (
  report: DriftReport,
  old: readonly Sample[],
  fresh: readonly Sample[],
  options: NoticeOptions,
): Promise<DriftReport> => {
  const tried = new Map<string, Noticed | undefined>();
  const changes: ReportedChange[] = [];
  for (const change of report.changes) {
    const pair = pairOf(change, old, fresh);
    const key = pair?.after.id ?? '';
    if (pair !== undefined && !tried.has(key) && tried.size < mostTried && !options.signal.aborted)
      tried.set(key, await notice(pair, options));
    const noticed = tried.get(key);
    changes.push(noticed === undefined ? change : { ...change, noticed });
  }
  return { ...report, changes };
};
