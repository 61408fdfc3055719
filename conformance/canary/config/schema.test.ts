import { readFile } from 'node:fs/promises';

import { describe, expect, it } from 'vitest';

import { canaryConfigSchema, canaryJsonSchema, targetSchema } from './schema.ts';

describe('the published JSON Schema of a canary configuration', () => {
  it('is the one in docs/schemas: wireproof schema canary > docs/schemas/canary.schema.json', async () => {
    const published = await readFile(new URL('../../../docs/schemas/canary.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(canaryJsonSchema());
  });

  it('has every key with words about it, and admits no other', () => {
    const schema = canaryJsonSchema() as {
      readonly additionalProperties: boolean;
      readonly properties: Readonly<Record<string, { readonly description?: string; readonly items?: typeof schema }>>;
    };
    const target = schema.properties['targets']?.items;
    expect([schema.additionalProperties, target?.additionalProperties]).toEqual([false, false]);
    expect(Object.keys(schema.properties)).toEqual(Object.keys(canaryConfigSchema.shape));
    expect(Object.keys(target?.properties ?? {})).toEqual(Object.keys(targetSchema.shape));
    const silent = [schema, target].flatMap((each) =>
      Object.entries(each?.properties ?? {}).flatMap(([key, { description }]) => ((description ?? '').endsWith('.') ? [] : [key])),
    );
    expect(silent).toEqual([]);
  });
});
