/** One target of the plan from its entry in the configuration, with everything that is wrong with it as findings. */
import { resolve } from 'node:path';

import type { Scenario } from '#scenarios/kit/scenario';

import type { LastingBaseline } from '../../baseline/baseline.ts';
import { entryName, partsOf, type BaselineEntry } from '../../baseline/entry.ts';
import { ToolError } from '../../errors.ts';
import type { DirectUpstream, Profile } from '../../targets/target.ts';
import type { CanaryTarget } from './canary-plan.ts';
import { liveTargetOf } from './live-target.ts';
import type { TargetInput } from './schema.ts';
import { chooseScenarios, type PlaceOf, type Selections } from './selection.ts';
import { secretFrom, type Surroundings } from './sources.ts';
import { budgetFrom, harmFrom, scheduleFrom, thresholdsFrom } from './target-parts.ts';

/** What all targets of one load share. Profiles and baselines are read once each. */
export interface Shared {
  readonly around: Surroundings;
  readonly catalogue: readonly Scenario[];
  readonly today: () => string;
  readonly profile: (nameOrFile: string) => Promise<Profile>;
  readonly baseline: (file: string) => Promise<LastingBaseline>;
  readonly selections: Selections;
  /** Names of all destinations. */
  readonly destinations: readonly string[];
}

const fallbackProfile = 'openai-compatible';

/** What a file that the entry names is wrong about; `undefined` stands for it. */
const read = async <Value>(reading: Promise<Value>, path: readonly PropertyKey[], { around }: Shared): Promise<Value | undefined> => {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.problems.length > 0) around.findings.add(error.problems);
    else around.findings.problem(path, 'a profile that there is', error.message, error.hint);
    return undefined;
  }
};

/** Stands for one that cannot be read, so that the rest of the entry is looked at all the same: it claims everything. */
const widestProfile = 'reference';

const profileOf = async (
  input: TargetInput,
  at: PlaceOf,
  shared: Shared,
): Promise<{ readonly profile: Profile; readonly isRead: boolean }> => {
  const said = await read(shared.profile(input.profile ?? fallbackProfile), at('profile'), shared);
  const profile = said ?? (await shared.profile(widestProfile));
  return { profile: { ...profile, models: { ...profile.models, ...input.models } }, isRead: said !== undefined };
};

const isLoopback = (hostname: string): boolean =>
  /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname) || hostname.endsWith('.localhost');

const inClear = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname);
};

/** Origin and mount; what else a URL may hold is told. */
const placeOf = (text: string, path: readonly PropertyKey[], { around: { findings } }: Shared): string => {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    findings.problem(path, 'a URL without credentials', 'a user name or password in it, not shown', 'use key-env or key-file');
  }
  if (url.search !== '' || url.hash !== '')
    findings.problem(path, 'a URL without query and fragment', 'one with them', 'leave out what follows the path');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

const keyOf = (input: Pick<TargetInput, 'key-env' | 'key-file'>, shared: Shared, at: PlaceOf, ...below: readonly string[]) =>
  secretFrom(shared.around, {
    variable: input['key-env'],
    file: input['key-file'],
    variablePath: at(...below, 'key-env'),
    filePath: at(...below, 'key-file'),
  });

const warnInClear = (url: string, key: string | undefined, path: readonly PropertyKey[], { around }: Shared): void => {
  if (key !== undefined && inClear(url)) around.findings.warning(path, 'the key goes over the network unencrypted', 'use https');
};

const directOf = async (input: TargetInput, profile: Profile, at: PlaceOf, shared: Shared): Promise<DirectUpstream | undefined> => {
  const { direct } = input;
  if (direct === undefined) return undefined;
  const url = placeOf(direct.url, at('direct', 'url'), shared);
  const key = await keyOf(direct, shared, at, 'direct');
  warnInClear(url, key, at('direct', 'url'), shared);
  return {
    url,
    dialect: direct.dialect,
    models: { ...profile.models, ...direct.models },
    ...(key !== undefined && { key }),
    ...(direct['key-header'] !== undefined && { keyHeader: direct['key-header'] }),
  };
};

/** An expired entry covers nothing any more, and one about what is not asked never did. */
const warnOfEntries = (
  { entries }: LastingBaseline,
  { name, asked }: { readonly name: string; readonly asked: readonly Scenario[] },
  path: readonly PropertyKey[],
  { around: { findings }, today }: Shared,
): void => {
  const isIdle = (entry: BaselineEntry): boolean =>
    !asked.some(({ id }) => id === partsOf(entry).scenario) || (entry.arm !== undefined && entry.arm !== 'canary');
  for (const entry of entries) {
    if (entry.expires < today()) {
      findings.warning(
        path,
        `${entryName(entry)} expired on ${entry.expires} and covers nothing any more`,
        `${entry.owner} should mend it or renew the entry`,
      );
    } else if (isIdle(entry)) findings.warning(path, `${entryName(entry)} is about nothing that ${name} is asked`, 'remove the entry');
  }
};

const alertsOf = ({ alerts }: TargetInput, { destinations }: Shared): readonly string[] => alerts ?? destinations;

export interface Built {
  readonly target: CanaryTarget;
  /** False where the profile could not be read: what the target costs is not known then. */
  readonly isPriced: boolean;
}

/** Builds a target; problems and warnings go to the findings. */
export const buildTarget = async (input: TargetInput, at: PlaceOf, shared: Shared): Promise<Built> => {
  const { profile, isRead } = await profileOf(input, at, shared);
  const url = placeOf(input.url, at('url'), shared);
  const ownUrl = input['own-url'] === undefined ? undefined : placeOf(input['own-url'], at('own-url'), shared);
  const key = await keyOf(input, shared, at);
  for (const [name, place] of Object.entries({ url, 'own-url': ownUrl })) {
    if (place !== undefined) warnInClear(place, key, at(name), shared);
  }
  const direct = await directOf(input, profile, at, shared);
  const who = {
    name: input.name,
    url,
    profile,
    ...(key !== undefined && { key }),
    ...(input['key-header'] !== undefined && { keyHeader: input['key-header'] }),
    ...(ownUrl !== undefined && { ownUrl }),
    ...(direct !== undefined && { direct }),
  };
  const baseline =
    input.baseline === undefined
      ? undefined
      : await read(shared.baseline(resolve(shared.around.folder, input.baseline)), at('baseline'), shared);
  const { catalogue, selections } = shared;
  const chosen = chooseScenarios(
    { wish: input.scenarios ?? {}, target: liveTargetOf(who), catalogue, selections },
    shared.around.findings,
    at,
  );
  if (baseline !== undefined) warnOfEntries(baseline, { name: input.name, asked: chosen.scenarios }, at('baseline'), shared);
  const target: CanaryTarget = {
    ...who,
    ...chosen,
    labels: input.labels ?? {},
    ...(input.region !== undefined && { region: input.region }),
    schedule: scheduleFrom(input.schedule),
    budget: budgetFrom(input.budget),
    inFlight: input['in-flight'] ?? 1,
    prices: input.prices ?? { input: 0, output: 0 },
    harm: harmFrom(input.harm),
    thresholds: thresholdsFrom(input.thresholds),
    ...(baseline !== undefined && { baseline: baseline.known }),
    alerts: alertsOf(input, shared),
  };
  return { target, isPriced: isRead };
};
