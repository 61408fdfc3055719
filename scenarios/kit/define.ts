import { z } from 'zod';

import { surfaceIds } from '#fixtures/exchange';

import { capabilities } from './capability.ts';
import { cellName, clientDialects } from './cell.ts';
import type { Scenario, ScenarioDefinition } from './scenario.ts';

const text = z.string().min(10);
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const definitionSchema = z.object({
  id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'an id is <area>/<name-of-the-failure>'),
  title: text,
  matrixRow: z.number().int().min(1).max(20),
  requires: z.array(z.enum(Object.keys(capabilities) as [string, ...string[]])),
  diagnosis: z.object({ symptom: text, cause: text, check: text, remediation: text }),
  cells: z.array(z.object({ client: z.enum(clientDialects), upstream: z.enum(surfaceIds), stream: z.boolean() })).min(1),
  expectations: z
    .array(z.object({ id: z.string().regex(kebab), level: z.enum(['must', 'should']), steps: z.array(z.string()).min(1) }))
    .min(1),
  remedy: z.object({ proxy: z.array(z.string().regex(kebab)).min(1) }),
});

/** All problems of one definition, each with its path. Steps are built once per cell, with made-up models, to see their names. */
const problemsOf = (scenario: Scenario): readonly string[] => {
  const parsed = definitionSchema.safeParse(scenario);
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const ids = scenario.expectations.map((expectation) => expectation.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const perCell = scenario.cells.flatMap((cell) => {
    const steps = scenario.steps({ cell, model: () => 'a-model' });
    const names = Object.keys(steps);
    const unknownSteps = scenario.expectations
      .filter((expectation) => expectation.appliesTo(cell))
      .flatMap((expectation) =>
        expectation.steps
          .filter((step) => !names.includes(step))
          .map((step) => `expectations.${expectation.id}: no step "${step}"; steps are ${names.join(', ')}`),
      );
    const unknownAfter = Object.entries(steps).flatMap(([name, probe]) =>
      probe.after
        .filter((step) => !names.includes(step))
        .map((step) => `steps.${name}.after: no step "${step}"; steps are ${names.join(', ')}`),
    );
    const foretold = scenario.symptom.violates(cell);
    const unknownForetold = foretold
      .filter((id) => !scenario.expectations.some((expectation) => expectation.id === id && expectation.appliesTo(cell)))
      .map((id) => `symptom.violates: no expectation "${id}" in ${cellName(cell)}`);
    return [...unknownSteps, ...unknownAfter, ...unknownForetold];
  });
  const neverForetold = scenario.cells.some((cell) => scenario.symptom.violates(cell).length > 0)
    ? []
    : ['symptom.violates: no cell shows the symptom'];
  return [...new Set([...twice.map((id) => `expectations.${id}: defined twice`), ...perCell, ...neverForetold])];
};

/**
 * Checks a scenario when its file loads and returns it. Throws one Error that lists every problem.
 * @example export default defineScenario({ id: 'translation/sparse-tool-result', matrixRow: 3, … })
 */
export const defineScenario = <const Step extends string>(definition: ScenarioDefinition<Step>): Scenario<Step> => {
  const scenario: Scenario<Step> = { remembers: false, ...definition };
  const problems = problemsOf(scenario);
  if (problems.length > 0) throw new Error(`scenario ${definition.id}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  return scenario;
};
