import type { SurfaceId } from '#fixtures/exchange';
import type { Cell, ClientDialect } from '#scenarios/kit/cell';
import type { Probe } from '#scenarios/kit/probe';

import { credentialHeader } from '../targets/credential-header.ts';
import type { DirectUpstream, RunningTarget } from '../targets/target.ts';
import { judgeExpectation } from './judge.ts';
import type { PlannedArm } from './plan.ts';
import type { ExpectationRecord } from './records.ts';
import type { Redact } from './redact.ts';
import { runSteps, type ArmWorld, type StepOutcome } from './steps.ts';

/** What a failed check came to when the upstream was asked directly. `note` goes on with the sentence. */
export interface DirectFinding {
  readonly kind: 'holds' | 'deviates-alike' | 'deviates-otherwise' | 'cannot-compare';
  readonly note: string;
}

/** The findings by expectation, and what was seen for them. */
export interface Comparison {
  readonly findings: ReadonlyMap<string, DirectFinding>;
  readonly outcomes: ReadonlyMap<string, StepOutcome>;
}

const nothing: Comparison = { findings: new Map(), outcomes: new Map() };

/** A failed arm asks the upstream at most so many questions of its own. */
const mostQuestions = 3;

const cannot = (note: string): DirectFinding => ({ kind: 'cannot-compare', note });

const runningDirect = ({ url, dialect, key, keyHeader }: DirectUpstream): RunningTarget => ({
  url,
  headers: () => (key === undefined ? {} : credentialHeader(dialect, key, keyHeader)),
  path: (_cell, path) => path,
  logs: () => Promise.resolve(undefined),
  stop: () => Promise.resolve(),
});

const modelOf =
  ({ models }: DirectUpstream, cell: Cell) =>
  (role?: string): string => {
    const wanted = role === undefined ? cell.upstream : `${cell.upstream}:${role}`;
    const name = models[wanted] ?? (role === undefined ? undefined : models[role]);
    if (name === undefined) throw new Error(`no model of the direct upstream is known for ${wanted}`);
    return name;
  };

/** Why a check's steps cannot be put to the upstream itself. */
const obstacle = (names: readonly string[], steps: Readonly<Record<string, Probe>>): string | undefined => {
  const probes = names.flatMap((name) => steps[name] ?? []);
  if (probes.some(({ credential }) => credential !== undefined)) return 'the step is about the key of the proxy’s own callers';
  if (probes.some(({ body }) => body === undefined)) return 'the step asks the proxy about itself';
  if (probes.some(({ after }) => after.length > 0)) return 'the step builds on what the proxy did before';
  return undefined;
};

const failedOnCallersSide = (records: readonly ExpectationRecord[]): readonly ExpectationRecord[] =>
  records.filter(({ verdict, side, foretold }) => verdict === 'fail' && side === 'caller' && foretold !== true);

interface Question {
  readonly id: string;
  readonly steps: readonly string[];
}

const stepsOf = (planned: PlannedArm, id: string): readonly string[] => planned.expectations.find((each) => each.id === id)?.steps ?? [];

/** The questions that can be asked, until the bound of this arm is reached; the others with the reason. */
const sorted = (planned: PlannedArm, failed: readonly ExpectationRecord[], steps: Readonly<Record<string, Probe>>) => {
  const findings = new Map<string, DirectFinding>();
  const questions: Question[] = [];
  const asked = new Set<string>();
  for (const { id } of failed) {
    const names = stepsOf(planned, id);
    const together = new Set([...asked, ...names]);
    const why =
      obstacle(names, steps) ?? (together.size > mostQuestions ? `${mostQuestions} direct questions for one arm are enough` : undefined);
    if (why !== undefined) findings.set(id, cannot(why));
    else {
      questions.push({ id, steps: names });
      names.forEach((name) => asked.add(name));
    }
  }
  return { findings, questions, asked };
};

const statusOf = (outcome: StepOutcome | undefined): number | undefined => (outcome?.kind === 'seen' ? outcome.sight.status : undefined);

const statuses = (steps: readonly string[], outcomes: ReadonlyMap<string, StepOutcome>): string =>
  steps.map((step) => statusOf(outcomes.get(step)) ?? 'nothing').join(', ');

