import type { DestinationConfig } from '../../canary/config/canary-plan.ts';
import type { SettingProblem } from './destination.ts';
import { prepareDestination } from './prepare.ts';

/**
 * What is wrong with a destination of a configuration, and what of it must not be shown.
 * @param folder from which relative paths of secrets are taken: the configuration's
 */
export const checkDestination = async (
  destination: DestinationConfig,
  env: Readonly<Record<string, string | undefined>>,
  folder = '.',
): Promise<{ readonly problems: readonly SettingProblem[]; readonly secrets: readonly string[] }> => {
  const { problems, secrets } = await prepareDestination(destination, { env, folder });
  return { problems, secrets };
};
