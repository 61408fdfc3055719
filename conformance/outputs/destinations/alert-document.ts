import { z } from 'zod';

import { sectionIds } from '#scenarios/kit/page-row';

import { attributionSchema } from '../../engine/records.ts';
import type { AlertEvent, Evidence, Incident } from '../../history/records.ts';
import { iso, oneLine } from './alert-words.ts';

const row = z.union([z.int(), z.enum(sectionIds)]).describe('A row of the page, or the id of a section.');
const time = z.iso.datetime();

const check = z.strictObject({
  id: z.string(),
  level: z.enum(['must', 'should']),
  expected: z.string().optional(),
  actual: z.string().optional(),
});
type Check = z.infer<typeof check>;

/** What a webhook is told. `wireproof.alert/v1` is the published form; fields are only ever added to it. */
export const alertSchema = z.strictObject({
  schema: z.literal('wireproof.alert/v1'),
  event: z.enum(['opened', 'resolved']),
  delivery: z.string().describe('The same for each attempt to tell the same: what came twice is known by it.'),
  at: time,
  incident: z.strictObject({
    id: z.string(),
    target: z.string(),
    scenario: z.string().describe('`*`: all of the target.'),
    row,
    rule: z.string(),
    severity: z.enum(['critical', 'warning']),
    title: z.string(),
    openedAt: time,
    closedAt: time.optional(),
    locations: z.array(z.string()).describe('Where it is seen; once it is closed, where it was seen last.'),
    results: z.int().min(0).describe('Results that belong to it so far.'),
    diagnosis: z
      .strictObject({ row, symptom: z.string(), cause: z.string(), check: z.string(), remediation: z.string() })
      .optional()
      .describe('The page’s.'),
    fault: attributionSchema.optional(),
    checks: z.array(check).describe('What went wrong last. Text of the target: never trust it.'),
    curl: z.string().optional().describe('A line for a shell that repeats the request.'),
  }),
  page: z.string().optional().describe('Where people read on.'),
});
type AlertDocument = z.infer<typeof alertSchema>;

const mostChecks = 10;
const mostLocations = 100;
const mostWords = 1000;

const said = (text: string | undefined): string | undefined => (text === undefined ? undefined : oneLine(text, mostWords));

const checksOf = (evidence: Evidence | undefined): Check[] =>
  (evidence?.checks ?? []).slice(0, mostChecks).map(({ id, level, ...rest }) => {
    const [expected, actual] = [said(rest.expected), said(rest.actual ?? rest.evidence)];
    return { id, level, ...(expected !== undefined && { expected }), ...(actual !== undefined && { actual }) };
  });

const incidentOf = (incident: Incident): AlertDocument['incident'] => {
  const { id, target, scenario, row, rule, severity, results, diagnosis, fault, closedAt, lastEvidence } = incident;
  return {
    id,
    target,
    scenario,
    row,
    rule,
    severity,
    results,
    title: oneLine(incident.title, mostWords),
    openedAt: iso(incident.openedAt),
    ...(closedAt !== undefined && { closedAt: iso(closedAt) }),
    locations: incident.locations.slice(0, mostLocations),
    ...(diagnosis !== undefined && { diagnosis }),
    ...(fault !== undefined && { fault: { at: fault.at, because: oneLine(fault.because, mostWords) } }),
    checks: checksOf(lastEvidence),
    // A line for a shell that is cut is worse than none.
    ...(lastEvidence?.curl !== undefined && lastEvidence.curl.length <= 4000 && { curl: lastEvidence.curl }),
  };
};

/** What a generic webhook is told of an event. */
export const alertDocument = (
  { kind, at, incident }: AlertEvent,
  { delivery, page }: { readonly delivery: string; readonly page?: string },
): AlertDocument => ({
  schema: 'wireproof.alert/v1',
  event: kind,
  delivery,
  at: iso(at),
  incident: incidentOf(incident),
  ...(page !== undefined && { page }),
});

/** The published JSON Schema of what a webhook is told. */
export const alertJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(alertSchema, { io: 'output' }),
  $id: 'wireproof.alert/v1',
  title: 'Wireproof alert',
});
