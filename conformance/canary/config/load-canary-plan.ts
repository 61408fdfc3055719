/** From a file to a plan: read, checked, completed. Nothing is sent, and all that is wrong is told at once (issue 8). */
import { dirname, resolve } from 'node:path';

import type { Scenario } from '#scenarios/kit/scenario';

import { loadLastingBaseline, type LastingBaseline } from '../../baseline/baseline.ts';
import { loadRules } from '../../incidents/rule.ts';
import { loadProfile, resolveProfile } from '../../profiles/profile.ts';
import type { Profile } from '../../targets/target.ts';
import { buildTarget, type Shared } from './build-target.ts';
import type { CanaryPlan, CanaryTarget } from './canary-plan.ts';
import { checkTarget, neverRuns } from './check-target.ts';
import { planDestinations, type DestinationCheck } from './destinations.ts';
import { openFindings, type Findings } from './findings.ts';
import { readForm, type Form } from './form.ts';
import { generalPlan } from './general-plan.ts';
import { readConfig, type ConfigSource } from './read-config.ts';
import type { Surroundings } from './sources.ts';
import { placeIn, withDefaults } from './with-defaults.ts';

export interface LoadPlanOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where a relative path of the configuration itself starts. Paths inside of it start at its folder. */
  readonly cwd: string;
  /** All scenarios that there are. */
  readonly catalogue: readonly Scenario[];
  /** Over what the file says. */
  readonly location?: string;
  /** Milliseconds since the epoch; decides what has expired. */
  readonly now?: () => number;
  /** Checks the settings of destinations; by default each kind's own check. */
  readonly destinations?: DestinationCheck;
}

/** A plan, and what about it is hardly meant. */
export interface LoadedPlan extends CanaryPlan {
  /** Absolute path. */
  readonly file: string;
  /** Sentences with their place. */
  readonly warnings: readonly string[];
}

const once = <Value>(reading: (name: string) => Promise<Value>): ((name: string) => Promise<Value>) => {
  const known = new Map<string, Promise<Value>>();
  return (name) => {
    const value = known.get(name) ?? reading(name);
    known.set(name, value);
    return value;
  };
};

const profileReader = (folder: string): ((nameOrFile: string) => Promise<Profile>) =>
  once((name) => (/[/\\]|\.ya?ml$/.test(name) ? resolveProfile(name, folder) : loadProfile(name)));

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Names are how everything is told apart; the first keeps its name. */
const checkNames = ({ targets }: Form, findings: Findings): void => {
  targets.forEach((target, index) => {
    if (target === undefined) return;
    const first = targets.findIndex((other) => other?.name === target.name);
    if (first < index)
      findings.problem(['targets', index, 'name'], 'a name of its own', `"${target.name}", which targets.${first} has too`);
  });
};

/** The same deployment asked twice costs twice. */
const warnOfTwins = (targets: readonly (readonly [CanaryTarget, number])[], findings: Findings): void => {
  const byPlace = new Map<string, string>();
  for (const [{ name, url, key = '' }, index] of targets) {
    const place = `${url} ${key}`;
    const first = byPlace.get(place);
    if (first === undefined) byPlace.set(place, name);
    else if (first !== name)
      findings.warning(['targets', index, 'url'], `${name} and ${first} are the same URL with the same key: each request is paid twice`);
  }
};

const buildAll = async (
  source: ConfigSource,
  form: Form,
  shared: Shared,
  about: Pick<Parameters<typeof checkTarget>[1], 'now' | 'budget' | 'rules'>,
): Promise<readonly (readonly [CanaryTarget, number])[]> => {
  const { findings } = shared.around;
  const built: (readonly [CanaryTarget, number])[] = [];
  for (const [index, entry] of form.targets.entries()) {
    if (entry === undefined) continue;
    const at = placeIn(source.value, index);
    const { target, isPriced } = await buildTarget(withDefaults(entry, form.general.defaults), at, shared);
    built.push([target, index]);
    checkTarget(target, { destinations: shared.destinations, isPriced, ...about }, findings, at);
  }
  return built;
};

const isZero = ({ budget }: Pick<CanaryPlan, 'budget'>): boolean =>
  [budget.hour, budget.day].some(({ requests, seconds }) => requests === 0 || seconds === 0);

const refuseIdle = (targets: readonly CanaryTarget[], general: Pick<CanaryPlan, 'budget'>, findings: Findings): void => {
  const hint = 'raise the ceiling of at least one target';
  if (isZero(general)) findings.problem(['budget'], 'room for a round', 'a ceiling of 0 for all targets together', 'raise it');
  else if (targets.length > 0 && targets.every(neverRuns))
    findings.problem(['targets'], 'a target that can run', 'a ceiling of 0 for every one', hint);
};

const secretsOf = (targets: readonly CanaryTarget[]): readonly string[] =>
  targets.flatMap(({ key, direct }) => [key, direct?.key]).filter((key) => key !== undefined);

/**
 * Reads a configuration and makes the plan of it.
 * @param path YAML, or a TypeScript or JavaScript module whose default export is `defineConfig({ … })`
 * @throws ToolError `config-invalid` with every problem: place, value (never a secret), what was expected, and a hint
 */
export const loadCanaryPlan = async (path: string, options: LoadPlanOptions): Promise<LoadedPlan> => {
  const { env, cwd, catalogue, now = Date.now } = options;
  const source = await readConfig(path, cwd);
  const form = readForm(source);
  const findings = openFindings({ file: source.file, where: (place) => source.where(form.placeInFile(place)) });
  findings.add(form.problems);
  const around: Surroundings = { env, folder: dirname(source.file), findings };
  checkNames(form, findings);
  const today = (): string => dayOf(now());
  const general = await generalPlan(form.general, around, options.location);
  const destinations = await planDestinations(form.general.destinations, around, options.destinations);
  const baseline = once<LastingBaseline>((file) => loadLastingBaseline(resolve(around.folder, file), catalogue, today));
  const names = Object.keys(form.general.destinations);
  const shared: Shared = {
    around,
    catalogue,
    today,
    profile: profileReader(around.folder),
    baseline,
    selections: new Map(),
    destinations: names,
  };
  const rules = (await loadRules()).map(({ id }) => id);
  const built = await buildAll(source, form, shared, { now: now(), budget: general.budget, rules });
  warnOfTwins(built, findings);
  const targets = built.map(([target]) => target);
  refuseIdle(targets, general, findings);
  findings.throwAll();
  return {
    ...general,
    targets,
    destinations: destinations.destinations,
    secrets: [...new Set([...general.secrets, ...destinations.secrets, ...secretsOf(targets)])],
    file: source.file,
    warnings: findings.warnings(),
  };
};
