import { z } from 'zod';

import { foldersHaving } from '../discovery.ts';
import { clientKeys, scopedKey } from './client-keys-schema.ts';
import { payload, payloadKeys, payloadModel, payloadSetting } from './payload-schema.ts';
import {
  apiKeyEntry,
  compatibility,
  modelEntry,
  oauthAlias,
  oauthUpstream,
  oauthUpstreamOrUrl,
  thinkingEntry,
  vendorKey,
} from './upstream-entries.ts';
import type { VendorKey } from './upstream-entries.ts';
import { bytes, count, name, proxyUrl, seconds, secondsOrNever, secret } from './values.ts';

/** config.yaml in the key names of the troubleshooting page; keys that only this proxy has are marked (ours). */

const streaming = z.strictObject({
  /** Longest silence towards a client that waits for a stream, before its first token too; then a keep-alive is sent. 0: none. */
  'keepalive-seconds': secondsOrNever.pipe(z.number().max(3_600)).default(15),
  /** Extra rounds for a stream that failed before its first byte, over `request-retry`. */
  'bootstrap-retries': count.max(10).default(0),
});

const tls = z.strictObject({ enable: z.boolean().default(false), cert: z.string().default(''), key: z.string().default('') });

const remoteManagement = z.strictObject({
  'allow-remote': z.boolean().default(false),
  /** Plain text or a bcrypt hash; empty switches the management API off. */
  'secret-key': secret.default(''),
  /** (ours) A plain `secret-key` in the file is replaced there by its bcrypt hash when the proxy starts. */
  'hash-secret-key': z.boolean().default(false),
});

const routing = z.strictObject({
  strategy: z.enum(['round-robin', 'weighted-round-robin', 'fill-first']).default('round-robin'),
  /** One conversation keeps its credential while that one works. */
  'session-affinity': z.boolean().default(false),
  'session-affinity-ttl': z.union([seconds, z.string().regex(/^\d+[smh]$/, 'a duration such as 1h')]).default('1h'),
});

/** (ours) Retries beyond the first attempt, as a share of all requests; protects upstreams from storms. */
const retryBudget = z.strictObject({ ratio: z.number().min(0).max(10).default(0.2), minimum: count.default(10) });

/** (ours) After so many transport faults or 5xx in a row a credential rests for the time, then one request tries it. */
const circuitBreaker = z.strictObject({ failures: count.min(1).default(5), 'open-seconds': seconds.default(30) });

const quotaExceeded = z.strictObject({
  'switch-project': z.boolean().default(true),
  'switch-preview-model': z.boolean().default(true),
});

/** (ours) Where usage is kept. */
const usage = z.strictObject({
  /** SQLite file, relative to the configuration; empty keeps it in memory. */
  store: z.string().default(''),
  'retention-days': count.min(1).max(3_650).default(90),
});

const fallbackRule = z.strictObject({
  to: z.union([name.transform((one) => [one]), z.array(name).min(1)]),
  /** What of a refusal lets another model try. */
  on: z
    .array(z.enum(['model-refused', 'quota', 'forbidden', 'unavailable', 'any-failure']))
    .min(1)
    .default(['model-refused']),
});

const fallbackModels = z.union([
  name.transform((one): z.infer<typeof fallbackRule> => ({ to: [one], on: ['model-refused'] })),
  z.array(name).transform((to): z.infer<typeof fallbackRule> => ({ to, on: ['model-refused'] })),
  fallbackRule,
]);

type VendorKeyLists = Readonly<Record<`${string}-api-key`, z.ZodDefault<z.ZodArray<typeof vendorKey>>>>;

/** `<id>-api-key`: keys of a vendor's own API, for every provider whose folder has an `api-key` module. */
const vendorKeyLists: VendorKeyLists = Object.fromEntries(
  foldersHaving(new URL('../providers/', import.meta.url), 'api-key').map(
    (id) => [`${id}-api-key`, z.array(vendorKey).default([])] as const,
  ),
);

