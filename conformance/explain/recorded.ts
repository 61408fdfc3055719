import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { packageRoot } from '../package-root.ts';

/** One exchange of the symptom or the remedy arm, as it was seen on both sides. */
const recordedArm = z.strictObject({
  arm: z.enum(['symptom', 'remedy']),
  /** Ids of the checks that deviated. */
  deviating: z.array(z.string()),
  /** `<step> <side> <direction>  <what>`, in order, without times. */
  lines: z.array(z.string()),
});
export type RecordedArm = z.infer<typeof recordedArm>;

const recordedScenario = z.strictObject({
  scenario: z.string(),
  /** The cell that was recorded, as people are told of it. */
  cell: z.string(),
  arms: z.array(recordedArm),
});
export type RecordedScenario = z.infer<typeof recordedScenario>;

const recordedFile = z.array(recordedScenario);

/** Written by `npm run docs:matrix`, and part of the package: `wireproof explain` shows it. */
export const exchangesFile = (): string => join(packageRoot(), 'docs', 'rows', 'exchanges.json');

/** The recorded exchanges by scenario; empty where the package came without its docs. */
export const readRecorded = (file = exchangesFile()): ReadonlyMap<string, RecordedScenario> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return new Map();
  }
  return new Map(recordedFile.parse(JSON.parse(text)).map((recorded) => [recorded.scenario, recorded]));
};
