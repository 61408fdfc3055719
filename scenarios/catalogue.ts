import { readdir } from 'node:fs/promises';

import { importPart } from '#fixtures/import-part';

import { ScenarioError } from './kit/definition-problem.ts';
import { byPageRow } from './kit/page-row.ts';
import type { Scenario } from './kit/scenario.ts';

/** One thing that is wrong with a scenario file. */
export interface DefinitionProblem {
  /** With the folder `scenarios/`. */
  readonly file: string;
  /** Inside the definition; empty for the file as a whole. */
  readonly path: string;
  readonly expected: string;
  readonly actual: string;
  readonly hint?: string;
}

const describe = ({ file, path, expected, actual, hint }: DefinitionProblem): string =>
  `  - ${file}${path && ` at ${path}`}: expected ${expected}, got ${actual}${hint === undefined ? '' : ` (${hint})`}`;

/** Scenario files that cannot be used; all problems of one load together. */
export class DefinitionError extends Error {
  readonly code = 'definition-invalid';
  readonly problems: readonly DefinitionProblem[];

  constructor(problems: readonly DefinitionProblem[], options: { readonly cause?: unknown } = {}) {
    super(
      `${problems.length} problem(s) in scenario files:\n${problems.map(describe).join('\n')}`,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = 'DefinitionError';
    this.problems = problems;
  }
}

interface ScenarioFile {
  /** `<area>/<name>`, from its place. */
  readonly id: string;
  /** Relative to the scenarios folder. */
  readonly file: string;
  readonly url: URL;
}

const ownFolder = new URL('./', import.meta.url);
const scenarioName = /^([a-z0-9-]+)\.scenario\.(?:ts|js)$/;

const scenariosOf = async (dir: URL, area: string): Promise<readonly ScenarioFile[]> => {
  const names = await readdir(new URL(`${area}/`, dir));
  return names.flatMap((name) => {
    const base = scenarioName.exec(name)?.[1];
    return base === undefined ? [] : [{ id: `${area}/${base}`, file: `${area}/${name}`, url: new URL(`${area}/${name}`, dir) }];
  });
};

const scenarioFiles = async (dir: URL): Promise<readonly ScenarioFile[]> => {
  const areas = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const found = (await Promise.all(areas.map((area) => scenariosOf(dir, area)))).flat();
  return [...found].sort((a, b) => a.file.localeCompare(b.file));
};

const looksLikeScenario = (value: unknown): value is Scenario => {
  const it = value as Partial<Record<keyof Scenario, unknown>> | null | undefined;
  return (
    typeof it === 'object' &&
    it !== null &&
    typeof it.id === 'string' &&
    (typeof it.matrixRow === 'number' || typeof it.matrixRow === 'string') &&
    typeof it.steps === 'function' &&
    typeof it.upstream === 'function' &&
    Array.isArray(it.cells) &&
    Array.isArray(it.expectations)
  );
};

type Loaded =
  | { readonly file: ScenarioFile; readonly scenario: Scenario }
  | { readonly problems: readonly DefinitionProblem[]; readonly cause?: unknown };

const whole = ({ file }: ScenarioFile, expected: string, actual: string, hint?: string): DefinitionProblem => ({
  file: `scenarios/${file}`,
  path: '',
  expected,
  actual,
  ...(hint !== undefined && { hint }),
});

const importProblems = (file: ScenarioFile, cause: unknown): readonly DefinitionProblem[] =>
  cause instanceof ScenarioError
    ? cause.problems.map((problem) => ({ file: `scenarios/${file.file}`, ...problem }))
    : [whole(file, 'a module that loads', cause instanceof Error ? cause.message : String(cause))];

const load = async (file: ScenarioFile): Promise<Loaded> => {
  try {
    const module = (await importPart(file.url)) as { readonly default?: unknown };
    if (!looksLikeScenario(module.default)) {
      const hint = 'write `export default defineScenario({ … })`';
      return {
        problems: [whole(file, 'a scenario as default export', 'default' in module ? 'something else' : 'no default export', hint)],
      };
    }
    return { file, scenario: module.default };
  } catch (cause) {
    return { problems: importProblems(file, cause), cause };
  }
};

const misplaced = ({ file, scenario }: { readonly file: ScenarioFile; readonly scenario: Scenario }): readonly DefinitionProblem[] =>
  scenario.id === file.id ? [] : [{ ...whole(file, `the id "${file.id}", which is its place`, `"${scenario.id}"`), path: 'id' }];

const twice = (loaded: readonly { readonly file: ScenarioFile; readonly scenario: Scenario }[]): readonly DefinitionProblem[] =>
  loaded.flatMap(({ file, scenario }, index) => {
    const first = loaded.findIndex((other) => other.scenario.id === scenario.id);
    return first === index
      ? []
      : [{ ...whole(file, 'an id of its own', `"${scenario.id}", which scenarios/${loaded[first]?.file.file ?? ''} has too`), path: 'id' }];
  });

/** Ids of all scenario files, from their names; nothing is imported. Sorted. */
export const scenarioIds = async (dir: URL = ownFolder): Promise<readonly string[]> =>
  [...new Set((await scenarioFiles(dir)).map((file) => file.id))].sort();

/**
 * Loads the scenarios that `wanted` names, or all, sorted by row, then id.
 * @throws DefinitionError with every problem of every file: a failed import, no scenario as default export, an id that differs from the place, an id used twice.
 */
export const loadScenarios = async (dir: URL = ownFolder, wanted: (id: string) => boolean = () => true): Promise<readonly Scenario[]> => {
  const results = await Promise.all((await scenarioFiles(dir)).filter((file) => wanted(file.id)).map(load));
  const loaded = results.flatMap((result) => ('problems' in result ? [] : [result]));
  const failed = results.flatMap((result) => ('problems' in result ? [result] : []));
  const problems = [...failed.flatMap((one) => one.problems), ...loaded.flatMap(misplaced), ...twice(loaded)];
  if (problems.length > 0) throw new DefinitionError(problems, { cause: failed[0]?.cause });
  return loaded.map(({ scenario }) => scenario).sort((a, b) => byPageRow(a.matrixRow, b.matrixRow) || a.id.localeCompare(b.id));
};

/** Loads one scenario by id without importing the others; `undefined` when no file has that name. */
export const loadScenario = async (id: string, dir: URL = ownFolder): Promise<Scenario | undefined> =>
  (await loadScenarios(dir, (each) => each === id))[0];
