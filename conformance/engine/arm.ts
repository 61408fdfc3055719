import { attributed, sightsOf } from './attribute-checks.ts';
import { claimSigns, type ClaimSign } from './claims.ts';
import { compareDirectly } from './differential.ts';
import { judgeExpectation } from './judge.ts';
import type { PlannedArm } from './plan.ts';
import type { ExpectationRecord, ResultRecord, Verdict } from './records.ts';
import { redactor, secretsIn, type Redact } from './redact.ts';
import { repeatsOf } from './repeat.ts';
import { runSteps, type ArmWorld, type StepOutcome } from './steps.ts';
import { traceOf } from './trace.ts';
import { usageOf } from './usage.ts';
import { verdictOfAllHold, verdictOfSymptom, type ArmVerdict } from './verdict.ts';

/** A record, and what the baseline needs to know of it. */
export interface ArmResult {
  readonly record: ResultRecord;
  readonly culprits: readonly string[];
  /** What the answers say about claims of the profile; absent where the setting is not the target's own. */
  readonly signs?: readonly ClaimSign[];
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
export const unrunResult = (planned: PlannedArm, verdict: Exclude<Verdict, 'pass' | 'fail'>, reason: string): ArmResult => ({
  record: { ...identity(planned), verdict, reason, durationMs: 0, cost: noCost, expectations: [] },
  culprits: [],
});

const costOf = (outcomes: ReadonlyMap<string, StepOutcome>): ResultRecord['cost'] =>
  [...outcomes.values()].reduce((total, outcome) => {
    if (outcome.kind !== 'seen' || outcome.borrowed === true) return total;
    const usage = usageOf(outcome.sight);
    return {
      requests: total.requests + 1,
      inputTokens: total.inputTokens + usage.inputTokens,
      outputTokens: total.outputTokens + usage.outputTokens,
    };
  }, noCost);

/** Of the slowest step that had an answer; one that is shared with another arm took this one as long. */
const timingOf = ({ arm }: PlannedArm, outcomes: ReadonlyMap<string, StepOutcome>): Pick<ResultRecord, 'timing'> => {
  if (arm !== 'canary') return {};
  const answered = [...outcomes.values()].flatMap((outcome) =>
    outcome.kind === 'seen' && outcome.sight.status > 0 ? [outcome.sight] : [],
  );
  const slowest = answered.sort((a, b) => b.durationMs - a.durationMs)[0];
  if (slowest === undefined) return {};
  const { durationMs: totalMs, firstByteMs } = slowest;
  return { timing: { ...(firstByteMs !== undefined && { firstByteMs }), totalMs } };
};

const foretoldMarked = (records: readonly ExpectationRecord[], foretold: readonly string[]): readonly ExpectationRecord[] =>
  records.map((record) => (foretold.includes(record.id) && record.verdict === 'fail' ? { ...record, foretold: true } : record));

const judged = (planned: PlannedArm, records: readonly ExpectationRecord[], foretold: readonly string[]): ArmVerdict =>
  planned.arm === 'symptom' ? verdictOfSymptom(records, foretold) : verdictOfAllHold(records);

const isThisTrouble = (records: readonly ExpectationRecord[], foretold: readonly string[]): boolean => {
  const failed = records.filter(({ level, verdict }) => level === 'must' && verdict === 'fail');
  return failed.length > 0 && failed.every(({ id }) => foretold.includes(id));
};

/**
 * The row is named when what deviates is what the row foretells and something else of it holds: a target that fails every check has
 * another trouble. Of a live one nothing is known but what its caller sees: it is named when some `must` fails, and none that the row
 * does not foretell. A symptom arm that went wrong always says which row it was about.
 */
const diagnosisOf = (planned: PlannedArm, records: readonly ExpectationRecord[], verdict: ArmVerdict, foretold: readonly string[]) => {
  if (!verdict.unexpected) return {};
  const looksLikeIt =
    records.some((record) => record.verdict === 'fail' && foretold.includes(record.id)) &&
    records.some((record) => record.verdict === 'pass' && !foretold.includes(record.id));
  if (planned.arm !== 'symptom' && !looksLikeIt) return {};
  if (planned.arm === 'canary' && !isThisTrouble(records, foretold)) return {};
  return { diagnosis: { row: planned.scenario.matrixRow, ...planned.scenario.diagnosis } };
};

type Outcomes = ReadonlyMap<string, StepOutcome>;

/** Each step with the direct one beside it, so that the two traces stand side by side. */
const sideBySide = (proxied: Outcomes, direct: Outcomes): Outcomes =>
  new Map(
    [...proxied].flatMap(([step, outcome]) => {
      const beside = direct.get(step);
      return beside === undefined
        ? [[step, outcome] as const]
        : ([
            [step, outcome],
            [`${step} (direct)`, beside],
          ] as const);
    }),
  );

const judgeArm = (planned: PlannedArm, outcomes: Outcomes, redact: Redact) => {
  const foretold = planned.scenario.symptom.violates(planned.cell);
  const plain = planned.expectations.map((each) => judgeExpectation(each, outcomes, planned.cell, redact));
  const records = planned.arm === 'symptom' ? foretoldMarked(plain, foretold) : plain;
  return { foretold, records, verdict: judged(planned, records, foretold) };
};

/** In the symptom arm the target is made to deviate, and a remedy arm's setting is the scenario's: neither says what the target is. */
const signsOf = ({ arm, cell }: PlannedArm, outcomes: Outcomes): Pick<ArmResult, 'signs'> =>
  arm === 'conformance' || arm === 'canary' ? { signs: claimSigns(sightsOf(outcomes, [...outcomes.keys()]), cell) } : {};

const recordOf = async (
  planned: PlannedArm,
  world: ArmWorld,
  outcomes: Outcomes,
  keepTrace: boolean,
): Promise<Omit<ArmResult, 'signs'>> => {
  const redact = redactor(secretsOf(world, planned));
  const { foretold, records, verdict } = judgeArm(planned, outcomes, redact);
  const compared = await compareDirectly(world, planned, { records, proxied: outcomes, redact });
  const all = sideBySide(outcomes, compared.outcomes);
  const record: ResultRecord = {
    ...identity(planned),
    ...(world.target.ground !== undefined && { ground: [...world.target.ground] }),
    verdict: verdict.verdict,
    ...(verdict.reason !== undefined && { reason: verdict.reason }),
    durationMs: 0,
    cost: costOf(all),
    ...timingOf(planned, outcomes),
    expectations: attributed(planned, world, outcomes, { records, compared, redact }),
    ...((verdict.unexpected || keepTrace) && { trace: traceOf(all, redact) }),
    ...(verdict.unexpected && repeatsOf(planned, world, { outcomes, records, culprits: verdict.culprits, redact })),
    ...diagnosisOf(planned, records, verdict, foretold),
  };
  return { record, culprits: verdict.culprits };
};

const secretsOf = ({ target, direct }: ArmWorld, planned: PlannedArm): readonly string[] => [
  ...secretsIn(target.headers(planned.cell)),
  // It may stand in a header whose name says nothing of a key.
  ...(target.clientKey === undefined ? [] : [target.clientKey]),
  ...(direct?.key === undefined ? [] : [direct.key]),
];

/** Runs, judges and records one arm. Whatever its definition throws becomes an `error` record. */
export const runArm = async (planned: PlannedArm, world: ArmWorld, keepTrace: boolean): Promise<ArmResult> => {
  const startedAt = world.now();
  try {
    const script = planned.scenario.upstream(planned.cell);
    const outcomes = await runSteps(world, { cell: planned.cell, script }, planned.steps);
    const { record, culprits } = await recordOf(planned, world, outcomes, keepTrace);
    const durationMs = Math.max(0, world.now() - startedAt);
    return { record: { ...record, durationMs }, culprits, ...signsOf(planned, outcomes) };
  } catch (error) {
    return unrunResult(planned, 'error', error instanceof Error ? error.message : String(error));
  }
};
