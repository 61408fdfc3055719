import { z } from 'zod';

import type { Check, Suite } from './suite.ts';

const reportSchema = z.object({
  schemaVersion: z.literal('compatcanary.report.v1'),
  summary: z.object({ total: z.number().int().min(1) }),
  results: z
    .array(
      z.object({
        id: z.string().min(1),
        status: z.enum(['pass', 'warn', 'fail']),
        summary: z.string(),
        error: z.object({ responseBody: z.string().optional() }).optional(),
      }),
    )
    .min(1),
});

type Result = z.infer<typeof reportSchema>['results'][number];

const checkOf = ({ id, status, summary, error }: Result): Check => {
  const body = error?.responseBody;
  const says = body === undefined ? summary : `${summary}: ${body}`;
  return { id, outcome: status, findings: status === 'pass' ? [] : [{ id, says }] };
};

/** Seven probes of `/v1/models`, `/v1/chat/completions` and `/v1/responses`. */
export const compatcanary: Suite = {
  name: 'compatcanary',
  version: '0.2.2',
  licence: 'MIT',
  about: 'seven probes: models, chat (whole, streamed, forced tool call, strict schema), responses (whole, streamed)',
  program: 'src/cli.js',
  args: ({ url, model, reportFile }) =>
    [
      ['scan'],
      ['--base-url', `${url}/v1`],
      ['--model', model],
      ['--profile', 'modern'],
      ['--format', 'json'],
      ['--output', reportFile],
      ['--timeout', '20'],
      ['--fail-on', 'never'],
    ].flat(),
  env: ({ clientKey }) => ({ OPENAI_API_KEY: clientKey }),
  withinMs: 180_000,
  read: (report) => {
    const { results, summary } = reportSchema.parse(JSON.parse(report));
    if (results.length !== summary.total) throw new Error(`the report counts ${summary.total} probes and has ${results.length}`);
    return results.map(checkOf);
  },
};
