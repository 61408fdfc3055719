import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { alertJsonSchema } from './alert-document.ts';

describe('the published JSON Schema of an alert', () => {
  it('is the one in docs/schemas: wireproof schema alert > docs/schemas/alert.schema.json', async () => {
    const published = await readFile(new URL('../../../docs/schemas/alert.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(alertJsonSchema());
  });

  it('has a name, and admits no other key', () => {
    expect(alertJsonSchema()).toMatchObject({ $id: 'wireproof.alert/v1', additionalProperties: false });
  });
});
