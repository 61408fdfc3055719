/** Which scenarios a target is asked. Nothing that changes something there is taken up unless it is named (issue 8). */
import type { Probe } from '#scenarios/kit/probe';
import type { Scenario } from '#scenarios/kit/scenario';

import { planRun } from '../../engine/plan.ts';
import { matches } from '../../engine/select.ts';
import { nearestHint } from '../../nearest.ts';
import type { Target } from '../../targets/target.ts';
import type { Findings } from './findings.ts';
import type { TargetInput } from './schema.ts';

type Wish = NonNullable<TargetInput['scenarios']>;

/** Where the parts of the wish stand, for messages. */
export type PlaceOf = (...keys: readonly (string | number)[]) => readonly PropertyKey[];

export interface Chosen {
  readonly scenarios: readonly Scenario[];
  readonly thorough: boolean;
  /** Ids that run because they are named. */
  readonly allowed: readonly string[];
}

/** Why a scenario runs only when it is named. */
const why = ({ live }: Scenario): string | undefined => {
  if (!live.safe) return live.because;
  return live.idempotent ? undefined : 'it changes something at the target';
};

const longestLiveMs = 60_000;

const probesOf = (scenario: Scenario): readonly Probe[] =>
  scenario.cells.flatMap((cell) => Object.values(scenario.steps({ cell, model: () => 'a-model' })));

/** A scenario that is not made for live targets, as one that is: it may cost what its own requests may cost. */
const madeLive = (scenario: Scenario): Scenario => {
  if (scenario.live.safe) return scenario;
  const most = Math.max(0, ...probesOf(scenario).map(({ maxOutputTokens }) => maxOutputTokens));
  return { ...scenario, live: { safe: true, idempotent: false, maxOutputTokens: most, timeoutMs: longestLiveMs } };
};

const unknownIds = (globs: readonly string[], key: string, catalogue: readonly Scenario[], findings: Findings, at: PlaceOf): void =>
  globs.forEach((glob, index) => {
    if (catalogue.some(({ id }) => matches(glob, id))) return;
    const names = catalogue.map(({ id }) => (glob.includes('/') ? id : id.slice(id.indexOf('/') + 1)));
    findings.problem(
      at('scenarios', key, index),
      'the id of a scenario, or a glob that matches one',
      `"${glob}"`,
      nearestHint(glob, names),
    );
  });

const unknownAllowed = (allow: readonly string[], catalogue: readonly Scenario[], findings: Findings, at: PlaceOf): void =>
  allow.forEach((id, index) => {
    const scenario = catalogue.find((each) => each.id === id);
    const path = at('scenarios', 'allow', index);
    if (scenario === undefined) {
      findings.problem(
        path,
        'the whole id of a scenario',
        `"${id}"`,
        nearestHint(
          id,
          catalogue.map((each) => each.id),
        ),
      );
    } else if (why(scenario) === undefined) findings.warning(path, `${id} is safe anyway and needs no allowance`, 'name it under include');
  });

const unknownRows = ({ rows = [] }: Wish, catalogue: readonly Scenario[], findings: Findings, at: PlaceOf): void =>
  rows.forEach((row, index) => {
    if (catalogue.some(({ matrixRow }) => matrixRow === row)) return;
    findings.problem(at('scenarios', 'rows', index), 'a row that has a scenario', String(row), 'wireproof list shows what there is');
  });

/** Who writes a whole id means it: what keeps that scenario from running has to be said. */
const namedInVain = (
  { include = [] }: Wish,
  allowed: readonly string[],
  catalogue: readonly Scenario[],
  findings: Findings,
  at: PlaceOf,
): void =>
  include.forEach((glob, index) => {
    const scenario = catalogue.find(({ id }) => id === glob);
    const because = scenario === undefined ? undefined : why(scenario);
    if (because === undefined || allowed.includes(glob)) return;
    const expected = 'a scenario that may be asked of a live target';
    findings.problem(
      at('scenarios', 'include', index),
      expected,
      `"${glob}"`,
      `${because}; to run it all the same, name it under scenarios.allow`,
    );
  });

