import { z } from 'zod';

/** `wireproof.can-i-deploy/v1`, as `wireproof can-i-deploy --format json` writes it (issue 9). */

const names = z.array(z.string());

export const deployAnswerSchema = z
  .strictObject({
    schema: z.literal('wireproof.can-i-deploy/v1'),
    proxy: z.string(),
    version: z.string(),
    baseline: z.string().meta({ description: 'The seal of the set of recordings.' }),
    profile: z.string(),
    verdict: z.enum(['yes', 'no', 'unknown']),
    because: z.string().meta({ description: 'One sentence.' }),
    reports: names.meta({ description: 'Files that answer the question, the oldest first.' }),
    held: z.int().min(0).meta({ description: 'Results that hold, the newest of each.' }),
    failed: names,
    unjudged: names,
    missing: names.meta({ description: 'Judged of this proxy elsewhere, and not here.' }),
    parts: names.meta({ description: 'What was asked for where no run was whole, such as --row 3; empty where one was.' }),
  })
  .meta({ title: 'wireproof.can-i-deploy/v1' });

export const deployJsonSchema = (): unknown => z.toJSONSchema(deployAnswerSchema);
