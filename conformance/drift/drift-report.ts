import { z } from 'zod';

import { shortened } from '../reporters/printable.ts';
import { type Change, changeKinds, type Severity, severities } from './change.ts';
import { type Baseline, compareSamples, groupsWithoutAnswer } from './compare.ts';
import { isOfFresh, notComparedIn } from './not-compared.ts';
import { noticedBy } from './noticing.ts';
import type { Sample } from './sample.ts';
import { touchedBy } from './touched-by.ts';

/** What `wireproof drift --format json` writes: `wireproof.drift/v1` (issue 9). */

const fits = z.enum(['fits', 'does not fit', 'unknown']);

const sdkVerdict = z.strictObject({
  package: z.string(),
  version: z.string(),
  /** Whether the types take what was answered before, and what is answered now. */
  before: fits,
  after: fits,
  who: z.enum([
    'upstream moved away from the SDK',
    'upstream caught up with the SDK',
    'SDK allows both',
    'SDK allows neither',
    'SDK says nothing',
  ]),
});
export type SdkVerdict = z.infer<typeof sdkVerdict>;

const touched = z.strictObject({
  dialect: z.string().meta({ description: 'By which the proxy reads answers of this surface.' }),
  reads: z.boolean(),
  writes: z.boolean(),
  reaches: z.array(z.string()).meta({ description: 'Dialects whose clients get something else when this is another.' }),
});

const noticed = z.strictObject({
  ran: z.int().min(0).meta({ description: 'Scenarios that were run, once with the former answer and once with the new one.' }),
  scenario: z.string().optional().meta({ description: 'The first one that holds with the former answer and deviates with the new one.' }),
  check: z.string().optional(),
});

const change = z.strictObject({
  id: z
    .string()
    .regex(/^[0-9a-f]{12}$/)
    .meta({ description: 'The same for the same change in every run: one pull request per id.' }),
  severity: z.enum(severities),
  kind: z.enum(changeKinds),
  surface: z.string(),
  path: z.string().meta({ description: 'Of a field, a header, or the name of a rule of the wire.' }),
  what: z.string(),
  before: z.string().optional().meta({ description: 'As JSON, at most 300 characters.' }),
  after: z.string().optional(),
  seenIn: z.array(z.string()).min(1),
  rule: z.string().optional().meta({ description: 'Of the strict wire rules: the one that newly fails.' }),
  grammar: z
    .strictObject({ dialect: z.string(), version: z.string(), fits: z.string().optional() })
    .optional()
    .meta({ description: 'Of a stream that leaves its grammar: which one, and the newest former version that it is of.' }),
  scenario: z.string().optional().meta({ description: 'The first scenario that plays what changed.' }),
  noticed: noticed.optional().meta({ description: 'What scenarios say to the new answer. Absent where they were not run.' }),
  touchedBy: touched.optional().meta({ description: 'What the dialects of the proxy do with the field. Absent where nobody tried it.' }),
  sdk: sdkVerdict.optional().meta({ description: 'Of a comparison with the types of an SDK.' }),
});

const count = z.int().min(0);

const live = z.strictObject({
  /** Origin and mount of what was asked. */
  upstream: z.string(),
  /** Answers wanted for each request. */
  wanted: count,
  /** Requests that were sent, and what they cost at most. */
  requests: count,
  tokens: count,
  seconds: z.number().min(0),
  stopped: z.string().optional().meta({ description: 'Why not everything was asked: a ceiling, a signal, an upstream that is away.' }),
  /** Requests with fewer answers than wanted, and why. */
  gaps: z.array(z.strictObject({ id: z.string(), samples: count, because: z.string() })),
});

/** Exported for those who read a report again. */
export const driftSchema = z
  .strictObject({
    schema: z.literal('wireproof.drift/v1'),
    samples: z.strictObject({ baseline: count, against: count }),
    counts: z.strictObject({ breaking: count, additive: count, cosmetic: count }),
    changes: z.array(change),
    /** Of the baseline: without a new answer, or without one of its own that could be read. */
    notCompared: z.array(z.string()),
    /** Answers that the baseline has no question for. */
    notInBaseline: z.array(z.string()),
    /** Samples, or groups of them, that could not be compared, or not their bodies, and why. */
    unread: z.array(z.strictObject({ id: z.string(), because: z.string() })),
    /** Whose types were compared, too. */
    sdk: z.strictObject({ package: z.string(), version: z.string() }).optional(),
    /** Of a comparison with an upstream as it is now. */
    live: live.optional(),
  })
  .meta({ title: 'wireproof.drift/v1' });
export type DriftReport = z.infer<typeof driftSchema>;
export type ReportedChange = DriftReport['changes'][number];

export const driftJsonSchema = (): unknown => z.toJSONSchema(driftSchema);

const longestValue = 300;
const bounded = (value: unknown): string => shortened(JSON.stringify(value), longestValue);

