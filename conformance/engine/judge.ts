import type { Cell } from '#scenarios/kit/cell';
import { inconclusiveReasons, type Expectation, type InconclusiveReason, type Reading } from '#scenarios/kit/expectation';
import type { CallerSight, FullSight } from '#scenarios/kit/sight';

import { isOurFault } from '../transport/ending.ts';
import { boundedJson, boundedText } from './bounded-json.ts';
import type { ExpectationRecord, Verdict } from './records.ts';
import type { Redact } from './redact.ts';
import type { StepOutcome } from './steps.ts';

type Judged = Pick<ExpectationRecord, 'verdict' | 'expected' | 'actual' | 'evidence' | 'reason'>;

const because = (verdict: Verdict, reason: string): Judged => ({ verdict, reason });
/** A note may tell what the target said. */
const inconclusive = (reason: InconclusiveReason, note: string | undefined, redact: Redact): Judged =>
  because('inconclusive', `${reason}: ${boundedText(note ?? inconclusiveReasons[reason], redact)}`);

/** Only what the caller could see: a caller's check that peeks behind the proxy would hold here and be blind live. */
const callerOnly = (sight: FullSight): CallerSight => {
  const { upstreamCalls: _calls, accountCalls: _accountCalls, logs: _logs, ...seen } = sight;
  return seen;
};

const read = (expectation: Expectation<string>, sights: ReadonlyMap<string, FullSight>, cell: Cell): Reading =>
  expectation.side === 'caller'
    ? expectation.judge(Object.fromEntries([...sights].map(([step, sight]) => [step, callerOnly(sight)])), cell)
    : expectation.judge(Object.fromEntries(sights), cell);

/** A truth that "holds" though no status line, no upstream call and nothing of an action was seen was not exercised, so it cannot pass. */
const nothingSeen = (sights: readonly FullSight[]): boolean =>
  sights.every((sight) => sight.status === 0 && sight.upstreamCalls.length === 0 && sight.action === undefined);

const judgedFrom = (reading: Reading, sights: readonly FullSight[], redact: Redact): Judged => {
  if (reading.kind === 'cannot-tell') return inconclusive(reading.reason, reading.note, redact);
  if (reading.kind === 'holds') {
    const silent = sights.find((sight) => sight.status === 0);
    return nothingSeen(sights)
      ? inconclusive('no-answer', `the exchange ended as ${silent?.end ?? 'unknown'}`, redact)
      : { verdict: 'pass' };
  }
  if (reading.kind !== 'deviates') return because('error', 'the check returned no reading');
  return {
    verdict: 'fail',
    expected: boundedJson(reading.expected, redact),
    actual: boundedJson(reading.actual, redact),
    ...(reading.evidence !== undefined && { evidence: boundedText(reading.evidence, redact) }),
  };
};

const unreachable = (sights: readonly FullSight[]): Judged | undefined => {
  const refused = sights.find((sight) => sight.status === 0 && sight.end === 'refused');
  return refused && because('unreachable', `no connection to the target: ${refused.errorCode ?? 'refused'}`);
};

const unsendable = (sights: readonly FullSight[]): Judged | undefined => {
  const faulty = sights.find((sight) => sight.status === 0 && isOurFault(sight.errorCode));
  return faulty && because('error', `the probe cannot be sent as defined: ${faulty.errorCode ?? ''}`);
};

const judgeSights = (expectation: Expectation<string>, sights: ReadonlyMap<string, FullSight>, cell: Cell, redact: Redact): Judged => {
  const all = [...sights.values()];
  const withoutReading = unsendable(all) ?? unreachable(all);
  if (withoutReading !== undefined) return withoutReading;
  try {
    return judgedFrom(read(expectation, sights, cell), all, redact);
  } catch (error) {
    return because('error', boundedText(`the check itself failed: ${error instanceof Error ? error.message : String(error)}`, redact));
  }
};

/** Judges one expectation by what its steps showed. A check that throws is our fault, not the target's. */
export const judgeExpectation = (
  expectation: Expectation<string>,
  outcomes: ReadonlyMap<string, StepOutcome>,
  cell: Cell,
  redact: Redact,
): ExpectationRecord => {
  const { id, level, side } = expectation;
  const sights = new Map<string, FullSight>();
  for (const step of expectation.steps) {
    const outcome = outcomes.get(step);
    if (outcome === undefined) return { id, level, side, ...because('error', `there is no step "${step}" in this cell`) };
    if (outcome.kind === 'skipped') return { id, level, side, ...inconclusive(outcome.reason, outcome.note, redact) };
    sights.set(step, outcome.sight);
  }
  return { id, level, side, ...judgeSights(expectation, sights, cell, redact) };
};
