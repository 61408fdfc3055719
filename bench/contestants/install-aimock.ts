import { installedPackage } from '../../conformance/targets/npm-package.ts';

import type { MeasureContext } from '../measure.ts';
import { aimock } from './contestant.ts';

export interface Installed {
  readonly folder?: string;
  /** Why there is none. */
  readonly missing?: string;
}

/** Installs the peer for comparison only: into the cache, never among our own dependencies. A failure is an outcome, and is reported. */
export const installAimock = async ({ cacheDir, env, progress }: MeasureContext): Promise<Installed> => {
  try {
    const spec = `${aimock.name}@${aimock.version}`;
    return { folder: await installedPackage({ spec, cacheDir, env, onProgress: progress }) };
  } catch (error) {
    const missing = (error as Error).message;
    progress(missing);
    return { missing };
  }
};