const reported = ({ before, after, seenIn, rule, grammar, ...rest }: Change, scenario: string | undefined): ReportedChange => ({
  id: rest.id,
  severity: rest.severity,
  kind: rest.kind,
  surface: rest.surface,
  path: shortened(rest.path, longestValue),
  what: shortened(rest.what, longestValue),
  ...(before !== undefined && { before: bounded(before) }),
  ...(after !== undefined && { after: bounded(after) }),
  seenIn: [...seenIn],
  ...(rule !== undefined && { rule }),
  ...(grammar !== undefined && { grammar }),
  ...(scenario !== undefined && { scenario }),
  ...touchOf(rest),
});

const touchOf = ({ surface, path }: Pick<Change, 'surface' | 'path'>): Pick<ReportedChange, 'touchedBy'> => {
  const by = touchedBy(surface, path);
  return by === undefined ? {} : { touchedBy: { ...by, reaches: [...by.reaches] } };
};

/** The worst first, and otherwise as they were. */
export const inOrderOfSeverity = (changes: readonly ReportedChange[]): readonly ReportedChange[] =>
  severities.flatMap((severity) => changes.filter((one) => one.severity === severity));

/** How many there are of each severity. */
export const countsOf = (changes: readonly Pick<ReportedChange, 'severity'>[]): DriftReport['counts'] => {
  const counted = (wanted: Severity): number => changes.filter(({ severity }) => severity === wanted).length;
  return { breaking: counted('breaking'), additive: counted('additive'), cosmetic: counted('cosmetic') };
};

export interface ReportOptions {
  /** Groups of the baseline that are compared; all of them without. */
  readonly within?: (group: string) => boolean;
  readonly live?: NonNullable<DriftReport['live']>;
}

const unaskedIn = ({ live: asked }: ReportOptions): readonly string[] =>
  asked?.gaps.flatMap(({ id, samples }) => (samples === 0 ? [id] : [])) ?? [];

/** Groups of which nothing was compared: without a new answer, or without one in the baseline that could be read. */
const missing = (baseline: Baseline, { old, fresh }: Sets, options: ReportOptions): string[] => {
  const lost = old.flatMap(({ group, unread }) => (unread === undefined || baseline.groups.has(group) ? [] : [group]));
  const within = options.within ?? (() => true);
  return [...new Set([...[...groupsWithoutAnswer(baseline, fresh), ...lost].filter(within), ...unaskedIn(options)])].sort();
};

interface Sets {
  readonly old: readonly Sample[];
  readonly fresh: readonly Sample[];
}

/** What was not asked is told where it is told why. */
const unreadIn = (baseline: Baseline, { old, fresh }: Sets, options: ReportOptions): DriftReport['unread'] => {
  const { within = () => true } = options;
  const unasked = new Set(unaskedIn(options));
  const isMeant = ({ group }: Sample): boolean => within(group) && !unasked.has(group);
  return [...notComparedIn(baseline, old.filter(isMeant), fresh.filter(isMeant))];
};

const isAnswer = ({ noAnswer }: Sample): boolean => noAnswer === undefined;

/** Compares and reports. Everything that came off the wire is bounded here; formats escape it. */
export const driftReport = async (
  baseline: Baseline,
  old: readonly Sample[],
  fresh: readonly Sample[],
  plays: ReadonlyMap<string, string>,
  options: ReportOptions = {},
): Promise<DriftReport> => {
  const changes = await compareSamples(baseline, fresh);
  return {
    schema: 'wireproof.drift/v1',
    samples: { baseline: old.filter(isAnswer).length, against: fresh.filter(isAnswer).length },
    counts: countsOf(changes),
    changes: changes.map((one) => reported(one, noticedBy(plays, one))),
    notCompared: missing(baseline, { old, fresh }, options),
    notInBaseline: fresh.filter((one) => isAnswer(one) && !baseline.known.has(one.group)).map(({ id }) => id),
    unread: unreadIn(baseline, { old, fresh }, options),
    ...(options.live !== undefined && { live: options.live }),
  };
};

/** How much of the baseline the report says something about. */
export const comparedOf = (report: DriftReport): 'all' | 'part' | 'nothing' => {
  const { samples, changes, notInBaseline, notCompared, unread, live: asked } = report;
  const silent = new Set([...notInBaseline, ...unread.filter(isOfFresh).map(({ id }) => id)]);
  if (silent.size >= samples.against && changes.length === 0) return 'nothing';
  return notCompared.length + unread.length > 0 || asked?.stopped !== undefined ? 'part' : 'all';
};

/** 0: nothing, or nothing that matters. 1: something breaks, or with `strict` something is new. 3: something could not be compared, or not everything was asked. */
export const driftExitCode = (report: DriftReport, strict: boolean): number => {
  const { counts } = report;
  if (counts.breaking > 0 || (strict && counts.additive > 0)) return 1;
  return comparedOf(report) === 'all' ? 0 : 3;
};
