/** The form of a configuration: what zod says of it, and as much of the rest as can be looked at all the same. */
import type { z } from 'zod';

import type { Problem } from '../../errors.ts';
import { problemsOfIssues } from '../../yaml-file.ts';
import { hasKeyInIt, inlineSecrets, shownValue } from './inline-secrets.ts';
import type { ConfigSource } from './read-config.ts';
import { canaryConfigSchema, canaryJsonSchema } from './schema.ts';

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
}

const below = (node: SchemaNode | undefined, key: PropertyKey): SchemaNode | undefined => {
  if (node === undefined) return undefined;
  if (typeof key === 'number') return node.items;
  const others = typeof node.additionalProperties === 'object' ? node.additionalProperties : undefined;
  return node.properties?.[String(key)] ?? others ?? node.anyOf?.map((each) => below(each, key)).find((each) => each !== undefined);
};

/** The keys that there are at a place, from the published schema. */
const keysAt = (path: readonly PropertyKey[]): readonly string[] =>
  Object.keys(path.reduce(below, canaryJsonSchema() as SchemaNode | undefined)?.properties ?? {});

const keyHint = 'keys never stand here: put it into an environment variable and name that with key-env, or into a file with key-file';

const looksLikeKeyName = /^(?:api-?)?(?:key|token|secret|password)$/i;

type Path = readonly PropertyKey[];
type Issues = readonly z.core.$ZodIssue[];

const startsWith = (path: Path, start: Path): boolean => start.every((key, index) => path[index] === key);

/** A key that is given in place of its name is told of as such, and its value by nobody. */
const inlineKeys = (source: ConfigSource): readonly Problem[] =>
  inlineSecrets(source.value).map(({ path, length }) => ({
    where: source.where(path),
    expected: 'no key in the file',
    actual: `a text of ${length} characters that looks like one`,
    hint: keyHint,
  }));

/** `key: …` in place of `key-env: NAME`, and keys of mappings that are credentials themselves. */
const misplacedKeys = (source: ConfigSource, path: Path, keys: readonly string[]): readonly Problem[] =>
  keys.map((key) => ({
    where: source.where(hasKeyInIt(key) ? path : [...path, key]),
    expected: 'the name of a variable or file with the key',
    actual: hasKeyInIt(key) ? 'a key' : `"${key}"`,
    hint: keyHint,
  }));

/** What does not fit; and every text that looks like a key, wherever it stands. */
const problemsOf = (source: ConfigSource, issues: Issues): readonly Problem[] => {
  const secrets = inlineSecrets(source.value);
  const isTold = (place: Path): boolean => secrets.some(({ path }) => path.length === place.length && startsWith(path, place));
  const rest: z.core.$ZodIssue[] = [];
  const misplaced: Problem[] = [];
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') {
      if (!isTold(issue.path)) rest.push(issue);
      continue;
    }
    const keys = issue.keys.filter((key) => !isTold([...issue.path, key]));
    const secret = keys.filter((key) => looksLikeKeyName.test(key) || hasKeyInIt(key));
    const others = keys.filter((key) => !secret.includes(key));
    misplaced.push(...misplacedKeys(source, issue.path, secret));
    if (others.length > 0) rest.push({ ...issue, keys: others });
  }
  return [...inlineKeys(source), ...misplaced, ...problemsOfIssues(source, rest, { keysAt, shown: shownValue })];
};

type Tree = Record<PropertyKey, unknown>;

const placesOf = (issue: z.core.$ZodIssue): readonly Path[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];

interface Pruned {
  readonly value: unknown;
  /** Elements of lists that were taken out, by their places before. */
  readonly removed: readonly Path[];
}

/** From the end, so that places stay right until they are dealt with. */
const lastFirst = (a: Path, b: Path): number => {
  const differs = a.findIndex((key, index) => key !== b[index]);
  const [left, right] = [a[differs], b[differs]];
  return typeof left === 'number' && typeof right === 'number' ? right - left : b.length - a.length;
};

