import { ProxyError } from '../errors.ts';

/** A JSON object of which nothing is known yet. */
export type WireObject = { readonly [key: string]: unknown };

export const asObject = (value: unknown): WireObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as WireObject) : undefined;

export const asArray = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? (value as unknown[]) : undefined);

export const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Counts and places. A fraction is one that somebody estimated; beyond what a double holds exactly nothing is counted. */
export const asCount = (value: unknown): number | undefined => {
  if (typeof value !== 'number' || value < 0) return undefined;
  const count = Math.round(value);
  return Number.isSafeInteger(count) ? count : undefined;
};

const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
};

/** Why a part of `object` is lost: its type is one that the neutral conversation does not know. */
export const noNeutralForm = (what: string, object: WireObject): string => {
  const type = object['type'];
  return `${what} of type ${typeof type === 'string' ? `"${type.slice(0, 40)}"` : kindOf(type)} has no neutral form`;
};

/** Refuses a client's body, naming the place, what was expected and what came. */
export const refuse = (path: string, expected: string, actual: unknown): never => {
  throw new ProxyError('invalid-request', `${path}: expected ${expected}, got ${kindOf(actual)}`, { param: path });
};

const orRefuse =
  <T>(read: (value: unknown) => T | undefined, expected: string) =>
  (value: unknown, path: string): T =>
    read(value) ?? refuse(path, expected, value);

export const needObject = orRefuse(asObject, 'an object');
export const needArray = orRefuse(asArray, 'an array');
export const needText = orRefuse(asText, 'a string');

const needNumber = orRefuse((value) => (typeof value === 'number' ? value : undefined), 'a number');

const unlessAbsent =
  <T>(read: (value: unknown, path: string) => T) =>
  (value: unknown, path: string): T | undefined =>
    value === undefined || value === null ? undefined : read(value, path);

/** For these, a missing key and `null` say the same: the client did not choose. */
export const optionalText = unlessAbsent(needText);
export const optionalNumber = unlessAbsent(needNumber);
export const optionalObject = unlessAbsent(needObject);
export const optionalFlag = unlessAbsent(orRefuse((value) => (typeof value === 'boolean' ? value : undefined), 'true or false'));
export const optionalArray = unlessAbsent(needArray);

/** Leaves out the keys that have no value, because `exactOptionalPropertyTypes` tells "absent" from "undefined". */
export const present = <T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };

/** Every key that is not one of `known`. */
export const without = (object: WireObject, known: ReadonlySet<string>): WireObject =>
  Object.fromEntries(Object.entries(object).filter(([key, value]) => !known.has(key) && value !== undefined));

/** JSON that came from an upstream; `undefined` when it is not JSON. */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
