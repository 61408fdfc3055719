import { dirname } from 'node:path';

import type { CanaryPlan } from './canary-plan.ts';
import { openFindings } from './findings.ts';
import { readForm } from './form.ts';
import { historyPlan } from './general-plan.ts';
import type { LoadPlanOptions } from './load-canary-plan.ts';
import { readConfig } from './read-config.ts';

/**
 * Where the history of a configuration is, and how long it is kept. Who asks what a canary saw needs none of its keys: variables, files and
 * targets are not looked at, except the variable of the history.
 * @throws ToolError `config-invalid` with all that is wrong with the form, or with the place of the history
 */
export const loadHistoryPlan = async (
  path: string,
  { env, cwd }: Pick<LoadPlanOptions, 'env' | 'cwd'>,
): Promise<Pick<CanaryPlan, 'history' | 'retention'>> => {
  const source = await readConfig(path, cwd);
  const form = readForm(source);
  const findings = openFindings({ file: source.file, where: (place) => source.where(form.placeInFile(place)) });
  findings.add(form.problems);
  const plan = historyPlan(form.general, { env, folder: dirname(source.file), findings });
  findings.throwAll();
  return plan;
};
