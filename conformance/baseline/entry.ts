import { z } from 'zod';

import { surfaceIds } from '#fixtures/exchange';
import { clientDialects } from '#scenarios/kit/cell';
import { arms } from '#scenarios/kit/scenario';

import type { ArmResult } from '../engine/arm.ts';

const isCalendarDay = (text: string): boolean => {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
};

/** One known failure. It says why it is tolerated, by whom and until when, so that it cannot be forgotten. */
export const entrySchema = z.strictObject(
  {
    id: z
      .string({ error: 'the id of a scenario, or scenario#expectation' })
      .regex(/^[a-z0-9-]+\/[a-z0-9-]+(#[a-z0-9-]+)?$/, 'the id of a scenario, or scenario#expectation'),
    reason: z.string({ error: 'why the failure is tolerated' }).min(10, 'why the failure is tolerated, in at least 10 characters'),
    owner: z.string({ error: 'who looks after it' }).min(1, 'who looks after it'),
    expires: z
      .string({ error: 'a date as YYYY-MM-DD' })
      .regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD')
      .refine(isCalendarDay, 'a day that exists'),
    /** An issue, or a page beside the baseline such as ../../docs/evidence/portkey.md#finding. */
    link: z.union([z.url(), z.string().regex(/^\.{1,2}\/\S+$/)], { error: 'an address, or a path that starts with ./ or ../' }).optional(),
    arm: z.enum(arms, { error: `one of ${arms.join(', ')}` }).optional(),
    dialect: z.enum(clientDialects, { error: `one of ${clientDialects.join(', ')}` }).optional(),
    upstream: z.enum(surfaceIds, { error: `one of ${surfaceIds.join(', ')}` }).optional(),
    stream: z.boolean('true or false').optional(),
  },
  { error: 'an entry with id, reason, owner and expires' },
);
export type BaselineEntry = z.infer<typeof entrySchema>;

export const baselineSchema = z.array(entrySchema, { error: 'a list of entries' });

/** Scenario and, when the entry names one, expectation. */
export const partsOf = (entry: Pick<BaselineEntry, 'id'>): { readonly scenario: string; readonly expectation: string | undefined } => {
  const [scenario = '', expectation] = entry.id.split('#');
  return { scenario, expectation };
};

/** The entry as people recognise it: id and what narrows it. */
export const entryName = (entry: BaselineEntry): string => {
  const narrowed = [
    entry.arm,
    entry.dialect,
    entry.upstream,
    entry.stream === undefined ? undefined : entry.stream ? 'stream' : 'no stream',
  ];
  const words = narrowed.filter((word) => word !== undefined);
  return words.length === 0 ? entry.id : `${entry.id} (${words.join(', ')})`;
};

/** Whether the entry speaks of this result at all. */
export const concerns = (entry: BaselineEntry, { record }: ArmResult): boolean =>
  partsOf(entry).scenario === record.scenario &&
  (entry.arm === undefined || entry.arm === record.arm) &&
  (entry.dialect === undefined || entry.dialect === record.dialect) &&
  (entry.upstream === undefined || entry.upstream === record.upstream) &&
  (entry.stream === undefined || entry.stream === record.stream);

/** Whether the entry covers this culprit of a failed result. */
export const coversCulprit = (entry: BaselineEntry, culprit: string): boolean => {
  const { expectation } = partsOf(entry);
  return expectation === undefined || expectation === culprit;
};
