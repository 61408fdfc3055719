import type { Form } from './form.ts';
import type { TargetInput } from './schema.ts';

type Defaults = NonNullable<Form['general']['defaults']>;
type Tree = Readonly<Record<string, unknown>>;

/** These make sense as a whole only. */
const wholeKeys: ReadonlySet<string> = new Set(['direct', 'prices']);

/** Of these only one is said; the target's own word leaves no room for the default's other. */
const rivals: readonly (readonly [string, string])[] = [
  ['every', 'cron'],
  ['key-env', 'key-file'],
];

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const withoutRivals = (under: Tree, over: Tree): Tree => {
  const gone = rivals.flatMap((pair) => (pair.some((key) => over[key] !== undefined) ? pair : []));
  return Object.fromEntries(Object.entries(under).filter(([key]) => !gone.includes(key)));
};

const merged = (under: Tree, over: Tree): Tree => {
  const result: Record<string, unknown> = { ...withoutRivals(under, over) };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    const before = result[key];
    result[key] = isTree(before) && isTree(value) && !wholeKeys.has(key) ? merged(before, value) : value;
  }
  return result;
};

/** A target with what the defaults say where it says nothing: mappings key by key, lists and single values as a whole. */
export const withDefaults = (target: TargetInput, defaults: Defaults = {}): TargetInput => merged(defaults, target) as TargetInput;

/** Where a merged target's value was written: at the target, or among the defaults. */
export const placeIn =
  (value: unknown, index: number) =>
  (...keys: readonly (string | number)[]): readonly PropertyKey[] => {
    const at = (start: readonly PropertyKey[]): unknown =>
      [...start, ...keys].reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
    const own = ['targets', index];
    return at(own) === undefined && at(['defaults']) !== undefined ? ['defaults', ...keys] : [...own, ...keys];
  };
