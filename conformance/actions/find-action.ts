import { importPart } from '#fixtures/import-part';

import type { ActionPerformer } from './action.ts';

const words = /^[a-z]+(-[a-z]+)*$/;
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** The performer in `<kind>.action.ts`. Rejects where there is none: the scenario is then at fault. */
export const findAction = async (kind: string): Promise<ActionPerformer> => {
  if (!words.test(kind)) throw new Error(`an action's kind is words with dashes, not ${JSON.stringify(kind)}`);
  const found = (await importPart(new URL(`./${kind}.action.${extension}`, import.meta.url))) as { readonly action: ActionPerformer };
  return found.action;
};
