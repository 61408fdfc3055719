import type { z } from 'zod';

import type { DestinationConfig } from '../../canary/config/canary-plan.ts';
import { ToolError, type Problem } from '../../errors.ts';
import type { AlertEvent } from '../../history/records.ts';
import { loadDestinationKinds, type Destination, type Letter, type SettingProblem } from './destination.ts';
import { secretOf, type SecretSources } from './secret-source.ts';
import type { httpUrl } from './settings.ts';

/** A destination that letters can be sent to. */
export interface ReadyDestination {
  readonly name: string;
  readonly kind: string;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  readonly letterFor: (event: AlertEvent, about: { readonly now: number; readonly delivery: string }) => Letter;
}

/** What came of the settings of one destination. */
export interface Prepared {
  readonly destination?: ReadyDestination;
  readonly problems: readonly SettingProblem[];
  /** Values that must not be shown. */
  readonly secrets: readonly string[];
}

interface Common {
  readonly 'timeout-seconds': number;
  readonly 'status-page'?: z.infer<typeof httpUrl>;
}

const notAKind = (kind: string, kinds: readonly Destination[]): Prepared => ({
  problems: [{ path: ['kind'], expected: kinds.map((each) => each.kind).join(', '), actual: `"${kind}"` }],
  secrets: [],
});

const valueAt = (settings: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce((value, key) => (value as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key], settings);

/** Settings may hold what should not be there, a secret among it: values are not repeated. */
const settingProblems = ({ issues }: z.core.$ZodError, settings: Readonly<Record<string, unknown>>): readonly SettingProblem[] =>
  issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return { path: [], expected: 'only keys of its kind', actual: issue.keys.join(', ') };
    const actual = valueAt(settings, issue.path) === undefined ? 'nothing' : 'something else (not shown)';
    return { path: issue.path, expected: issue.message, actual };
  });

const isUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

const notAnAddress = (name: string, settings: Readonly<Record<string, unknown>>): SettingProblem => ({
  path: [settings[`${name}-env`] === undefined ? `${name}-file` : `${name}-env`],
  expected: 'an http or https URL',
  actual: 'something else (not shown)',
});

/** Shorter ones hide nothing that is worth it, and are often words. */
const shortestPart = 8;

/** `notifications` is a word, and to hide it everywhere would hide other things; this one is a key. */
const isOpaque = (piece: string): boolean => piece.length >= 20 || (piece.length >= 10 && /\d/.test(piece));

const decodedPart = (part: string): readonly string[] => {
  try {
    return [part, decodeURIComponent(part)];
  } catch {
    return [part];
  }
};

/** A server that refuses often repeats the path it was asked for: parts of a secret address are as secret as the whole. */
const partsOf = (secret: string): readonly string[] => {
  if (!isUrl(secret)) return [secret];
  const { pathname, search, searchParams, username, password } = new URL(secret);
  const pieces = [username, password, ...pathname.split('/').filter(isOpaque), ...searchParams.values()];
  const parts = [`${pathname}${search}`, pathname, ...pieces.flatMap(decodedPart)];
  return [secret, ...new Set(parts.filter((part) => part.length >= shortestPart))];
};

const readSecrets = async (kind: Destination, settings: Readonly<Record<string, unknown>>, sources: SecretSources) => {
  const values: Record<string, string> = {};
  const problems: SettingProblem[] = [];
  for (const name of kind.secrets) {
    const secret = await secretOf(settings, name, sources);
    if (secret !== undefined && 'problem' in secret) problems.push(secret.problem);
    if (secret !== undefined && 'value' in secret) {
      values[name] = secret.value;
      if (name === 'url' && !isUrl(secret.value)) problems.push(notAnAddress(name, settings));
    }
    const isNamed = secret !== undefined;
    if (!isNamed && kind.needs(settings).includes(name)) {
      const actual = 'neither';
      problems.push({ path: [], expected: `${name}-env or ${name}-file`, actual, hint: `name the variable or the file that has it` });
    }
  }
  return { values, problems };
};

const pageOf = (base: string | undefined, { incident }: AlertEvent): string | undefined =>
  base === undefined ? undefined : `${base.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incident.id)}`;

const readyOf = (name: string, kind: Destination, settings: Common, secrets: Readonly<Record<string, string>>): ReadyDestination => ({
  name,
  kind: kind.kind,
  timeoutMs: settings['timeout-seconds'] * 1000,
  letterFor: (event, about) => {
    const page = pageOf(settings['status-page'], event);
    return kind.bodyOf(event, { ...about, settings, secrets, ...(page !== undefined && { page }) });
  },
});

/** Checks the settings of a destination by the schema of its kind, and reads its secrets. All problems at once. */
export const prepareDestination = async ({ name, kind, settings }: DestinationConfig, sources: SecretSources): Promise<Prepared> => {
  const kinds = await loadDestinationKinds();
  const found = kinds.find((each) => each.kind === kind);
  if (found === undefined) return notAKind(kind, kinds);
  const parsed = found.settings.safeParse(settings);
  const said = parsed.success ? (parsed.data as Readonly<Record<string, unknown>>) : settings;
  const { values, problems } = await readSecrets(found, said, sources);
  const all = parsed.success ? problems : [...settingProblems(parsed.error, settings), ...problems];
  const secrets = Object.values(values).flatMap(partsOf);
  if (!parsed.success || all.length > 0) return { problems: all, secrets };
  return { destination: readyOf(name, found, parsed.data as Common, values), problems: [], secrets };
};

/**
 * Every destination of a configuration, ready to be written to.
 * @throws ToolError `config-invalid` with all problems: settings were checked when the configuration was read, but a file or a variable may
 * have gone since
 */
export const prepareDestinations = async (
  configs: readonly DestinationConfig[],
  sources: SecretSources,
): Promise<readonly ReadyDestination[]> => {
  const ready: ReadyDestination[] = [];
  const problems: Problem[] = [];
  for (const config of configs) {
    const prepared = await prepareDestination(config, sources);
    if (prepared.destination !== undefined) ready.push(prepared.destination);
    problems.push(
      ...prepared.problems.map(({ path, ...rest }) => ({ where: ['destinations', config.name, ...path].map(String).join('.'), ...rest })),
    );
  }
  if (problems.length > 0) throw new ToolError('config-invalid', 'destinations cannot be written to', { problems });
  return ready;
};
