import type { Scenario } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';
import { nearestHint } from '../nearest.ts';

/**
 * A scenario that switches off a remedy nobody has would "reproduce" its symptom by nothing.
 * @throws ToolError `definition-invalid` with every unknown name.
 */
export const checkRemedies = (scenarios: readonly Scenario[], known: readonly string[]): void => {
  const problems = scenarios.flatMap((scenario) =>
    scenario.remedy.proxy
      .filter((id) => !known.includes(id))
      .map((id) => ({
        where: `scenarios/${scenario.id}.scenario.ts remedy.proxy`,
        expected: 'the id of a remedy of the reference proxy',
        actual: `"${id}"`,
        hint: nearestHint(id, known),
      })),
  );
  if (problems.length > 0) throw new ToolError('definition-invalid', 'scenarios cite remedies that do not exist', { problems });
};
