import { loadScenarios } from '#scenarios/catalogue';

import { loadDefects } from '../miniatures/catalogue.ts';
import { defectKiller, remedyKiller, runKillMatrix, type KillMatrix } from '../miniatures/kill-matrix.ts';
import { referenceRemedyIds, referenceTarget } from '../targets/reference-proxy.ts';

/** The whole matrix as it is published: every defect and every remedy, against every scenario. */
export const runWholeKillMatrix = async (): Promise<KillMatrix> => {
  const [scenarios, clean, defects] = await Promise.all([loadScenarios(), referenceTarget(), loadDefects()]);
  const killers = [...referenceRemedyIds().map((id) => remedyKiller(clean, id)), ...defects.map((defect) => defectKiller(clean, defect))];
  return runKillMatrix(scenarios, killers);
};

export const killMatrixFile = new URL('../../docs/kill-matrix.md', import.meta.url);
