import { surfaceIds, type SurfaceId } from '#fixtures/exchange';
import { cellNeeds } from '#scenarios/kit/capability';
import { cellName, type Cell } from '#scenarios/kit/cell';
import type { Expectation } from '#scenarios/kit/expectation';
import type { GroundKind } from '#scenarios/kit/ground';
import type { Probe } from '#scenarios/kit/probe';
import { symptomConfig, type Arm, type Scenario } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';
import type { Setting, Target } from '../targets/target.ts';

/** One arm of one cell of one scenario: the unit that is run, judged and reported. */
export interface PlannedArm {
  readonly scenario: Scenario;
  readonly cell: Cell;
  /** The cell's place in the scenario's list. */
  readonly cellIndex: number;
  readonly arm: Arm;
  readonly setting: Setting;
  readonly steps: Readonly<Record<string, Probe>>;
  /** Those that apply to this cell and can be seen from this arm's vantage. */
  readonly expectations: readonly Expectation<string>[];
  /** Why the arm will not be run on this target; it is reported, not left out. */
  readonly unsupported?: string;
  /** Why it could not even be planned: the definition is broken. */
  readonly broken?: string;
}

class NoSuchModel extends Error {}

/** A role of this cell's upstream, or another upstream's own model: a row may ask for a model that its route must not take. */
const isSurface = (role: string | undefined): role is SurfaceId => (surfaceIds as readonly (string | undefined)[]).includes(role);

const modelOf =
  (target: Target, cell: Cell) =>
  (role?: string): string => {
    const key = role === undefined ? cell.upstream : `${cell.upstream}:${role}`;
    const name = target.profile.models[key] ?? (isSurface(role) ? target.profile.models[role] : undefined);
    if (name === undefined) throw new NoSuchModel(`profile ${target.profile.name} names no model for ${key}`);
    return name;
  };

const missingClaims = (target: Target, scenario: Scenario, cell: Cell): string | undefined => {
  const missing = [...new Set([...scenario.requires, ...cellNeeds(cell)])].filter((need) => !target.profile.claims.has(need));
  return missing.length === 0 ? undefined : `profile ${target.profile.name} does not claim ${missing.join(', ')}`;
};

const notLive = (scenario: Scenario, arm: Arm): string | undefined =>
  arm === 'canary' && !scenario.live.safe ? `never run against a live target: ${scenario.live.because}` : undefined;

/** A target with an address of its own behind the public one has a reverse proxy already: that is the one that is judged. */
const groundOf = ({ ownUrl }: Target, { ground, symptom }: Scenario, arm: Arm): Pick<Setting, 'ground'> => {
  const chosen = arm === 'symptom' ? (symptom.ground ?? ground) : ground;
  if (arm === 'canary' || chosen === undefined) return {};
  const { between, ...others } = chosen;
  const left = ownUrl === undefined || between === undefined ? chosen : others;
  return Object.keys(left).length === 0 ? {} : { ground: left };
};

const missingGround = (target: Target, { ground = {} }: Pick<Setting, 'ground'>): string | undefined => {
  const missing = Object.keys(ground).filter((kind) => kind !== 'client' && target.grounds?.has(kind as GroundKind) !== true);
  return missing.length === 0 ? undefined : `${target.name} cannot be started on ground of this scenario's own: ${missing.join(', ')}`;
};

const settingOf = (target: Target, scenario: Scenario, arm: Arm): Setting => ({
  remediesOff: arm === 'symptom' ? [...scenario.remedy.proxy].sort() : [],
  config: arm === 'symptom' ? symptomConfig(scenario) : (scenario.remedy.config ?? {}),
  ...groundOf(target, scenario, arm),
});

/** Steps that some expectation reads, with those that must come before them. Others would be requests for nothing. */
const neededSteps = (all: Readonly<Record<string, Probe>>, expectations: readonly Expectation<string>[]): Record<string, Probe> => {
  const needed = new Set<string>();
  const need = (name: string): void => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const before of all[name]?.after ?? []) need(before);
  };
  for (const expectation of expectations) expectation.steps.forEach(need);
  return Object.fromEntries(Object.entries(all).filter(([name]) => needed.has(name)));
};

/** Steps that wait for each other would wait for ever. */
const refuseCycles = (steps: Readonly<Record<string, Probe>>): void => {
  const visit = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) throw new Error(`steps wait for each other: ${[...above, name].join(' > ')}`);
    for (const before of steps[name]?.after ?? []) visit(before, [...above, name]);
  };
  for (const name of Object.keys(steps)) visit(name, []);
};

/** A live target is asked for no more output than the scenario says it may cost. */
const affordable = (scenario: Scenario, arm: Arm, steps: Readonly<Record<string, Probe>>, expectation: Expectation<string>): boolean => {
  if (arm !== 'canary') return true;
  const { live } = scenario;
  return live.safe && expectation.steps.every((step) => (steps[step]?.maxOutputTokens ?? 0) <= live.maxOutputTokens);
};

const hasWay = (target: Target, { ground }: Setting, via: Probe['via']): boolean => {
  if (via === undefined) return true;
  return via === 'in-process' ? target.runsInProcess === true : target.ownUrl !== undefined || ground?.between !== undefined;
};

