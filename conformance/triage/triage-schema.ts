import { z } from 'zod';

import { sectionIds } from '#scenarios/kit/page-row';

import { verdicts } from '../engine/records.ts';
import { topics } from './question.ts';
import { weights } from './sign.ts';
import { verdictKinds } from './verdict.ts';

/** What a triage found, as data. `wireproof.triage/v1` is the published form; fields are only ever added to it. */

const count = z.int().min(0);
const spending = z.strictObject({ requests: count, tokens: count });

const step = z.strictObject({
  id: z.string(),
  topic: z.enum(topics),
  wants: z.string().describe('What the question wants to know.'),
  at: z.enum(['public', 'direct']),
  method: z.string(),
  path: z.string(),
  key: z.enum(['shown', 'none']),
  status: z.int().min(0).describe('0 when no status line arrived.'),
  end: z.enum(['complete', 'timeout', 'reset', 'cut', 'refused']),
  errorCode: z.string().optional(),
  reads: count.describe('In how many reads of the socket the body came.'),
  durationMs: count,
  answer: z.string().describe('Status and words, with bytes of the target escaped.'),
  curl: z.string().describe('Sends it again; keys stand in it as shell variables.'),
});

const named = z.strictObject({
  row: z
    .union([z.int(), z.enum(sectionIds)])
    .nullable()
    .describe('A row of the page, the id of a section, or null: stress of a provider, which the checklist asks for.'),
  weight: z.enum(weights).describe('certain and likely decide the verdict; possible is worth a look.'),
  title: z.string(),
  evidence: z.string(),
  questions: z.array(z.string()),
  cause: z.string(),
  remediation: z.string(),
});

export const triageSchema = z.strictObject({
  schema: z.literal('wireproof.triage/v1'),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  url: z.string(),
  direct: z.string().optional(),
  profile: z.string().optional(),
  key: z.enum(['given', 'none']),
  verdict: z.strictObject({ kind: z.enum(verdictKinds), says: z.string(), exitCode: z.int() }),
  named: z.array(named),
  steps: z.array(step),
  notAsked: z.array(z.strictObject({ id: z.string(), because: z.string() })),
  notSeen: z.array(z.string()),
  canaries: z
    .array(
      z.strictObject({
        row: z.union([z.int(), z.enum(sectionIds)]),
        scenario: z.string(),
        verdict: z.enum(verdicts),
        deviating: z.array(z.string()),
        reason: z.string().optional(),
      }),
    )
    .optional()
    .describe('With --confirm: what the canaries of the named rows say.'),
  limits: spending,
  spent: spending,
});
export type TriageReport = z.infer<typeof triageSchema>;

/** The published JSON Schema of `wireproof triage --format json`. */
export const triageJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(triageSchema, { io: 'output' }),
  $id: 'wireproof.triage/v1',
  title: 'Wireproof triage',
});
