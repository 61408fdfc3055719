import { isDeepStrictEqual } from 'node:util';

import type { ChatRequest, DialectId, Extensions, JsonObject, JsonValue } from '../ir/chat.ts';
import { amountOfBudget, amountOfWord } from './amount.ts';
import type { Amount, Asked } from './amount.ts';

/**
 * Places where clients write an amount of reasoning although the dialect has none there. Other proxies drop them without a word
 * (sheet row 12 (a), "not read for the amount").
 */

type Path = readonly string[];

interface Place {
  readonly path: Path;
  readonly holds: 'budget' | 'word' | 'type';
}

const ofGoogle = (prefix: Path, budget: string, level: string): readonly Place[] => [
  { path: [...prefix, budget], holds: 'budget' },
  { path: [...prefix, level], holds: 'word' },
];

const places: readonly Place[] = [
  { path: ['thinking_budget'], holds: 'budget' },
  { path: ['reasoning_effort'], holds: 'word' },
  { path: ['reasoning', 'effort'], holds: 'word' },
  { path: ['reasoning', 'max_tokens'], holds: 'budget' },
  { path: ['thinking', 'budget_tokens'], holds: 'budget' },
  { path: ['thinking', 'type'], holds: 'type' },
  { path: ['extra_body', 'thinking_budget'], holds: 'budget' },
  { path: ['extra_body', 'reasoning_effort'], holds: 'word' },
  ...ofGoogle(['extra_body', 'google', 'thinking_config'], 'thinking_budget', 'thinking_level'),
  ...ofGoogle(['google', 'thinking_config'], 'thinking_budget', 'thinking_level'),
  ...ofGoogle(['generationConfig', 'thinkingConfig'], 'thinkingBudget', 'thinkingLevel'),
];

/** Where clients say whether thoughts should be shown. */
const visibilityPlaces: readonly Path[] = [
  ['extra_body', 'google', 'thinking_config', 'include_thoughts'],
  ['google', 'thinking_config', 'include_thoughts'],
  ['generationConfig', 'thinkingConfig', 'includeThoughts'],
];

const asObject = (value: unknown): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;

const at = (object: JsonObject, path: Path): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((node, key) => {
    const holder = asObject(node);
    return holder !== undefined && Object.hasOwn(holder, key) ? holder[key] : undefined;
  }, object);

/** The object without what is at the path, and without the objects that become empty by that. */
const withoutPath = (object: JsonObject, [key, ...rest]: Path): JsonObject => {
  if (key === undefined || !Object.hasOwn(object, key)) return object;
  const { [key]: held, ...others } = object;
  const inner = rest.length === 0 ? undefined : asObject(held);
  const left = inner === undefined ? {} : withoutPath(inner, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
};

const readType = (type: JsonValue): Amount | 'no amount' | undefined => {
  if (type === 'disabled') return { mode: 'none' };
  if (type === 'adaptive' || type === 'auto') return { mode: 'auto' };
  // "enabled" only says that a budget stands beside it.
  return type === 'enabled' ? 'no amount' : undefined;
};

const readPlace = (object: JsonObject, { path, holds }: Place): Amount | 'no amount' | undefined => {
  const value = at(object, path);
  if (holds === 'type') return value === undefined ? undefined : readType(value);
  if (holds === 'budget') return typeof value === 'number' && Number.isInteger(value) && value >= -1 ? amountOfBudget(value) : undefined;
  return typeof value === 'string' && value !== '' ? amountOfWord(value) : undefined;
};

interface Found {
  readonly asked?: Asked;
  /** What is left of the vendor's fields. */
  readonly rest: JsonObject;
}

/** Reads every place of one dialect's vendor fields; nothing when two of them disagree, for nobody knows which one is meant. */
const readAll = (object: JsonObject): Found => {
  const read = places.flatMap((place) => {
    const amount = readPlace(object, place);
    return amount === undefined ? [] : [{ path: place.path, amount }];
  });
  const amounts = read.flatMap(({ amount }) => (amount === 'no amount' ? [] : [amount]));
  const [first] = amounts;
  if (first === undefined || amounts.some((amount) => !isDeepStrictEqual(amount, first))) return { rest: object };
  const shown = visibilityPlaces.filter((path) => typeof at(object, path) === 'boolean');
  const visible = shown.every((path) => at(object, path) !== false);
  const path = first.mode === 'budget' ? 'reasoningBudget' : 'reasoningEffort';
  const rest = [...read.map((each) => each.path), ...shown].reduce(withoutPath, object);
  return { asked: { amount: first, source: 'request', path, visible }, rest };
};

const readers: Partial<Record<DialectId, (object: JsonObject) => Found>> = {
  'openai-chat': readAll,
  'openai-completions': readAll,
  'openai-responses': readAll,
  // Adaptive without an effort: the amount is left to the model.
  'anthropic-messages': (object) => {
    if (at(object, ['thinking', 'type']) !== 'adaptive') return { rest: object };
    const asked = { amount: { mode: 'auto' }, source: 'request', path: 'reasoningEffort', visible: true } as const;
    return { asked, rest: withoutPath(object, ['thinking', 'type']) };
  },
};

/** What a request asks for in a place where its dialect has none, and the request without that. */
export interface StrayAsked {
  readonly asked?: Asked;
  readonly request: ChatRequest;
}

/**
 * Carries what stands in a stray place and means one thing only. What is left there is no secret: the encoder of another dialect
 * declares every vendor field that it cannot carry as a loss.
 */
export const takeStray = (request: ChatRequest, target: DialectId): StrayAsked => {
  for (const [dialect, read] of Object.entries(readers) as [DialectId, (object: JsonObject) => Found][]) {
    const fields = request.extensions[dialect];
    if (fields === undefined || dialect === target) continue;
    const { asked, rest } = read(fields);
    if (asked === undefined) continue;
    const { [dialect]: _read, ...others } = request.extensions;
    const extensions: Extensions = Object.keys(rest).length === 0 ? others : { ...others, [dialect]: rest };
    return { asked, request: { ...request, extensions } };
  }
  return { request };
};