/**
 * The scenarios that a wish means: rows and globs narrow, `exclude` takes away, `allow` adds what otherwise never runs. Names that do not exist
 * become findings.
 */
const meant = (wish: Wish, catalogue: readonly Scenario[], findings: Findings, at: PlaceOf): readonly Scenario[] => {
  const { rows, include, exclude = [], allow = [] } = wish;
  unknownIds(include ?? [], 'include', catalogue, findings, at);
  unknownIds(exclude, 'exclude', catalogue, findings, at);
  unknownAllowed(allow, catalogue, findings, at);
  unknownRows(wish, catalogue, findings, at);
  namedInVain(wish, allow, catalogue, findings, at);
  const wanted = ({ id, matrixRow }: Scenario): boolean =>
    (rows === undefined || rows.includes(matrixRow)) && (include === undefined || include.some((glob) => matches(glob, id)));
  return catalogue
    .filter((scenario) => (why(scenario) === undefined ? wanted(scenario) : allow.includes(scenario.id)))
    .filter(({ id }) => !exclude.some((glob) => matches(glob, id)))
    .map(madeLive);
};

const isThorough = ({ thorough, rows, include }: Wish): boolean => thorough ?? (rows !== undefined || include !== undefined);

/** Those that can be put to the target as far as its profile tells, and for the others the reason. */
const askable = (scenarios: readonly Scenario[], target: Target, thorough: boolean, allowed: readonly string[]) => {
  const planned = planRun(scenarios, target, ['canary'], { thorough: true });
  const reasons = new Map<string, string>();
  const able = new Set<string>();
  for (const { scenario, unsupported } of planned) {
    if (unsupported === undefined) able.add(scenario.id);
    else reasons.set(scenario.id, unsupported);
  }
  const inRound = ({ id, live }: Scenario): boolean => thorough || allowed.includes(id) || !(live.safe && live.round === 'thorough');
  return { scenarios: scenarios.filter((scenario) => able.has(scenario.id) && inRound(scenario)), reasons };
};

/** Targets that share profile and wish share the list, too, and with it what is computed from it. */
export type Selections = Map<string, ReturnType<typeof askable>>;

/**
 * What a target is asked. Nothing left is a problem; what was named and cannot be asked, a warning.
 * @param selections what was chosen for other targets of the same configuration
 */
export const chooseScenarios = (
  { wish, target, catalogue, selections }: { wish: Wish; target: Target; catalogue: readonly Scenario[]; selections: Selections },
  findings: Findings,
  at: PlaceOf,
): Chosen => {
  const { profile, ownUrl } = target;
  const thorough = isThorough(wish);
  const { allow = [], include = [] } = wish;
  const wanted = meant(wish, catalogue, findings, at);
  const key = JSON.stringify([wish, profile.name, [...profile.claims], profile.models, ownUrl !== undefined]);
  const chosen = selections.get(key) ?? askable(wanted, target, thorough, allow);
  selections.set(key, chosen);
  for (const [list, ids] of Object.entries({ include, allow })) {
    for (const [index, id] of ids.entries()) {
      const reason = chosen.reasons.get(id);
      if (reason !== undefined) findings.warning(at('scenarios', list, index), `${id} cannot be asked: ${reason}`);
    }
  }
  if (chosen.scenarios.length === 0) {
    const [first] = chosen.reasons;
    const actual = wanted.length === 0 ? 'none' : `none of ${wanted.length} that are selected`;
    findings.problem(
      at('scenarios'),
      'a scenario that can be asked of this target',
      actual,
      first === undefined ? undefined : `${first[0]}: ${first[1]}`,
    );
  }
  const allowed = chosen.scenarios.filter(({ id }) => allow.includes(id)).map(({ id }) => id);
  return { scenarios: chosen.scenarios, thorough: thorough || allowed.length > 0, allowed };
};
