import { surfaceIds } from '#fixtures/exchange';
import { capabilities } from '#scenarios/kit/capability';
import { clientDialects } from '#scenarios/kit/cell';

/** Everything that can be claimed. */
export const knownClaims: readonly string[] = [
  ...clientDialects.map((dialect) => `client:${dialect}`),
  ...surfaceIds.map((surface) => `upstream:${surface}`),
  ...Object.keys(capabilities),
];
