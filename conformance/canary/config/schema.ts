/** A canary's configuration as people write it: one schema for YAML and for `defineConfig`, and the published JSON Schema (issue 8). */
import { z } from 'zod';

import { clientDialects } from '#scenarios/kit/cell';
import { lastRow, sectionIds } from '#scenarios/kit/page-row';

import { modelKeySchema } from '../../profiles/profile-file.ts';
import { cronSchema, timeZoneSchema } from './cron-schema.ts';
import { durationSchema } from './duration.ts';

const text = (what: string) => z.string({ error: what }).min(1, what);
const httpUrl = (what: string) => z.url({ protocol: /^https?$/, error: `${what}: an http or https URL` });
const variable = z.string({ error: 'the name of an environment variable' }).regex(/^[A-Za-z_]\w*$/, 'the name of an environment variable');
const headerName = z.string({ error: 'a header name' }).regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name');
const name = z
  .string({ error: 'a name' })
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/, 'a name of at most 63 letters, digits, dots, dashes and underscores');

const whole = (least: number, most: number) => {
  const wanted = `a whole number from ${least} to ${most}`;
  return z.int(wanted).min(least, wanted).max(most, wanted);
};
const amount = (most: number) => {
  const wanted = `a number from 0 to ${most}`;
  return z.number(wanted).min(0, wanted).max(most, wanted);
};

const mostTokens = 1_000_000_000_000;

/** Absent: no ceiling of that kind. */
const ceilings = z.strictObject({
  requests: whole(0, 1_000_000_000).optional().describe('Requests.'),
  'input-tokens': whole(0, mostTokens).optional().describe('Input tokens.'),
  'output-tokens': whole(0, mostTokens).optional().describe('Output tokens.'),
  seconds: amount(1_000_000_000).optional().describe('Seconds in which rounds are under way.'),
  usd: amount(1_000_000_000).optional().describe('US dollars, estimated with `prices`.'),
});

const budget = z.strictObject({
  round: ceilings.optional().describe('For one round of this target. Default: 120 requests, 50,000 tokens each way, 300 seconds.'),
  hour: ceilings.optional().describe('For each hour (UTC).'),
  day: ceilings.optional().describe('For each day (UTC).'),
});

const window = z.strictObject({
  from: cronSchema.describe('A cron expression, five or six fields: when a window begins.'),
  for: durationSchema('1s', '7d').describe('How long it lasts.'),
  reason: text('why nothing is asked then').describe('Why nothing is asked then.'),
});

const schedule = z
  .strictObject({
    every: durationSchema('1s', '31d').optional().describe('Time between the beginnings of two rounds. Default: 5m.'),
    cron: cronSchema.optional().describe('A cron expression of five or six fields, in place of `every`.'),
    jitter: durationSchema('0s', '24h')
      .optional()
      .describe('Each due time is moved by up to so much, the same in every process. Default: 10s.'),
    'time-zone': timeZoneSchema.optional().describe('IANA name in which cron and blackouts are read. Default: UTC.'),
    blackouts: z.array(window, { error: 'a list of windows' }).max(50, 'at most 50 windows').optional().describe('When nothing is begun.'),
  })
  .refine((value) => value.every === undefined || value.cron === undefined, 'either every or cron');

const rowWanted = `a row from 1 to ${lastRow}, or one of ${sectionIds.join(', ')}`;
const row = z.union([z.int(rowWanted).min(1, rowWanted).max(lastRow, rowWanted), z.enum(sectionIds, { error: rowWanted })], {
  error: rowWanted,
});
const globs = z.array(text('the id of a scenario, or a glob'), { error: 'a list of scenario ids or globs' });

const scenarios = z.strictObject({
  rows: z.array(row, { error: 'a list of rows' }).optional().describe('Only these rows or sections of the page.'),
  include: globs.optional().describe('Only scenarios whose id matches one of these globs.'),
  exclude: globs.optional().describe('None of these.'),
  thorough: z
    .boolean('true or false')
    .optional()
    .describe('Every canary, and not only those that tell the usual case of each row. `rows` and `include` imply it.'),
  allow: z
    .array(text('the id of a scenario'), { error: 'a list of scenario ids' })
    .optional()
    .describe('Ids of scenarios that change something at the target or could have the caller banned: they run only when named here.'),
});

const latency = z.strictObject({
  factor: z.number('a factor above 1').gt(1, 'a factor above 1').max(100, 'at most 100').optional(),
  'at-least': durationSchema('0s', '1h').optional(),
  last: whole(1, 1_000).optional(),
  learn: durationSchema('1m', '90d').optional(),
  'learn-at-least': whole(1, 100_000).optional(),
});

