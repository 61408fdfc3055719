import { z } from 'zod';

import type { Check, Finding, Suite } from './suite.ts';

const failure = z.object({
  id: z.string(),
  label: z.string(),
  severity: z.enum(['MUST', 'SHOULD', 'MAY']),
  message: z.string().optional(),
});

const reportSchema = z.object({
  version: z.literal(2),
  incomplete: z.string().optional(),
  run: z.object({ phases: z.object({ conformance: z.object({ status: z.string(), reason: z.string().optional() }) }) }),
  coverage: z.object({
    entries: z.array(
      z.object({ id: z.string(), kind: z.enum(['surface', 'feature']), supported: z.boolean(), detail: z.string().optional() }),
    ),
  }),
  conformance: z.object({
    results: z
      .array(
        z.object({
          id: z.string(),
          outcome: z.enum(['pass', 'fail', 'unsupported', 'inconclusive', 'unreachable', 'skipped']),
          reason: z.string().optional(),
          failures: z.array(failure),
        }),
      )
      .min(1),
  }),
});

type Report = z.infer<typeof reportSchema>;
type Result = Report['conformance']['results'][number];

/** The same assertion may be made of several frames; one of its failures is enough. */
const once = (findings: readonly Finding[]): readonly Finding[] => [...new Map(findings.map((finding) => [finding.id, finding])).values()];

const checkOf = ({ id, outcome, reason = '', failures }: Result): Check => {
  const failed = failures.map(({ id, severity, label, message = label }) => ({ id, says: `${severity}: ${message}` }));
  const undecided = outcome === 'pass' || outcome === 'fail' ? [] : [{ id: `${id}:${outcome}`, says: reason }];
  return { id, outcome, findings: once([...failed, ...undecided]) };
};

const surfaceOf = ({ id, supported, detail = '' }: Report['coverage']['entries'][number]): Check => {
  const findings = supported ? [] : [{ id: `coverage-${id}`, says: detail }];
  return { id: `coverage-${id}`, outcome: supported ? 'pass' : 'unsupported', findings };
};

/**
 * Conformance checks of models, chat, responses, messages, count_tokens, embeddings, completions and more. Its grades of the model
 * (capability, agentic, fidelity) are left alone: the model here is a mock.
 */
export const llmprobe: Suite = {
  name: 'llmprobe',
  version: '0.6.12',
  licence: 'Apache-2.0',
  about: 'its conformance checks at full depth: models, chat, responses, messages, count_tokens, embeddings, completions, images, audio',
  program: 'bin/dist/llmprobe.mjs',
  args: ({ url, model, reportFile }) =>
    [[url], ['--model', model], ['--full', '--no-bench', '--no-save', '--no-color'], ['--timeout', '20'], ['--save', reportFile]].flat(),
  env: ({ clientKey }) => ({ LLMPROBE_API_KEY: clientKey }),
  withinMs: 300_000,
  read: (report) => {
    const { incomplete, run, coverage, conformance } = reportSchema.parse(JSON.parse(report));
    const { status, reason = '' } = run.phases.conformance;
    if (incomplete !== undefined) throw new Error(`the run did not finish: ${incomplete}`);
    if (status !== 'measured') throw new Error(`conformance is ${status}: ${reason}`);
    return [...coverage.entries.filter(({ kind }) => kind === 'surface').map(surfaceOf), ...conformance.results.map(checkOf)];
  },
};
