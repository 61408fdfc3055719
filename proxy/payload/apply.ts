import { isDeepStrictEqual } from 'node:util';

import type { DialectId } from '../ir/chat.ts';
import { editedBody, textOf } from '../json/json-body.ts';
import type { WireBody } from '../json/json-body.ts';
import { matcherOf } from '../routing/wildcard.ts';
import { removeAt, setAt, valueAt } from './path.ts';
import type { JsonPath } from './path.ts';
import { isFromProtocol, isProtocol } from './protocols.ts';
import type { Assignment, PayloadRules, RuleModel } from './rules.ts';

/** The request that rules are matched on. */
export interface PayloadSubject {
  /** Every name that the model has: the upstream's, and the client's with and without suffix. */
  readonly models: readonly string[];
  readonly provider: string;
  readonly dialect: DialectId;
  readonly clientDialect: DialectId;
  /** Of the client's request, in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

type Tree = Record<string, unknown>;

const hasHeaders = (wanted: Readonly<Record<string, string>>, headers: PayloadSubject['headers']): boolean =>
  Object.entries(wanted).every(([name, pattern]) => {
    const value = headers[name.toLowerCase()];
    return value !== undefined && matcherOf([pattern])(value);
  });

const isMeant = (rule: RuleModel, subject: PayloadSubject): boolean =>
  subject.models.some(matcherOf([rule.name])) &&
  (rule.protocol === undefined || isProtocol(subject, rule.protocol)) &&
  (rule['from-protocol'] === undefined || isFromProtocol(subject.clientDialect, rule['from-protocol'])) &&
  hasHeaders(rule.headers ?? {}, subject.headers);

const isThere = (tree: Tree, path: JsonPath): boolean => (valueAt(tree, path) ?? null) !== null;

const says = (tree: Tree, { path, value }: Assignment): boolean => isDeepStrictEqual(valueAt(tree, path), value);

const fits = (rule: RuleModel, tree: Tree): boolean =>
  rule.match.every((one) => says(tree, one)) &&
  !rule['not-match'].some((one) => says(tree, one)) &&
  rule.exist.every((path) => isThere(tree, path)) &&
  !rule['not-exist'].some((path) => isThere(tree, path));

const parseTree = (body: string): Tree | undefined => {
  try {
    const tree = JSON.parse(body) as unknown;
    return typeof tree === 'object' && tree !== null && !Array.isArray(tree) ? (tree as Tree) : undefined;
  } catch {
    // An encoder may have been told to splice what is no JSON (row 3 without its remedy); it is the upstream's to refuse.
    return undefined;
  }
};

const steps = ['default', 'default-raw', 'override', 'override-raw'] as const;

/** As most configurations have it. */
const isEmpty = (rules: PayloadRules): boolean => rules.filter.length === 0 && steps.every((step) => rules[step].length === 0);

type MeantFor = { readonly models: readonly RuleModel[] };

const changeTree = (rules: PayloadRules, tree: Tree, applies: (rule: MeantFor) => boolean): readonly string[] => {
  const touched: string[] = [];
  const touch = ([first]: JsonPath): void => void (first !== undefined && touched.push(first));
  for (const step of steps) {
    for (const { path, value } of rules[step].filter(applies).flatMap(({ params }) => params)) {
      if (step.startsWith('default') && valueAt(tree, path) !== undefined) continue;
      // A copy, or a later rule would change the configuration through the body.
      setAt(tree, path, structuredClone(value));
      touch(path);
    }
  }
  for (const path of rules.filter.filter(applies).flatMap(({ params }) => params)) {
    removeAt(tree, path);
    touch(path);
  }
  return touched;
};

/**
 * Makes the operator's changes to a body that is about to be sent. It is parsed only when a rule is meant for the request, and only the
 * top-level members that a rule touches are written anew; conditions on the body look at it as it was before the first change.
 */
export const applyPayloadRules = (rules: PayloadRules, body: WireBody, subject: PayloadSubject): WireBody => {
  if (isEmpty(rules)) return body;
  const all: readonly MeantFor[] = [...steps.flatMap((step) => rules[step]), ...rules.filter];
  const meant = new Set(all.flatMap(({ models }) => models).filter((model) => isMeant(model, subject)));
  if (meant.size === 0) return body;
  const tree = parseTree(textOf(body));
  if (tree === undefined) return body;
  const fitting = new Set([...meant].filter((model) => fits(model, tree)));
  const touched = changeTree(rules, tree, ({ models }) => models.some((model) => fitting.has(model)));
  if (touched.length === 0) return body;
  const edits = Object.fromEntries(touched.map((key) => [key, tree[key]]));
  return editedBody(body, edits);
};
