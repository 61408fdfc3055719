import { usdFor } from '../../engine/budget.ts';
import type { ResultRecord, Verdict } from '../../engine/records.ts';
import type { Redact } from '../../engine/redact.ts';
import type { ProbeResult, Round } from '../../history/records.ts';
import type { CanaryTarget } from '../config/canary-plan.ts';
import { evidenceOf } from './evidence.ts';
import { resultId } from './round-id.ts';

/** A record, and when its first request was about to be sent. */
export interface Asked {
  readonly record: ResultRecord;
  readonly at: number;
}

const fromWorst: readonly Verdict[] = ['fail', 'error', 'unreachable', 'inconclusive', 'pass', 'unsupported'];

const neverAsked = /^(?:budget-spent|held-back): /;
const tooDear = /^budget-spent: /;

/** A check whose requests were not all sent, for such a reason. */
const unsent = ({ record: { expectations } }: Asked, why: RegExp): string | undefined =>
  expectations.find(({ verdict, reason }) => verdict === 'inconclusive' && why.test(reason ?? ''))?.reason;

/** False where nothing was learnt, because the budget, a switch or the profile stood before it. */
const tellsSomething = (asked: Asked): boolean =>
  asked.record.verdict !== 'unsupported' && !(asked.record.verdict === 'inconclusive' && unsent(asked, neverAsked) !== undefined);

/** The sentence of the ceiling that kept a request from being sent. */
export const tooDearBecause = (asked: Asked): string | undefined => unsent(asked, tooDear)?.replace(tooDear, '');

/** No connection, or the network's fault by what was seen of it. */
export const blamesNetwork = ({ record: { verdict, expectations } }: Asked): boolean =>
  verdict === 'unreachable' || (verdict === 'fail' && expectations.some(({ attribution }) => attribution?.at === 'network'));

const longestReason = 500;

const warned = ({ verdict, expectations }: ResultRecord): boolean =>
  verdict === 'pass' && expectations.some((each) => each.level === 'should' && each.verdict === 'fail');

const faultOf = ({ expectations }: ResultRecord, redact: Redact): Pick<ProbeResult, 'fault'> => {
  const fault = expectations.find(({ attribution }) => attribution !== undefined)?.attribution;
  return fault === undefined ? {} : { fault: { at: fault.at, because: redact(fault.because).slice(0, longestReason) } };
};

const timesOf = ({ timing }: ResultRecord): Pick<ProbeResult, 'firstByteMs' | 'totalMs'> => ({
  ...(timing?.firstByteMs !== undefined && { firstByteMs: timing.firstByteMs }),
  ...(timing !== undefined && { totalMs: timing.totalMs }),
});

const probeResult = ({ record, at }: Asked, index: number, about: ResultsAbout): ProbeResult => {
  const { round, target, redact } = about;
  const evidence = evidenceOf(record, redact);
  return {
    id: resultId(round.id, index),
    round: round.id,
    target: round.target,
    location: round.location,
    scenario: record.scenario,
    row: record.row,
    at,
    durationMs: record.durationMs,
    verdict: record.verdict,
    warned: warned(record),
    ...(record.reason !== undefined && { reason: redact(record.reason).slice(0, longestReason) }),
    spent: { ...record.cost, usd: usdFor(record.cost, target.prices) },
    ...timesOf(record),
    ...faultOf(record, redact),
    ...(record.diagnosis !== undefined && { diagnosis: record.diagnosis }),
    ...(record.knownFailure !== undefined && { known: record.knownFailure }),
    ...(evidence !== undefined && { evidence }),
  };
};

interface ResultsAbout {
  readonly round: Pick<Round, 'id' | 'target' | 'location'>;
  readonly target: Pick<CanaryTarget, 'prices'>;
  readonly redact: Redact;
}

/** One result for each scenario that was asked, the worst where there are several, in the order of the scenarios' ids. */
export const probeResults = (asked: readonly Asked[], about: ResultsAbout): readonly ProbeResult[] => {
  const worst = new Map<string, Asked>();
  for (const each of asked.filter(tellsSomething)) {
    const other = worst.get(each.record.scenario);
    const isWorse = other === undefined || fromWorst.indexOf(each.record.verdict) < fromWorst.indexOf(other.record.verdict);
    if (isWorse) worst.set(each.record.scenario, each);
  }
  return [...worst.values()]
    .sort((a, b) => (a.record.scenario < b.record.scenario ? -1 : 1))
    .map((each, index) => probeResult(each, index, about));
};
