import type { z } from 'zod';

import { didYouMean } from '../nearest.ts';
import type { ConfigProblem } from './problem.ts';
import { secretsIn } from './secret-places.ts';

/** What a value of the configuration turned out to be: the value, or problems; unknown keys are warnings either way. */
export interface Checked<T> {
  readonly value: T | undefined;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

type KnownKeys = (atTop: boolean) => readonly string[];
type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const pathText = (path: Path): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');

const at = (tree: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (node, step) => (node !== null && typeof node === 'object' ? (node as Record<PropertyKey, unknown>)[step] : undefined),
    tree,
  );

const holdsSecret = (path: Path): boolean => path.some((step) => /key|token|secret|headers/i.test(String(step)));

const kindOf = (value: unknown): string => (value === null ? 'null' : Array.isArray(value) ? 'a list' : `a value of type ${typeof value}`);

/** The value as a person would recognise it; secrets are named by type only. */
const actualAt = (tree: unknown, path: Path): string => {
  const value = at(tree, path);
  if (value === undefined) return 'nothing';
  if (value === '') return 'empty text';
  if (holdsSecret(path) || (value !== null && typeof value === 'object')) return kindOf(value);
  return JSON.stringify(secretsIn(path, value).reduce<unknown>((text, secret) => String(text).replaceAll(secret, '***'), value)).slice(
    0,
    80,
  );
};

const expectedBy = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'array'
        ? 'a list'
        : issue.expected === 'object' || issue.expected === 'record'
          ? 'a mapping'
          : `a ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return issue.format === 'url'
        ? 'an http or https URL'
        : `text in the form of ${issue.format === 'regex' ? issue.pattern : issue.format}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `at least ${issue.minimum} entry`
        : issue.origin === 'string'
          ? 'text that is not empty'
          : `at least ${issue.minimum}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_union':
      return 'text or a number';
    default:
      return issue.message;
  }
};

const toProblem = (where: string, tree: unknown, issue: Issue): ConfigProblem => ({
  where: [where, pathText(issue.path)].filter((part) => part !== '').join(': '),
  expected: expectedBy(issue),
  actual: actualAt(tree, issue.path),
});

const unknownKeyWarnings = (where: string, issue: Issue, known: KnownKeys): readonly ConfigProblem[] =>
  issue.code !== 'unrecognized_keys'
    ? []
    : issue.keys.map((key) => ({
        where: [where, pathText([...issue.path, key])].join(': '),
        expected: 'a known key',
        actual: `"${key}", which is ignored`,
        ...didYouMean(key, known(issue.path.length === 0)),
      }));

const withoutKeys = (tree: unknown, issues: readonly Issue[]): unknown => {
  const copy = structuredClone(tree);
  for (const issue of issues) {
    const holder = at(copy, issue.path);
    if (issue.code !== 'unrecognized_keys' || holder === null || typeof holder !== 'object') continue;
    for (const key of issue.keys) delete (holder as Record<string, unknown>)[key];
  }
  return copy;
};

/** A key without a value (`api-keys:` and nothing behind it) is YAML's null; it means "not set". */
const withoutEmptyKeys = (tree: unknown): unknown =>
  tree !== null && typeof tree === 'object' && !Array.isArray(tree)
    ? Object.fromEntries(Object.entries(tree).filter(([, value]) => value !== null))
    : tree;

/** Checks a tree against a strict schema; unknown keys become warnings and are taken out. */
export const check = <T>(schema: z.ZodType<T>, where: string, given: unknown, known: KnownKeys): Checked<T> => {
  const tree = withoutEmptyKeys(given);
  const first = schema.safeParse(tree);
  if (first.success) return { value: first.data, problems: [], warnings: [] };
  const warnings = first.error.issues.flatMap((issue) => unknownKeyWarnings(where, issue, known));
  const second = schema.safeParse(withoutKeys(tree, first.error.issues));
  if (second.success) return { value: second.data, problems: [], warnings };
  return { value: undefined, problems: second.error.issues.map((issue) => toProblem(where, tree, issue)), warnings };
};
