import { z } from 'zod';

import { surfaceIds } from '#fixtures/exchange';

import { capabilities } from './capability.ts';
import { cellName, clientDialects, type Cell } from './cell.ts';
import { ScenarioError, unknownName, type ScenarioProblem } from './definition-problem.ts';
import { onlyJudgedSteps } from './judged-steps.ts';
import { isPageRow, lastRow, sectionIds } from './page-row.ts';
import type { Scenario, ScenarioDefinition } from './scenario.ts';

const text = z.string({ error: 'text' }).min(10, 'text of at least 10 characters');
const row = `a row of the page, 1 to ${lastRow}, or a section: ${sectionIds.join(', ')}`;
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const definitionSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, '<area>/<name-of-the-failure>'),
  title: text,
  matrixRow: z.unknown().refine(isPageRow, row),
  requires: z.array(z.enum(Object.keys(capabilities) as [string, ...string[]])),
  diagnosis: z.object({ symptom: text, cause: text, check: text, remediation: text }),
  cells: z.array(z.object({ client: z.enum(clientDialects), upstream: z.enum(surfaceIds), stream: z.boolean() })).min(1),
  expectations: z
    .array(
      z.object({ id: z.string().regex(kebab, 'words-with-dashes'), level: z.enum(['must', 'should']), steps: z.array(z.string()).min(1) }),
    )
    .min(1),
  remedy: z
    .object({ proxy: z.array(z.string().regex(kebab, 'words-with-dashes')), config: z.record(z.string(), z.unknown()).optional() })
    .refine(({ proxy, config }) => proxy.length > 0 || config !== undefined, 'units of the proxy, or a configuration'),
});

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key], value);

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 120);

const formProblems = (scenario: Scenario): readonly ScenarioProblem[] => {
  const parsed = definitionSchema.safeParse(scenario);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => ({
    path: path.join('.'),
    expected: message,
    actual: shown(valueAt(scenario, path)),
  }));
};

const cellProblems = (scenario: Scenario, cell: Cell): readonly ScenarioProblem[] => {
  const steps = scenario.steps({ cell, model: () => 'a-model' });
  const names = Object.keys(steps);
  const shared = scenario.remembers ? [] : Object.entries(steps).filter(([, { laterMs }]) => laterMs !== undefined);
  const groundless = Object.entries(steps).filter(([, { bodyFrom, after }]) => bodyFrom !== undefined && after.length === 0);
  const unknownStep = (path: string, read: readonly string[]): readonly ScenarioProblem[] =>
    read.filter((step) => !names.includes(step)).map((step) => unknownName(path, 'one of the steps', step, names));
  const judged = scenario.expectations.filter((expectation) => expectation.appliesTo(cell));
  const ids = judged.map(({ id }) => id);
  return [
    ...shared.map(([name]) => ({ path: `steps.${name}.laterMs`, expected: 'a scenario that remembers', actual: 'a shared proxy' })),
    ...groundless.map(([name]) => ({ path: `steps.${name}.after`, expected: 'the steps that bodyFrom reads', actual: 'none' })),
    ...judged.flatMap((expectation) => unknownStep(`expectations.${expectation.id}.steps`, expectation.steps)),
    ...Object.entries(steps).flatMap(([name, probe]) => unknownStep(`steps.${name}.after`, probe.after)),
    ...scenario.symptom
      .violates(cell)
      .filter((id) => !ids.includes(id))
      .map((id) => unknownName('symptom.violates', `an expectation of ${cellName(cell)}`, id, ids)),
  ];
};

const repeatedIds = ({ expectations }: Scenario): readonly ScenarioProblem[] => {
  const ids = expectations.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
  return twice.map((id) => ({ path: `expectations.${id}`, expected: 'an id of its own', actual: 'defined twice' }));
};

const neverForetold = (scenario: Scenario): readonly ScenarioProblem[] =>
  scenario.symptom.none !== undefined || scenario.cells.some((cell) => scenario.symptom.violates(cell).length > 0)
    ? []
    : [{ path: 'symptom.violates', expected: 'a cell that shows the symptom', actual: 'none' }];

/** All problems of one definition, each once. Steps are built once per cell, with made-up models, to see their names. */
const problemsOf = (scenario: Scenario): readonly ScenarioProblem[] => {
  const form = formProblems(scenario);
  if (form.length > 0) return form;
  const all = [...repeatedIds(scenario), ...scenario.cells.flatMap((cell) => cellProblems(scenario, cell)), ...neverForetold(scenario)];
  return [...new Map(all.map((problem) => [JSON.stringify(problem), problem])).values()];
};

/**
 * Checks a scenario when its file loads and returns it, without the steps that a cell does not judge. Throws one ScenarioError with every problem.
 * @example export default defineScenario({ id: 'translation/sparse-tool-result', matrixRow: 3, … })
 */
export const defineScenario = <const Step extends string>(definition: ScenarioDefinition<Step>): Scenario<Step> => {
  const scenario: Scenario<Step> = { remembers: false, ...definition, remedy: { proxy: [], ...definition.remedy } };
  const problems = problemsOf(scenario);
  if (problems.length > 0) throw new ScenarioError(definition.id, problems);
  return onlyJudgedSteps(scenario);
};