/** Only some targets can be told that time has passed, as nobody waits for it on the wall, and only some have another way in. */
const canTake = (target: Target, setting: Setting, { laterMs, via }: Probe): boolean =>
  (target.movesTime === true || laterMs === undefined) && hasWay(target, setting, via);

const judgeableOn =
  (target: Target, setting: Setting, steps: Readonly<Record<string, Probe>>) =>
  (expectation: Expectation<string>): boolean =>
    Object.values(neededSteps(steps, [expectation])).every((step) => canTake(target, setting, step));

const planArm = (target: Target, scenario: Scenario, cellIndex: number, cell: Cell, arm: Arm): PlannedArm => {
  const base = { scenario, cell, cellIndex, arm, setting: settingOf(target, scenario, arm), steps: {}, expectations: [] };
  const unsupported =
    notLive(scenario, arm) ?? missingClaims(target, scenario, cell) ?? missingGround(target, base.setting) ?? target.refuses?.(cell);
  if (unsupported !== undefined) return { ...base, unsupported };
  try {
    const all: Readonly<Record<string, Probe>> = scenario.steps({ cell, model: modelOf(target, cell) });
    refuseCycles(all);
    const applying = scenario.expectations.filter((expectation) => expectation.appliesTo(cell));
    const visible = applying.filter(({ side, canary }) => arm !== 'canary' || (side === 'caller' && canary !== false));
    const judgeable = judgeableOn(target, base.setting, all);
    const expectations = visible.filter((expectation) => affordable(scenario, arm, all, expectation) && judgeable(expectation));
    if (expectations.length === 0) {
      return { ...base, unsupported: `no expectation can be judged in ${cellName(cell)} from the ${arm} arm's side` };
    }
    return { ...base, steps: neededSteps(all, expectations), expectations };
  } catch (error) {
    if (error instanceof NoSuchModel) return { ...base, unsupported: error.message };
    return { ...base, broken: error instanceof Error ? error.message : String(error) };
  }
};

const showsSymptom = (scenario: Scenario, cell: Cell): boolean => {
  try {
    return scenario.symptom.violates(cell).length > 0;
  } catch {
    return true; // judged, and reported as an error there
  }
};

/** The arms that make sense for a target when nobody asked for particular ones. */
export const defaultArms = (target: Target): readonly Arm[] => (target.configurable ? ['symptom', 'remedy'] : ['conformance']);

/** What the caller alone would see of the symptom in this cell. */
const showsToCaller = ({ scenario, cell, expectations }: PlannedArm): boolean => {
  const foretold = showsSymptom(scenario, cell) ? scenario.symptom.violates(cell) : [];
  return expectations.some(({ id }) => foretold.includes(id));
};

/**
 * A live target pays for every request, and most cells of a scenario would tell the same: it is asked in one, the first that would show the
 * symptom to its caller. Where it can be asked in none, all are reported with their reasons.
 */
const oneCell = (canaries: readonly PlannedArm[]): readonly PlannedArm[] => {
  const askable = canaries.filter(({ unsupported, broken }) => unsupported === undefined && broken === undefined);
  const chosen = askable.find(showsToCaller) ?? askable[0];
  return chosen === undefined ? canaries : canaries.filter((planned) => planned === chosen || planned.broken !== undefined);
};

/** Another canary of its row tells the usual case for less. */
export const isForThoroughRounds = ({ live }: Scenario): boolean => live.safe && live.round === 'thorough';

const refuseImpossibleArms = (target: Target, arms: readonly Arm[]): void => {
  const needsRemedies = arms.filter((arm) => (arm === 'symptom' || arm === 'remedy') && !target.configurable);
  if (needsRemedies.length > 0) {
    throw new ToolError(
      'usage',
      `the ${needsRemedies.join(' and ')} arm needs a target whose remedies can be switched, ${target.name} has none`,
      {
        hint: 'use --arm conformance, or --target reference',
      },
    );
  }
  if (arms.includes('canary') && target.url === undefined) {
    throw new ToolError('usage', `the canary arm needs a live target, ${target.name} is started by us`, { hint: 'use --target https://…' });
  }
};

/**
 * Everything a run will do, in report order: scenario, cell, arm. Rounds that are not thorough leave some canaries out. The symptom arm is left out where a cell does not show the symptom, and a
 * canary in all cells of a scenario but one.
 * @throws ToolError `usage` when an arm cannot be run on the target at all.
 */
export const planRun = (
  scenarios: readonly Scenario[],
  target: Target,
  arms: readonly Arm[],
  { thorough = true }: { readonly thorough?: boolean } = {},
): readonly PlannedArm[] => {
  refuseImpossibleArms(target, arms);
  return scenarios.flatMap((scenario) => {
    const asked = thorough || !isForThoroughRounds(scenario) ? arms : arms.filter((arm) => arm !== 'canary');
    const planned = scenario.cells.flatMap((cell, cellIndex) =>
      asked
        .filter((arm) => arm !== 'symptom' || showsSymptom(scenario, cell))
        .map((arm) => planArm(target, scenario, cellIndex, cell, arm)),
    );
    const canaries = new Set(oneCell(planned.filter(({ arm }) => arm === 'canary')));
    return planned.filter((each) => each.arm !== 'canary' || canaries.has(each));
  });
};