const thresholds = z.strictObject({
  fails: whole(1, 100).optional().describe('So many failures of the last `of` make a scenario failing. Default: 2.'),
  of: whole(1, 100).optional().describe('Default: 3.'),
  passes: whole(1, 100).optional().describe('Recovered after so many passes in a row. Default: 2.'),
  'confirm-after': durationSchema('1s', '24h').optional().describe('After the first failure it is asked again so soon. Default: 30s.'),
  flap: z
    .strictObject({ changes: whole(1, 100).optional(), within: durationSchema('1m', '30d').optional() })
    .optional()
    .describe('More changes than this within the time make it flapping. Default: 4 within 1h.'),
  locations: whole(1, 1_000).optional().describe('An incident opens when so many locations see it. Default: 1.'),
  'stale-after': durationSchema('1m', '90d').optional().describe('Without a judged result for so long it is unknown. Default: 24h.'),
  rules: z
    .record(
      z.string().regex(/^[a-z][a-z0-9-]*$/, 'the id of an alert rule'),
      z.strictObject({
        off: z.boolean('true or false').optional(),
        severity: z.enum(['critical', 'warning'], { error: 'critical or warning' }).optional(),
      }),
      { error: 'alert rules by id' },
    )
    .optional()
    .describe('Alert rules by id: switched off, or of another severity than they come with.'),
  latency: latency
    .optional()
    .describe(
      'Alert when the median of the `last` results is `factor` times the one learned in `learn`, and `at-least` above it. Default: 2, 500ms, 10, 7d, and at least 50 results.',
    ),
});

const direct = z
  .strictObject({
    url: httpUrl('the upstream behind the target'),
    dialect: z.enum(clientDialects, { error: `one of ${clientDialects.join(', ')}` }).default('openai-chat'),
    'key-env': variable.optional(),
    'key-file': text('a path').optional(),
    'key-header': headerName.optional(),
    models: z.record(modelKeySchema, text('a model name'), { error: 'model names by surface' }).default({}),
  })
  .refine((value) => value['key-env'] === undefined || value['key-file'] === undefined, 'either key-env or key-file');

const labels = z.record(z.string().regex(/^[a-zA-Z_]\w{0,62}$/, 'a label name: letters, digits, underscores'), text('a label'), {
  error: 'labels by name',
});

/** What a target has, and `defaults` give to all that say nothing themselves. */
const sharedShape = {
  'key-env': variable.optional().describe('The environment variable with the key. The key itself never stands in this file.'),
  'key-file': text('a path').optional().describe('A file with the key and nothing else; in place of `key-env`.'),
  'key-header': headerName.optional().describe("The header that shows the key. Default: the dialect's own."),
  profile: text('a profile').optional().describe('What the target claims: a name, or a YAML file that `wireproof discover` wrote.'),
  models: z
    .record(modelKeySchema, text('a model name'), { error: 'model names by surface' })
    .optional()
    .describe("Model names by upstream surface or surface:role, over the profile's."),
  labels: labels.optional().describe('Shown on the status page and in metrics and alerts.'),
  region: name.optional().describe('Where the target stands.'),
  direct: direct.optional().describe('The upstream behind the target, asked when a check fails, to see whose fault it is.'),
  scenarios: scenarios.optional().describe('Which scenarios are asked. Default: all that are safe, the usual case of each row.'),
  schedule: schedule.optional().describe('When.'),
  budget: budget.optional().describe('Hard ceilings, kept for the worst case before anything is sent.'),
  'in-flight': whole(1, 64).optional().describe('Requests at a time at most. Default: 1.'),
  prices: z
    .strictObject({ input: amount(100_000), output: amount(100_000) })
    .optional()
    .describe('US dollars per million tokens; the dearest model behind the target.'),
  harm: z
    .strictObject({
      answers: whole(1, 100).optional(),
      'back-off': durationSchema('1s', '24h').optional(),
      'back-off-at-most': durationSchema('1s', '7d').optional(),
    })
    .optional()
    .describe('A round ends after so many 429 or 5xx answers in a row, and the target is left alone. Default: 3, 5m, 1h.'),
  thresholds: thresholds.optional().describe('When a verdict becomes an alarm.'),
  baseline: text('a path').optional().describe('Known failures, each with reason, owner and expiry.'),
  alerts: z.array(name, { error: 'a list of destinations' }).optional().describe('Names of destinations. Default: all; [] tells nobody.'),
};

const oneKey = (value: { readonly 'key-env'?: string | undefined; readonly 'key-file'?: string | undefined }): boolean =>
  value['key-env'] === undefined || value['key-file'] === undefined;

const defaultsSchema = z.strictObject(sharedShape).refine(oneKey, 'either key-env or key-file');

/** One entry of `targets`. */
export const targetSchema = z
  .strictObject({
    name: name.describe('How everything calls it; unique.'),
    url: httpUrl('the target').describe('Origin and mount, without credentials.'),
    'own-url': httpUrl('the target behind its reverse proxies').optional().describe('The target behind its reverse proxies.'),
    ...sharedShape,
  })
  .refine(oneKey, 'either key-env or key-file');
