import type { Scenario } from '#scenarios/kit/scenario';

import type { KnownFailures } from '../engine/known-failures.ts';
import type { Report } from '../engine/records.ts';
import type { RunOptions } from '../engine/run.ts';
import type { LoadTargetOptions } from '../targets/file-target.ts';
import type { Target } from '../targets/target.ts';

/** What commands work with. Everything is loaded when it is first used, so that `--help` costs no more than its own text. */
export interface CliParts {
  /** Checks every exchange (schema and seal): a run on damaged fixtures would blame the proxy. Throws FixtureError with all problems. */
  readonly checkFixtures: () => Promise<void>;
  readonly loadScenarios: () => Promise<readonly Scenario[]>;
  /** `reference`, the name of one of our target files, a target file, or the URL of a live deployment. */
  readonly target: (nameOrFileOrUrl: string, options: LoadTargetOptions) => Promise<Target>;
  /** A baseline file. `scenarios` are all there are, because an entry that names none of them is an error. */
  readonly baseline: (file: string, scenarios: readonly Scenario[]) => Promise<KnownFailures>;
  readonly runSuite: (options: RunOptions) => Promise<Report>;
}

export const lazyParts: CliParts = {
  checkFixtures: async () => {
    (await import('#fixtures/catalogue')).loadSealed();
  },
  loadScenarios: async () => (await import('#scenarios/catalogue')).loadScenarios(),
  target: async (nameOrFileOrUrl, options) => (await import('../targets/file-target.ts')).loadTarget(nameOrFileOrUrl, options),
  baseline: async (file, scenarios) => (await import('../baseline/baseline.ts')).loadBaseline(file, scenarios),
  runSuite: async (options) => (await import('../engine/run.ts')).runSuite(options),
};
