import { readdirSync, readFileSync } from 'node:fs';

import { z } from 'zod';

import { changeKinds, severities } from '../change.ts';
import { editSchema } from './apply-edit.ts';

const driftSchema = z.strictObject({
  name: z.string().min(3),
  /** Slug of the exchange that is changed. */
  of: z.string(),
  edit: editSchema,
  /** The finding by which it has to be named; nothing may be worse than it. */
  expect: z.strictObject({ kind: z.enum(changeKinds), severity: z.enum(severities), path: z.string() }),
});

/** A single change to an exchange, with what has to be said of it. */
export interface SeededDrift extends z.infer<typeof driftSchema> {
  readonly surface: string;
}

const suffix = '.drifts.json';

/** All seeded drifts, by surface and in the order of their files. A file is named after its surface. */
export const findDrifts = (): readonly SeededDrift[] => {
  const folder = new URL('./', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(suffix));
  return files.sort().flatMap((name) => {
    const drifts = z.array(driftSchema).parse(JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
    return drifts.map((drift) => ({ ...drift, surface: name.slice(0, -suffix.length) }));
  });
};
