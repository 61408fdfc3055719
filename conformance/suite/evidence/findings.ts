import { z } from 'zod';

import { checkYaml, readYaml } from '../../yaml-file.ts';
import type { ObservedCheck } from './observed-check.ts';

const words = z.string().min(10, 'at least 10 characters');

const match = z.strictObject({
  /** `scenario#expectation`, with `*` for anything. */
  check: z.string().default('*'),
  dialect: z.string().optional(),
  upstream: z.string().optional(),
  stream: z.boolean().optional(),
  /** A regular expression on what was seen instead of what was expected. */
  actual: z.string().optional(),
});
export type Match = z.infer<typeof match>;

const finding = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/, 'words-with-dashes'),
  title: words,
  /** The failed checks that it explains; the first finding that matches a check has it. */
  matches: z.array(match).min(1),
  /** What the vendor of the API, or its client library, says there should be. */
  expects: words,
  consequence: words,
  /** Public issues; empty when a search found none. */
  issues: z.array(z.strictObject({ url: z.url(), says: z.string().min(1) })),
  /** The check whose transcript is shown; by default the first that matches. */
  shows: match.optional(),
});
export type Finding = z.infer<typeof finding>;

const findingsSchema = z.strictObject({
  title: z.string().min(1),
  about: words,
  owner: z.string().min(1),
  expires: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date as YYYY-MM-DD'),
  findings: z.array(finding),
  /** Markdown that closes the page: what no check of the suite speaks of. */
  also: words.optional(),
});
export type Findings = z.infer<typeof findingsSchema>;

const kind = {
  what: 'findings',
  code: 'target-file-invalid',
  keys: [...Object.keys(findingsSchema.shape), ...Object.keys(finding.shape)],
} as const;

/** @throws ToolError with every problem of the file and its line. */
export const readFindings = async (file: string): Promise<Findings> => checkYaml(await readYaml(file, kind), findingsSchema, kind);

const globbed = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
  );

/** Whether a check is one that the pattern speaks of. */
export const isMatch = (check: ObservedCheck, pattern: Match): boolean =>
  globbed(pattern.check).test(check.id) &&
  (pattern.dialect === undefined || pattern.dialect === check.dialect) &&
  (pattern.upstream === undefined || pattern.upstream === check.upstream) &&
  (pattern.stream === undefined || pattern.stream === check.stream) &&
  (pattern.actual === undefined || new RegExp(pattern.actual, 's').test(check.actual));

/** The finding that explains a failed check; `undefined` when none does. */
export const explanationOf = (check: ObservedCheck, findings: readonly Finding[]): Finding | undefined =>
  findings.find(({ matches }) => matches.some((pattern) => isMatch(check, pattern)));