const findingFor = (
  planned: PlannedArm,
  { id, steps }: Question,
  seen: { readonly cell: Cell; readonly proxied: ReadonlyMap<string, StepOutcome>; readonly direct: ReadonlyMap<string, StepOutcome> },
  redact: Redact,
): DirectFinding => {
  const expectation = planned.expectations.find((each) => each.id === id);
  if (expectation?.appliesTo(seen.cell) !== true) return cannot('the check is not about the upstream’s own dialect');
  const { verdict, reason } = judgeExpectation(expectation, seen.direct, seen.cell, redact);
  const [proxied, direct] = [statuses(steps, seen.proxied), statuses(steps, seen.direct)];
  if (verdict === 'pass') return { kind: 'holds', note: ` (${direct} directly, ${proxied} through the proxy)` };
  if (verdict !== 'fail') return cannot(`the direct question gave no verdict: ${reason ?? verdict}`);
  if (proxied === direct) return { kind: 'deviates-alike', note: ` (${direct} both times)` };
  return { kind: 'deviates-otherwise', note: ` (${direct} directly, ${proxied} through the proxy)` };
};

const forAll = (records: readonly ExpectationRecord[], why: string): Comparison => ({
  findings: new Map(records.map(({ id }) => [id, cannot(why)])),
  outcomes: new Map(),
});

/** The dialect that a surface is asked in; Antigravity's envelope is no caller's dialect. */
const spokenBy: Readonly<Partial<Record<SurfaceId, ClientDialect>>> = {
  'openai-chat': 'openai-chat',
  iflow: 'openai-chat',
  'openai-responses': 'openai-responses',
  codex: 'openai-responses',
  'anthropic-messages': 'anthropic-messages',
  'gemini-generate': 'gemini-generate',
};

/** The cell in which the upstream's own callers are: the same question in its own dialect, as the proxy should have put it. */
const directCell = ({ cell }: Pick<PlannedArm, 'cell'>, { dialect }: DirectUpstream): Cell => ({ ...cell, client: dialect });

const stepsFor = (planned: Pick<PlannedArm, 'cell' | 'scenario'>, direct: DirectUpstream): Readonly<Record<string, Probe>> | string => {
  const cell = directCell(planned, direct);
  try {
    return planned.scenario.steps({ cell, model: modelOf(direct, cell) });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** What may be put to the upstream itself when checks of this arm fail: so many of these at most. For estimates of cost. */
export const directQuestions = (
  planned: PlannedArm,
  direct: DirectUpstream,
): { readonly most: number; readonly probes: readonly Probe[] } => {
  const steps = spokenBy[planned.cell.upstream] === direct.dialect ? stepsFor(planned, direct) : '';
  const probes = typeof steps === 'string' ? [] : Object.keys(planned.steps).flatMap((name) => steps[name] ?? []);
  return { most: mostQuestions, probes: probes.filter((probe) => obstacle(['it'], { it: probe }) === undefined) };
};

const compared = async (
  world: ArmWorld,
  planned: PlannedArm,
  direct: DirectUpstream,
  about: { readonly failed: readonly ExpectationRecord[]; readonly proxied: ReadonlyMap<string, StepOutcome>; readonly redact: Redact },
): Promise<Comparison> => {
  const steps = stepsFor(planned, direct);
  if (typeof steps === 'string') return forAll(about.failed, steps);
  const { findings, questions, asked } = sorted(planned, about.failed, steps);
  const wanted = Object.fromEntries(Object.entries(steps).filter(([name]) => asked.has(name)));
  const directWorld = {
    ...world,
    target: runningDirect(direct),
    exclusive: false,
    tokenOf: (step: string) => world.tokenOf(`${step} (direct)`),
  };
  const cell = directCell(planned, direct);
  const outcomes = await runSteps(directWorld, { cell, script: planned.scenario.upstream(planned.cell) }, wanted);
  for (const question of questions) {
    findings.set(question.id, findingFor(planned, question, { cell, proxied: about.proxied, direct: outcomes }, about.redact));
  }
  return { findings, outcomes };
};

/**
 * Puts the questions behind failed checks to the upstream itself, each once and inside the run's budget, and judges the answers by the
 * same checks, in its own dialect where the caller spoke another. Nothing is asked when no check failed on the caller's side, nor of an
 * upstream that is not the one behind the question.
 */
export const compareDirectly = async (
  world: ArmWorld,
  planned: PlannedArm,
  about: { readonly records: readonly ExpectationRecord[]; readonly proxied: ReadonlyMap<string, StepOutcome>; readonly redact: Redact },
): Promise<Comparison> => {
  const failed = failedOnCallersSide(about.records);
  const { direct } = world;
  if (planned.arm !== 'canary' || direct === undefined || failed.length === 0) return nothing;
  const { upstream } = planned.cell;
  if (spokenBy[upstream] !== direct.dialect) {
    return forAll(failed, `the direct upstream speaks ${direct.dialect}, and the one behind this question is ${upstream}`);
  }
  return compared(world, planned, direct, { ...about, failed });
};
