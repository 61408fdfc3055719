import { z } from 'zod';

import { readPath } from '../payload/path.ts';
import type { JsonPath } from '../payload/path.ts';
import type { Assignment, PayloadRules } from '../payload/rules.ts';
import { name } from './values.ts';

const jsonPath = z.string().transform((text, context): JsonPath => {
  const path = readPath(text);
  if (path !== undefined) return path;
  context.addIssue({ code: 'custom', message: 'a path of names and positions such as generationConfig.temperature or messages.0' });
  return z.NEVER;
});

/** `{path: value}`; zod's own records would hide which path is wrong. */
const assignments = z.record(z.string(), z.json()).transform((params, context): readonly Assignment[] =>
  Object.entries(params).flatMap(([text, value]) => {
    const path = readPath(text);
    if (path !== undefined) return [{ path, value }];
    context.addIssue({
      code: 'custom',
      path: [text],
      message: 'a path of names and positions such as generationConfig.temperature or messages.0',
    });
    return [];
  }),
);

const parsed = (text: unknown): { readonly value: unknown } | undefined => {
  if (typeof text !== 'string') return { value: text };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/** Values are JSON as text. */
const rawAssignments = assignments.transform((list, context): readonly Assignment[] =>
  list.flatMap(({ path, value }) => {
    const json = parsed(value);
    if (json !== undefined) return [{ path, value: json.value }];
    context.addIssue({ code: 'custom', path: [path.join('.')], message: 'JSON as text' });
    return [];
  }),
);

const conditions = z
  .array(assignments)
  .default([])
  .transform((list): readonly Assignment[] => list.flat());

export const payloadModel = z.strictObject({
  name,
  protocol: name.optional(),
  'from-protocol': name.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  match: conditions,
  'not-match': conditions,
  exist: z.array(jsonPath).default([]),
  'not-exist': z.array(jsonPath).default([]),
});

const models = z.array(payloadModel).min(1);

export const payloadSetting = z.strictObject({ models, params: assignments });
const rawSetting = z.strictObject({ models, params: rawAssignments });
const filter = z.strictObject({ models, params: z.array(jsonPath) });

/** Changes to the bodies that are sent upstream, by model and protocol (sheet row 12 (d)). */
export const payload: z.ZodType<PayloadRules> = z.strictObject({
  default: z.array(payloadSetting).default([]),
  'default-raw': z.array(rawSetting).default([]),
  override: z.array(payloadSetting).default([]),
  'override-raw': z.array(rawSetting).default([]),
  filter: z.array(filter).default([]),
});

export const payloadKeys: readonly string[] = ['default', 'default-raw', 'override', 'override-raw', 'filter'];
