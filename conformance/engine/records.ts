import { z } from 'zod';

import { surfaceIds } from '#fixtures/exchange';
import { clientDialects } from '#scenarios/kit/cell';
import { sectionIds } from '#scenarios/kit/page-row';
import { arms } from '#scenarios/kit/scenario';

/** What a run produced, as data. `wireproof.report/v1` is the published form; fields are only ever added to it. */

export const verdicts = ['pass', 'fail', 'inconclusive', 'unsupported', 'unreachable', 'error'] as const;
export type Verdict = (typeof verdicts)[number];

const cost = z.strictObject({ requests: z.int().min(0), inputTokens: z.int().min(0), outputTokens: z.int().min(0) });

/** One line of a wire trace, in milliseconds after the step's first byte left. */
const traceLine = z.strictObject({
  atMs: z.number(),
  side: z.enum(['caller', 'upstream']),
  direction: z.enum(['sent', 'received']),
  step: z.string(),
  what: z.string(),
});
export type TraceLine = z.infer<typeof traceLine>;

/** Who is at fault for a check that did not hold. `unknown`: what was seen cannot tell, and `because` says what is missing. */
export const attributionSchema = z.strictObject({
  at: z.enum(['proxy', 'upstream', 'harness', 'network', 'unknown']),
  because: z.string(),
});
export type Attribution = z.infer<typeof attributionSchema>;

/** A request that can be sent again by hand. */
const repeatSchema = z.strictObject({
  step: z.string(),
  /** The failed checks that read it; none for a step that only has to come before. */
  checks: z.array(z.string()),
  /** One line for a POSIX shell. What is secret stands in it as a variable: `$WIREPROOF_KEY` is the client's key, `$WIREPROOF_URL` a target that we started. */
  curl: z.string(),
  /** What the line cannot do. */
  note: z.string().optional(),
});
export type RepeatRecord = z.infer<typeof repeatSchema>;

export const expectationRecordSchema = z.strictObject({
  id: z.string(),
  level: z.enum(['must', 'should']),
  side: z.enum(['caller', 'upstream']),
  verdict: z.enum(verdicts),
  /** In the symptom arm: this deviation was foretold and is what the arm wants to see. */
  foretold: z.boolean().optional(),
  expected: z.json().optional(),
  actual: z.json().optional(),
  evidence: z.string().optional(),
  /** For `inconclusive`, `unsupported`, `unreachable` and `error`: why. */
  reason: z.string().optional(),
  /** For a check that went wrong unforetold: whose fault it is, and the fact that shows it. */
  attribution: attributionSchema.optional(),
});
export type ExpectationRecord = z.infer<typeof expectationRecordSchema>;

/** A row of the page's matrix, or the id of a section after it. */
const pageRow = z.union([z.int(), z.enum(sectionIds)]);

export const resultSchema = z.strictObject({
  scenario: z.string(),
  row: pageRow,
  arm: z.enum(arms),
  /** The caller's dialect. */
  dialect: z.enum(clientDialects),
  upstream: z.enum(surfaceIds),
  stream: z.boolean(),
  /** What the target stood on and behind, where the scenario says it: such as the reverse proxy that was really there. */
  ground: z.array(z.string()).optional(),
  verdict: z.enum(verdicts),
  /** Why a verdict other than pass or fail was given. */
  reason: z.string().optional(),
  durationMs: z.number(),
  cost,
  /** In a canary: of its slowest step that had an answer. */
  timing: z.strictObject({ firstByteMs: z.number().min(0).optional(), totalMs: z.number().min(0) }).optional(),
  expectations: z.array(expectationRecordSchema),
  /** Present where something deviated that was not foretold. */
  trace: z.array(traceLine).optional(),
  /** The requests behind the checks that failed, in the order in which they were sent; present as the trace is. */
  repeat: z.array(repeatSchema).optional(),
  diagnosis: z
    .strictObject({ row: pageRow, symptom: z.string(), cause: z.string(), check: z.string(), remediation: z.string() })
    .optional(),
  /** Set when a baseline entry covers this failure. */
  knownFailure: z.strictObject({ reason: z.string(), owner: z.string(), expires: z.string() }).optional(),
});
export type ResultRecord = z.infer<typeof resultSchema>;

export const summarySchema = z.strictObject({
  pass: z.int(),
  fail: z.int(),
  inconclusive: z.int(),
  unsupported: z.int(),
  unreachable: z.int(),
  error: z.int(),
  /** Judged expectations (checks) that hold or deviate, over all results. */
  checks: z.int(),
  exitCode: z.int().min(0).max(3),
});
export type Summary = z.infer<typeof summarySchema>;

export const reportSchema = z.strictObject({
  schema: z.literal('wireproof.report/v1'),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  run: z.strictObject({
    id: z.string(),
    startedAt: z.iso.datetime(),
    durationMs: z.number(),
    seed: z.int(),
    complete: z.boolean(),
    /** What left a part of the scenarios or arms out, as it was asked for: `--row 3`, `--shard 1/2`. Absent for a whole run. */
    selection: z.array(z.string()).optional(),
  }),
  target: z.strictObject({ name: z.string(), url: z.string().optional(), profile: z.string(), version: z.string().optional() }),
  /** Where upstreams were recordings, played or made by this run: the seal of their set. */
  upstream: z
    .strictObject({
      baseline: z.string(),
      source: z.enum(['record', 'replay']).optional(),
      directory: z.string().optional(),
      recordings: z.int().min(0).optional(),
      /** The set is not as it was recorded: some of it was changed and sealed anew, added or taken away. */
      changed: z.literal(true).optional(),
    })
    .optional(),
  summary: summarySchema,
  /** Problems of the baseline file: stale or expired entries. They decide the exit code as an unexpected failure does. */
  baseline: z.array(z.strictObject({ entry: z.string(), problem: z.enum(['stale', 'expired']), message: z.string() })).optional(),
  /** Claims of the profile that every answer of the run speaks against; unless a baseline covers all that shows it, the run ends in 1. */
  contradictedClaims: z.array(z.strictObject({ claim: z.string(), because: z.string(), results: z.int() })).optional(),
  results: z.array(resultSchema),
});
export type Report = z.infer<typeof reportSchema>;
