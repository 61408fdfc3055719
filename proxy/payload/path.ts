/** The steps of a path into JSON: names of members, or positions in lists. */
export type JsonPath = readonly string[];

/** Names that would reach behind an object into its prototype. */
const unsafe: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor']);

const maxSteps = 32;

/**
 * Reads `generationConfig.thinkingConfig.thinkingBudget` or `messages.0.content`; a dot within a name is written `\.`. Queries and
 * wildcards of other tools' paths mean nothing here. `undefined` for what is no path, and for names that reach into a prototype.
 */
export const readPath = (text: string): JsonPath | undefined => {
  const steps = text.split(/(?<!\\)\./).map((step) => step.replaceAll('\\.', '.'));
  const isFine = (step: string): boolean => step !== '' && !unsafe.has(step) && !/[#*?|]/.test(step);
  return steps.length <= maxSteps && steps.every(isFine) ? steps : undefined;
};

type JsonObject = Record<string, unknown>;
type Holder = JsonObject | unknown[];

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const isHolder = (value: unknown): value is Holder => isObject(value) || Array.isArray(value);

const positionIn = (list: readonly unknown[], step: string): number | undefined => {
  const position = /^\d{1,9}$/.test(step) ? Number(step) : Number.NaN;
  return position <= list.length ? position : undefined;
};

const childOf = (holder: unknown, step: string): unknown => {
  if (Array.isArray(holder)) return /^\d{1,9}$/.test(step) ? (holder[Number(step)] as unknown) : undefined;
  return isObject(holder) && Object.hasOwn(holder, step) ? holder[step] : undefined;
};

/** What stands at the path; `undefined` for nothing. */
export const valueAt = (tree: unknown, path: JsonPath): unknown => path.reduce(childOf, tree);

const put = (holder: Holder, step: string, value: unknown): void => {
  if (!Array.isArray(holder)) {
    holder[step] = value;
    return;
  }
  const position = positionIn(holder, step);
  if (position !== undefined) holder[position] = value;
};

/** Sets the value and makes the objects on the way. A list takes a position that it has, and the one behind its last. Changes `tree`. */
export const setAt = (tree: Holder, path: JsonPath, value: unknown): void => {
  const [step, ...rest] = path;
  if (step === undefined) return;
  if (rest.length === 0) {
    put(tree, step, value);
    return;
  }
  const held = childOf(tree, step);
  const child: Holder = isHolder(held) ? held : {};
  setAt(child, rest, value);
  if (child !== held) put(tree, step, child);
};

/** Takes out what stands at the path. Changes `tree`. */
export const removeAt = (tree: unknown, path: JsonPath): void => {
  const step = path.at(-1);
  const holder = valueAt(tree, path.slice(0, -1));
  if (step === undefined || childOf(holder, step) === undefined) return;
  if (Array.isArray(holder)) holder.splice(Number(step), 1);
  else if (isObject(holder)) delete holder[step];
};
