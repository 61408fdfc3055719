import { z } from 'zod';

/** config.yaml in the key names of the troubleshooting page; keys that only this proxy has are marked (ours). */

const name = z.string().trim().min(1);
const secret = z.union([z.string(), z.number()]).transform((value) => String(value).trim());
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const bytes = z
  .number()
  .int()
  .min(1)
  .max(2 ** 31);
const headers = z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.string());
const prefix = name.regex(/^[^/]+$/, 'no slash');

const modelEntry = z.strictObject({ name, alias: name.optional() });
const apiKeyEntry = z.strictObject({ 'api-key': secret });

const compatibility = z.strictObject({
  name,
  'base-url': httpUrl,
  /** (ours) Which OpenAI API the provider speaks. */
  'wire-api': z.enum(['chat', 'responses']).default('chat'),
  'api-key-entries': z.array(apiKeyEntry).min(1),
  models: z.array(modelEntry).min(1),
  prefix: prefix.optional(),
  headers: headers.default({}),
});

const vendorKey = z.strictObject({
  'api-key': secret,
  'base-url': httpUrl.optional(),
  prefix: prefix.optional(),
  models: z.array(modelEntry).default([]),
  'excluded-models': z.array(name).default([]),
  headers: headers.default({}),
});

const oauthAlias = z.strictObject({ name, alias: name, fork: z.boolean().default(false), 'force-mapping': z.boolean().default(false) });

const streaming = z.strictObject({
  /** Longest silence towards a client that waits for a stream, before its first token too; then a keep-alive is sent. 0: none. */
  'keepalive-seconds': z.number().min(0).max(3_600).default(15),
});

export const configSchema = z.strictObject({
  host: name.default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8317),
  'api-keys': z
    .array(secret)
    .default([])
    .transform((keys) => [...new Set(keys)].filter((key) => key !== '')),
  'auth-dir': name.optional(),
  'openai-compatibility': z.array(compatibility).default([]),
  'codex-api-key': z.array(vendorKey).default([]),
  'claude-api-key': z.array(vendorKey).default([]),
  'gemini-api-key': z.array(vendorKey).default([]),
  'oauth-model-alias': z.record(z.string(), z.array(oauthAlias)).default({}),
  'oauth-excluded-models': z.record(z.string(), z.array(name)).default({}),
  'force-model-prefix': z.boolean().default(false),
  /** (ours) Size of a request body after content decoding, for the whole proxy. */
  'max-request-body-bytes': bytes.default(33_554_432),
  /** (ours) Client model name → bytes of the body that is sent upstream. */
  'body-limits': z.record(z.string(), bytes).default({}),
  /** (ours) Client model name → models to continue with when it is refused. */
  fallback: z.record(z.string(), z.union([name.transform((one) => [one]), z.array(name)])).default({}),
  /** (ours) Longest silence of an upstream, before its head and between two pieces of its body. */
  'request-timeout-seconds': z.number().positive().max(86_400).default(300),
  /** (ours) Whether `GET /v1/responses` takes WebSockets; without, clients are told to use POST (426). */
  'responses-websocket': z.boolean().default(true),
  /** (ours) What a translation cannot carry: listed in the header `wireproof-losses`, or the request is refused with 400. */
  losses: z.enum(['list', 'refuse']).default('list'),
  streaming: streaming.default({ 'keepalive-seconds': 15 }),
  /** (ours) Remedies to leave out, to see what goes wrong without them. */
  remedies: z.strictObject({ off: z.array(name).default([]) }).default({ off: [] }),
});

export type ProxyConfig = z.infer<typeof configSchema>;
export type VendorKey = z.infer<typeof vendorKey>;
export type Compatibility = z.infer<typeof compatibility>;
export type OauthAlias = z.infer<typeof oauthAlias>;

/** An OAuth credential file, as the vendors' log-in tools write it; JSON, one per account. */
export const authFileSchema = z
  .strictObject({
    type: z.enum(['codex', 'antigravity', 'iflow']),
    base_url: httpUrl,
    access_token: secret.optional(),
    api_key: secret.optional(),
    id_token: z.string().optional(),
    account_id: z.string().optional(),
    project_id: z.string().optional(),
    prefix: prefix.optional(),
    models: z.array(name).optional(),
    excluded_models: z.array(name).default([]),
    headers: headers.default({}),
  })
  .refine((file) => (file.access_token ?? file.api_key ?? '') !== '', { path: ['access_token'], error: 'access_token or api_key' });

export type AuthFile = z.infer<typeof authFileSchema>;

const nestedKeys = [
  'off',
  ...new Set([compatibility, vendorKey, modelEntry, apiKeyEntry, oauthAlias, streaming].flatMap((schema) => Object.keys(schema.shape))),
];

/** The keys that the configuration knows at its top, or anywhere below it; for "did you mean". */
export const knownKeys = (atTop: boolean): readonly string[] => (atTop ? Object.keys(configSchema.shape) : nestedKeys);
export const knownAuthKeys = (): readonly string[] => Object.keys(authFileSchema.shape);
