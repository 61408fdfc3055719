import { join } from 'node:path';

import { z } from 'zod';

import { FixtureError, type FixtureProblem } from '#fixtures/errors';
import { parseText, schemaProblems } from '#fixtures/exchange-file';
import { readTextFile } from '#fixtures/recordings/recording-file';

/** What a recorded run was, beside its recordings: `run.json`, `wireproof.recorded-run/v1` (issue 9). */
export const manifestSchema = z.strictObject({
  schema: z.literal('wireproof.recorded-run/v1'),
  tool: z.string(),
  recordedAt: z.iso.datetime(),
  /** Correlation tokens follow from both: a replay asks with the same ones. */
  run: z.strictObject({ id: z.string(), seed: z.int() }),
  target: z.strictObject({ name: z.string(), version: z.string().optional() }),
  arms: z.array(z.string()),
  /** How many arms were run, and how many recordings there are. */
  results: z.int().min(0),
  recordings: z.int().min(0),
  /** Of the set of recordings (fixtures/recordings/set-seal.ts). */
  seal: z.string().regex(/^[0-9a-f]{64}$/),
  /** Calls of the mocked upstreams that could not be kept; what needs one is inconclusive in a replay. */
  notSaved: z.array(z.strictObject({ token: z.string(), method: z.string(), path: z.string(), code: z.string(), detail: z.string() })),
});

export const manifestJsonSchema = (): unknown => z.toJSONSchema(manifestSchema.meta({ title: 'wireproof.recorded-run/v1' }));

export type RunManifest = z.infer<typeof manifestSchema>;

export const manifestName = 'run.json';

const hint = 'wireproof run --upstream record:DIR writes it.';
const mostBytes = 16 * 1024 * 1024;

const versionProblem = (file: string, value: unknown): readonly FixtureProblem[] => {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  const expected = manifestSchema.shape.schema.value;
  if (schema === expected) return [];
  const newer = typeof schema === 'string' && schema.startsWith('wireproof.recorded-run/');
  const actual = JSON.stringify(schema ?? null).slice(0, 80);
  return [
    { file, path: 'schema', expected: `"${expected}"`, actual, hint: newer ? 'It was made by a newer wireproof: update this one.' : hint },
  ];
};

/** Throws FixtureError when there is none, or it is none. */
export const readManifest = (directory: string): RunManifest => {
  const file = join(directory, manifestName);
  const { text, problems: unread } = readTextFile(file, mostBytes);
  if (text === undefined) throw new FixtureError(unread.map((problem) => ({ ...problem, hint })));
  const { value, problems: broken } = parseText(file, text);
  const problems = broken.length > 0 ? broken : versionProblem(file, value);
  if (problems.length > 0) throw new FixtureError(problems);
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FixtureError(parsed.error.issues.flatMap((issue) => schemaProblems(file, value, issue, hint)));
};
