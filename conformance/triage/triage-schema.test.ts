import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { triageJsonSchema, triageSchema } from './triage-schema.ts';

describe('the published JSON Schema of a triage', () => {
  it('is the one in docs/schemas: wireproof schema triage > docs/schemas/triage.schema.json', async () => {
    const published = await readFile(new URL('../../docs/schemas/triage.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(triageJsonSchema());
  });

  it('describes every key, and admits no other', () => {
    expect(triageJsonSchema()).toMatchObject({ $id: 'wireproof.triage/v1', additionalProperties: false });
    expect(Object.keys(triageJsonSchema()['properties'] as object)).toEqual(Object.keys(triageSchema.shape));
  });
});