/** The value without what stands at these places, so that the rest can be looked at too. */
const without = (value: unknown, places: readonly Path[]): Pruned => {
  const copy = structuredClone(value);
  const removed: Path[] = [];
  const once = new Map(places.map((place) => [JSON.stringify(place), place]));
  for (const place of [...once.values()].sort(lastFirst)) {
    const holder = place.slice(0, -1).reduce<unknown>((inner, key) => (inner as Tree | null | undefined)?.[key], copy);
    const last = place.at(-1);
    if (typeof holder !== 'object' || holder === null || last === undefined) continue;
    if (!Array.isArray(holder)) delete (holder as Tree)[last];
    else if (Number(last) < holder.length) {
      holder.splice(Number(last), 1);
      removed.push(place);
    }
  }
  return { value: copy, removed };
};

interface Salvaged<Value> {
  readonly value: Value | undefined;
  readonly removed: readonly Path[];
}

/** What of a value fits after the misfits are taken out, and with them what looks like a key. `usual` stands for what must be there. */
const salvaged = <Schema extends z.ZodType>(schema: Schema, value: unknown, usual: Tree = {}): Salvaged<z.output<Schema>> => {
  const secrets = inlineSecrets(value).map(({ path }) => path);
  const parsed = schema.safeParse(value);
  if (parsed.success && secrets.length === 0) return { value: parsed.data, removed: [] };
  const misfits = parsed.success ? [] : parsed.error.issues.flatMap(placesOf);
  const left = without(value, [...misfits, ...secrets]);
  const again = schema.safeParse(typeof left.value === 'object' && left.value !== null ? { ...usual, ...left.value } : usual);
  return { value: again.success ? again.data : undefined, removed: left.removed };
};

/** In place of a name or address that is missing or wrong, which is told; what else the target says is looked at all the same. */
const unnamed = (index: number): Tree => ({ name: `unnamed-${index}`, url: 'https://address.invalid' });

type Whole = z.output<typeof canaryConfigSchema>;

/** A configuration, or what can be made of it. The targets keep their places. */
export interface Form {
  readonly general: Omit<Whole, 'targets'>;
  readonly targets: readonly (Whole['targets'][number] | undefined)[];
  /** All that is wrong with the form. */
  readonly problems: readonly Problem[];
  /** Where something stands in the file that stands here: elements of lists that do not fit have been taken out. */
  readonly placeInFile: (path: Path) => Path;
}

const { targets: targetsSchema } = canaryConfigSchema.shape;
const generalSchema = canaryConfigSchema.omit({ targets: true });

const listOf = (value: unknown): readonly unknown[] => {
  const { targets } = (value ?? {}) as { readonly targets?: unknown };
  return Array.isArray(targets) ? targets : [];
};

const generalOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'targets')) : {};

/** Counts the elements that were taken out before each index back in. */
const placeWith =
  (removed: readonly Path[]) =>
  (path: Path): Path =>
    path.reduce<readonly PropertyKey[]>((before, key) => {
      if (typeof key !== 'number') return [...before, key];
      const gone = removed
        .filter((place) => place.length === before.length + 1 && startsWith(place, before))
        .map((place) => Number(place.at(-1)))
        .sort((a, b) => a - b);
      return [...before, gone.reduce((index, each) => (each <= index ? index + 1 : index), key)];
    }, []);

/** Reads the form, and returns what is right of one that is not, so that what it means is looked at in the same go. */
export const readForm = (source: ConfigSource): Form => {
  const parsed = canaryConfigSchema.safeParse(source.value ?? {});
  const problems = problemsOf(source, parsed.success ? [] : parsed.error.issues);
  if (parsed.success && problems.length === 0) {
    const { targets, ...general } = parsed.data;
    return { general, targets, problems, placeInFile: (path) => path };
  }
  const general = salvaged(generalSchema, generalOf(source.value));
  const targets = listOf(source.value).map((target, index) => salvaged(targetsSchema.element, target, unnamed(index)));
  const removed = targets.flatMap((target, index) => target.removed.map((path) => ['targets', index, ...path]));
  return {
    general: general.value ?? generalSchema.parse({}),
    targets: targets.map(({ value }) => value),
    problems,
    placeInFile: placeWith([...general.removed, ...removed]),
  };
};
