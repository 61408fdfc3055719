import { z } from 'zod';

import { surfaceIds } from '#fixtures/exchange';
import { clientDialects } from '#scenarios/kit/cell';

import { knownClaims } from '../profiles/known-claims.ts';
import { modelKeySchema } from '../profiles/profile-file.ts';

const text = (what: string) => z.string({ error: what }).min(1, what);
const headerMap = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'a header name'),
  z.union([z.string(), z.number()], { error: 'text' }).transform(String),
);

const npmSpec = /^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*@\d+\.\d+\.\d+[\w.+-]*$/i;

const start = z.strictObject({
  npm: z.string().regex(npmSpec, 'a package with an exact version, such as @portkey-ai/gateway@1.15.2').optional(),
  command: z
    .array(z.union([z.string(), z.number()]).transform(String), { error: 'a list: the program and its arguments' })
    .min(1, 'a program'),
  env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({}),
  /** A free port by default. */
  port: z.int('a port').min(1, 'a port').max(65_535, 'a port').optional(),
});

const ready = z.strictObject({
  path: z.string().startsWith('/', 'a path').default('/'),
  /** Any answer counts by default. */
  status: z.int('an HTTP status').min(100, 'an HTTP status').max(599, 'an HTTP status').optional(),
  'within-seconds': z.number('seconds').positive('seconds').max(600, 'at most 600 seconds').default(30),
});

const key = z
  .strictObject({
    env: text('the name of an environment variable').optional(),
    file: text('a path').optional(),
    header: text('a header name').optional(),
  })
  .refine((value) => (value.env === undefined) !== (value.file === undefined), 'either env or file');

const route = z.strictObject({
  clients: z
    .array(z.enum(clientDialects, { error: `one of ${clientDialects.join(', ')}` }), { error: 'a list of dialects' })
    .min(1, 'a dialect'),
  headers: headerMap.default({}),
  'path-prefix': z
    .string()
    .regex(/^(\/.*[^/])?$/, 'empty, or a path that starts and does not end with a slash')
    .default(''),
});

const surface = z.enum(surfaceIds, { error: `one of ${surfaceIds.join(', ')}` });
const dialect = z.enum(clientDialects, { error: `one of ${clientDialects.join(', ')}` });

/** The upstream behind a live target, asked without it when a canary fails. */
const direct = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'an http or https URL' }),
  dialect: dialect.default('openai-chat'),
  key: key.optional(),
  /** Where its model names are others than the target's. */
  models: z.record(modelKeySchema, text('a model name'), { error: 'model names by surface' }).default({}),
});

export const targetFileSchema = z
  .strictObject({
    name: text('a name').regex(/^[a-z0-9][a-z0-9.-]*$/, 'lower-case letters, digits, dots and dashes'),
    version: z.union([z.string(), z.number()]).transform(String).optional(),
    start: start.optional(),
    url: z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
    /** The same proxy behind the reverse proxies that callers of `url` go through: steps that go round them show which hop it is. */
    'own-url': z.url({ protocol: /^https?$/, error: 'an http or https URL' }).optional(),
    /** Where the target expects the mocked upstreams; for targets that are started by hand. */
    'upstream-port': z.int('a port').min(1, 'a port').max(65_535, 'a port').optional(),
    ready: ready.prefault({}),
    key: key.optional(),
    direct: direct.optional(),
    claims: z.array(z.enum(knownClaims, { error: `one of ${knownClaims.join(', ')}` }), { error: 'a list of capabilities' }),
    models: z.record(modelKeySchema, text('a model name'), { error: 'model names by surface' }),
    routes: z.partialRecord(surface, route, { error: 'routes by surface' }).default({}),
  })
  .refine((file) => (file.start === undefined) !== (file.url === undefined), 'either start or url')
  .refine(
    (file) => file.direct === undefined || file.url !== undefined,
    'direct together with url: what a started target asks is seen anyway',
  )
  .refine(
    (file) => file['own-url'] === undefined || file.url !== undefined,
    'own-url together with url: before a started target stands nothing',
  );
export type TargetFile = z.infer<typeof targetFileSchema>;

/** Offered when a key is not known. */
export const targetFileKeys: readonly string[] = [
  ...new Set([targetFileSchema, start, ready, key, direct, route].flatMap((schema) => Object.keys(schema.shape))),
];
