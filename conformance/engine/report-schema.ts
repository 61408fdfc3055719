import { z } from 'zod';

import { reportSchema } from './records.ts';

/** The published JSON Schema of `wireproof.report/v1`. */
export const reportJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(reportSchema, { io: 'output' }),
  $id: 'wireproof.report/v1',
  title: 'Wireproof report',
});
