import { z } from 'zod';

import { changeKinds } from './compare-surfaces.ts';

/** `wireproof.sdk-drift/v1`, as `wireproof drift --sdk --format json` writes it (issue 9). */

const count = z.int().min(0);

const change = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .meta({ description: 'The same for the same change in every run and between any versions: one pull request per id.' }),
  severity: z.enum(['breaking', 'additive', 'cosmetic']),
  kind: z.enum(changeKinds),
  sides: z.array(z.enum(['request', 'answer'])).meta({ description: 'Whether requests have it, or answers, or both.' }),
  path: z.string().meta({ description: 'From an exported type: ChatCompletion.choices[].finish_reason' }),
  before: z.string().optional().meta({ description: 'As a type.' }),
  after: z.string().optional(),
  disagrees: z
    .array(z.strictObject({ wire: z.string(), path: z.string(), because: z.string() }))
    .optional()
    .meta({ description: 'What the strict schemas of this package say against answers as the newer types have them.' }),
});

export const sdkDriftSchema = z
  .strictObject({
    schema: z.literal('wireproof.sdk-drift/v1'),
    package: z.string(),
    before: z.string().meta({ description: 'A version.' }),
    after: z.string(),
    summary: z.strictObject({ breaking: count, additive: count, cosmetic: count, disagreements: count }),
    changes: z.array(change),
  })
  .meta({ title: 'wireproof.sdk-drift/v1' });

export const sdkDriftJsonSchema = (): unknown => z.toJSONSchema(sdkDriftSchema);