export type TargetInput = z.output<typeof targetSchema>;

const destination = z
  .looseObject({ kind: z.string({ error: 'a kind of destination' }).regex(/^[a-z][a-z0-9-]*$/, 'a kind of destination') })
  .describe('Where alerts go. Which other keys there are depends on the kind.');

const serve = z
  .strictObject({
    host: text('a host').default('127.0.0.1'),
    port: whole(0, 65_535).default(9_464),
    title: text('a title').default('Wireproof canary'),
    'control-token-env': variable.optional(),
    'control-token-file': text('a path').optional(),
  })
  .refine(
    (value) => value['control-token-env'] === undefined || value['control-token-file'] === undefined,
    'either control-token-env or control-token-file',
  );

const otlp = z.strictObject({
  endpoint: httpUrl('an OTLP collector'),
  headers: z.record(headerName, text('a header value'), { error: 'headers by name' }).default({}).describe('None that carry credentials.'),
  'headers-env': z
    .record(headerName, variable, { error: 'names of environment variables by header' })
    .default({})
    .describe('Headers whose values are in environment variables.'),
});

const heartbeat = z
  .strictObject({
    url: httpUrl('a dead-man service').optional(),
    'url-env': variable.optional().describe('For an address that is a secret itself.'),
    every: durationSchema('10s', '24h').prefault('1m'),
  })
  .refine((value) => (value.url === undefined) !== (value['url-env'] === undefined), 'either url or url-env');

const retention = z.strictObject({
  results: durationSchema('1h', '3650d').optional().describe('Single results. Default: 30d.'),
  evidence: durationSchema('1h', '3650d').optional().describe('What was seen of failures. Default: 14d.'),
  hours: durationSchema('1h', '3650d').optional().describe('Counts and percentiles by the hour. Default: 90d.'),
  days: durationSchema('1d', '3650d').optional().describe('By the day. Default: 730d.'),
  incidents: durationSchema('1d', '3650d').optional().describe('Default: 730d.'),
});

const historyPlace = z.union([text('a path'), z.strictObject({ env: variable })], {
  error: 'a path, or env: the name of an environment variable',
});

const fileKinds = ['json', 'junit', 'badge'] as const;

/** The keys beside `targets`. */
export const generalShape = {
  location: name.optional().describe('Where this canary asks from. Default: local; --location says otherwise.'),
  history: historyPlace
    .default('wireproof-history.db')
    .describe('A file, or `env` with the variable that has a path or a postgres:// address. Default: wireproof-history.db.'),
  retention: retention.optional().describe('How long what is kept.'),
  destinations: z.record(name, destination, { error: 'destinations by name' }).default({}).describe('Where alerts go, by name.'),
  serve: serve.optional().describe('Where status page, metrics and control are served. Absent: nowhere.'),
  connectivity: z
    .array(httpUrl('a place that is nearly always there'), { error: 'a list of URLs' })
    .max(10, 'at most 10')
    .default([])
    .describe('When a target cannot be reached and none of these answers, the canary is offline and blames nobody.'),
  'pause-file': text('a path').optional().describe('While this file exists, nothing is sent.'),
  heartbeat: heartbeat.optional().describe('Asked after rounds that were written; its absence is the alarm.'),
  otlp: otlp.optional().describe('OpenTelemetry collector for traces and metrics.'),
  files: z
    .array(z.strictObject({ kind: z.enum(fileKinds, { error: `one of ${fileKinds.join(', ')}` }), directory: text('a folder') }), {
      error: 'a list of kind and directory',
    })
    .default([])
    .describe('Files written after each round.'),
  budget: z
    .strictObject({ hour: ceilings.optional(), day: ceilings.optional() })
    .optional()
    .describe('Ceilings over all targets together.'),
  defaults: defaultsSchema.optional().describe('What targets have that say nothing themselves.'),
};

/** The whole file. */
export const canaryConfigSchema = z.strictObject({
  ...generalShape,
  targets: z
    .array(targetSchema, { error: 'a list of targets' })
    .min(1, 'at least one target')
    .max(10_000, 'at most 10,000 targets')
    .describe('What is watched.'),
});

/** A configuration as people write it. */
export type CanaryConfig = z.input<typeof canaryConfigSchema>;

/** Gives a configuration its type: `export default defineConfig({ targets: [...] })` in `wireproof.config.ts`. */
export const defineConfig = (config: CanaryConfig): CanaryConfig => config;

/** The published JSON Schema, for editors. */
export const canaryJsonSchema = (): Readonly<Record<string, unknown>> => ({
  ...z.toJSONSchema(canaryConfigSchema, { io: 'input' }),
  $id: 'wireproof.canary/v1',
  title: 'Wireproof canary configuration',
});
