import { checkDestination } from '../../outputs/destinations/check-destination.ts';
import type { DestinationConfig } from './canary-plan.ts';
import type { Surroundings } from './sources.ts';

/** What a kind of destination says of its settings. `path` starts below the destination; no message holds a secret. */
export interface CheckedDestination {
  readonly problems: readonly {
    readonly path: readonly PropertyKey[];
    readonly expected: string;
    readonly actual: string;
    readonly hint?: string;
  }[];
  /** Values that must not be shown. */
  readonly secrets: readonly string[];
}

export type DestinationCheck = (
  destination: DestinationConfig,
  env: Readonly<Record<string, string | undefined>>,
  /** From which relative paths are taken. */
  folder: string,
) => CheckedDestination | Promise<CheckedDestination>;

type Said = Readonly<Record<string, { readonly kind: string; readonly [setting: string]: unknown }>>;

/** The destinations, with what is wrong with their settings as findings. */
export const planDestinations = async (said: Said, { env, folder, findings }: Surroundings, check: DestinationCheck = checkDestination) => {
  const secrets: string[] = [];
  const destinations = Object.entries(said).map(([name, { kind, ...settings }]): DestinationConfig => ({ name, kind, settings }));
  for (const destination of destinations) {
    const checked = await check(destination, env, folder);
    secrets.push(...checked.secrets);
    for (const { path, expected, actual, hint } of checked.problems) {
      findings.problem(['destinations', destination.name, ...path], expected, actual, hint);
    }
  }
  return { destinations, secrets };
};
