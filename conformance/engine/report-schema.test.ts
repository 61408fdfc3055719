import { describe, expect, it } from 'vitest';

import { reportSchema } from './records.ts';
import { reportJsonSchema } from './report-schema.ts';

describe('the published JSON Schema', () => {
  it('describes a closed object with every key of the report', () => {
    const schema = reportJsonSchema();
    expect(schema).toMatchObject({ $id: 'wireproof.report/v1', type: 'object', additionalProperties: false });
    expect(Object.keys(schema['properties'] as object)).toEqual(Object.keys(reportSchema.shape));
    expect(schema['required']).toEqual(['schema', 'tool', 'run', 'target', 'summary', 'results']);
  });
});
