import { z } from 'zod';

import { cronProblem, isTimeZone } from '../schedule/cron.ts';

/** A cron expression of five or six fields that can be read. Whether it ever comes is asked later, when its time zone is known. */
export const cronSchema = z.string({ error: 'a cron expression' }).superRefine((expression, context) => {
  const problem = cronProblem(expression);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: `a cron expression of five or six fields (${problem})` });
});

export const timeZoneSchema = z
  .string({ error: 'an IANA time zone' })
  .refine(isTimeZone, 'an IANA time zone, such as Europe/Berlin or UTC');