export const configSchema = z.strictObject({
  /** Empty: all addresses of the machine. */
  host: z.string().trim().default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8317),
  tls: tls.prefault({}),
  'remote-management': remoteManagement.prefault({}),
  'api-keys': clientKeys,
  'auth-dir': name.optional(),
  debug: z.boolean().default(false),
  'logging-to-file': z.boolean().default(false),
  'logs-max-total-size-mb': count.default(0),
  'usage-statistics-enabled': z.boolean().default(true),
  'proxy-url': proxyUrl.default(''),
  'openai-compatibility': z.array(compatibility).default([]),
  ...vendorKeyLists,
  'oauth-model-alias': z.record(z.string(), z.array(oauthAlias)).default({}),
  /** (ours) Without an `oauth-model-alias` section: adds the names under which tools ask for Antigravity's Claude models. */
  'default-model-aliases': z.boolean().default(false),
  'oauth-excluded-models': z.record(z.string(), z.array(name)).default({}),
  'oauth-upstreams': z.record(z.string(), oauthUpstreamOrUrl).default({}),
  'force-model-prefix': z.boolean().default(false),
  'request-retry': count.max(20).default(0),
  'max-retry-credentials': count.default(0),
  'max-retry-interval': secondsOrNever.default(0),
  'disable-cooling': z.boolean().default(false),
  'transient-error-cooldown-seconds': z.number().int().min(-1).max(86_400).default(0),
  'quota-exceeded': quotaExceeded.prefault({}),
  routing: routing.prefault({}),
  'passthrough-headers': z.boolean().default(false),
  /** (ours) Size of a request body after content decoding, for the whole proxy. */
  'max-request-body-bytes': bytes.default(33_554_432),
  /** (ours) Client model name → bytes of the body that is sent upstream. */
  'body-limits': z.record(z.string(), bytes).default({}),
  /** (ours) Client model name → models to continue with when it is refused. */
  fallback: z.record(z.string(), fallbackModels).default({}),
  'retry-budget': retryBudget.prefault({}),
  'circuit-breaker': circuitBreaker.prefault({}),
  usage: usage.prefault({}),
  /** (ours) Which known proxy's literal behaviour to show, where builds differ (docs/personas.md). */
  persona: name.default('documented'),
  /** (ours) Longest silence of an upstream, before its head and between two pieces of its body. */
  'request-timeout-seconds': z.number().positive().max(86_400).default(300),
  /** (ours) Whether `GET /v1/responses` takes WebSockets; without, clients are told to use POST (426). */
  'responses-websocket': z.boolean().default(true),
  /** (ours) What a translation cannot carry: listed in the header `wireproof-losses`, or the request is refused with 400. */
  losses: z.enum(['list', 'refuse']).default('list'),
  streaming: streaming.prefault({}),
  payload: payload.prefault({}),
  /** (ours) Remedies to leave out, to see what goes wrong without them. */
  remedies: z.strictObject({ off: z.array(name).default([]) }).default({ off: [] }),
});

/** The lists that providers bring along, by their keys. */
interface VendorKeyEntries {
  readonly [list: `${string}-api-key`]: readonly VendorKey[];
}

export type ProxyConfig = z.infer<typeof configSchema> & VendorKeyEntries;
export type { AuthFile } from '../credentials/auth-file.ts';
export type { Compatibility, OauthAlias, VendorKey } from './upstream-entries.ts';

const nested = [
  compatibility,
  vendorKey,
  modelEntry,
  apiKeyEntry,
  oauthAlias,
  oauthUpstream,
  thinkingEntry,
  scopedKey,
  streaming,
  tls,
  remoteManagement,
  routing,
  retryBudget,
  circuitBreaker,
  quotaExceeded,
  usage,
  fallbackRule,
  payloadModel,
  payloadSetting,
];

const nestedKeys = ['off', ...payloadKeys, ...new Set(nested.flatMap((schema) => Object.keys(schema.shape)))];

/** The keys that the configuration knows at its top, or anywhere below it; for "did you mean". */
export const knownKeys = (atTop: boolean): readonly string[] => (atTop ? Object.keys(configSchema.shape) : nestedKeys);
