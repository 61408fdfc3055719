import { DefinitionError, loadScenarios } from '#scenarios/catalogue';
import type { Scenario } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';

/**
 * All scenarios of this package (or of another folder of that layout), sorted by row, then id.
 * @throws ToolError `definition-invalid` with every problem of every file.
 */
export const loadCatalogue = async (dir?: URL): Promise<readonly Scenario[]> => {
  try {
    return await loadScenarios(dir);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const problems = error.problems.map(({ file, path, ...rest }) => ({ where: path === '' ? file : `${file} ${path}`, ...rest }));
    throw new ToolError('definition-invalid', 'some scenario files cannot be used', { problems, cause: error });
  }
};
