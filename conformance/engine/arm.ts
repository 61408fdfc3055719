import type { RunningTarget } from '../targets/target.ts';
import { judgeExpectation } from './judge.ts';
import type { PlannedArm } from './plan.ts';
import type { ExpectationRecord, ResultRecord } from './records.ts';
import { redactor, secretsIn, type Redact } from './redact.ts';
import { runSteps, type ArmWorld, type StepOutcome } from './steps.ts';
import { traceOf } from './trace.ts';
import { usageOf } from './usage.ts';
import { verdictOfAllHold, verdictOfSymptom, type ArmVerdict } from './verdict.ts';

/** A record, and what the baseline needs to know of it. */
export interface ArmResult {
  readonly record: ResultRecord;
  readonly culprits: readonly string[];
}

const noCost = { requests: 0, inputTokens: 0, outputTokens: 0 };

const identity = ({ scenario, cell, arm }: PlannedArm) => ({
  scenario: scenario.id,
  row: scenario.matrixRow,
  arm,
  dialect: cell.client,
  upstream: cell.upstream,
  stream: cell.stream,
});

/** The record of an arm for which no request was sent. */
export const unrunResult = (planned: PlannedArm, verdict: 'unsupported' | 'unreachable' | 'error', reason: string): ArmResult => ({
  record: { ...identity(planned), verdict, reason, durationMs: 0, cost: noCost, expectations: [] },
  culprits: [],
});

const costOf = (outcomes: ReadonlyMap<string, StepOutcome>): ResultRecord['cost'] =>
  [...outcomes.values()].reduce((total, outcome) => {
    if (outcome.kind !== 'seen') return total;
    const usage = usageOf(outcome.sight);
    return {
      requests: total.requests + 1,
      inputTokens: total.inputTokens + usage.inputTokens,
      outputTokens: total.outputTokens + usage.outputTokens,
    };
  }, noCost);

const foretoldMarked = (records: readonly ExpectationRecord[], foretold: readonly string[]): readonly ExpectationRecord[] =>
  records.map((record) => (foretold.includes(record.id) && record.verdict === 'fail' ? { ...record, foretold: true } : record));

const judged = (planned: PlannedArm, records: readonly ExpectationRecord[], foretold: readonly string[]): ArmVerdict =>
  planned.arm === 'symptom' ? verdictOfSymptom(records, foretold) : verdictOfAllHold(records);

/**
 * The row is named when what deviates is what the row foretells and something else of it holds: a target that fails every check has
 * another trouble. A symptom arm that went wrong always says which row it was about.
 */
const diagnosisOf = (planned: PlannedArm, records: readonly ExpectationRecord[], verdict: ArmVerdict, foretold: readonly string[]) => {
  if (!verdict.unexpected) return {};
  const looksLikeIt =
    records.some((record) => record.verdict === 'fail' && foretold.includes(record.id)) &&
    records.some((record) => record.verdict === 'pass' && !foretold.includes(record.id));
  if (planned.arm !== 'symptom' && !looksLikeIt) return {};
  return { diagnosis: { row: planned.scenario.matrixRow, ...planned.scenario.diagnosis } };
};

const recordOf = (
  planned: PlannedArm,
  outcomes: ReadonlyMap<string, StepOutcome>,
  options: { readonly redact: Redact; readonly durationMs: number; readonly keepTrace: boolean },
): ArmResult => {
  const foretold = planned.scenario.symptom.violates(planned.cell);
  const plain = planned.expectations.map((each) => judgeExpectation(each, outcomes, planned.cell, options.redact));
  const records = planned.arm === 'symptom' ? foretoldMarked(plain, foretold) : plain;
  const verdict = judged(planned, records, foretold);
  const record: ResultRecord = {
    ...identity(planned),
    verdict: verdict.verdict,
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    durationMs: options.durationMs,
    cost: costOf(outcomes),
    expectations: [...records],
    ...((verdict.unexpected || options.keepTrace) && { trace: traceOf(outcomes, options.redact) }),
    ...diagnosisOf(planned, records, verdict, foretold),
  };
  return { record, culprits: verdict.culprits };
};

const secretsOf = (target: RunningTarget, planned: PlannedArm): readonly string[] => secretsIn(target.headers(planned.cell));

/** Runs, judges and records one arm. Whatever its definition throws becomes an `error` record. */
export const runArm = async (planned: PlannedArm, world: ArmWorld, keepTrace: boolean): Promise<ArmResult> => {
  const startedAt = world.now();
  try {
    const script = planned.scenario.upstream(planned.cell);
    const outcomes = await runSteps(world, { cell: planned.cell, script }, planned.steps);
    const redact = redactor(secretsOf(world.target, planned));
    return recordOf(planned, outcomes, { redact, durationMs: Math.max(0, world.now() - startedAt), keepTrace });
  } catch (error) {
    return unrunResult(planned, 'error', error instanceof Error ? error.message : String(error));
  }
};
