import { z } from 'zod';

import { bytes, headers, httpUrl, name, ownRounds, prefix, proxyUrl, secret } from './values.ts';

/** The entries of config.yaml that name an upstream and its credentials. */

/** What a model can think with, where the catalogue does not know the model (sheet row 12): levels, or a budget in tokens. */
export const thinkingEntry = z.strictObject({
  levels: z.array(name).optional(),
  min: z.number().int().min(0).optional(),
  max: z.number().int().min(0).optional(),
  'zero-allowed': z.boolean().default(false),
  'dynamic-allowed': z.boolean().default(false),
});

export const modelEntry = z.strictObject({
  name,
  alias: name.optional(),
  'display-name': name.optional(),
  /** Answers carry the alias instead of the upstream's name. */
  'force-mapping': z.boolean().default(false),
  'max-context-length': bytes.optional(),
  thinking: thinkingEntry.optional(),
});

/** Larger numbers are asked first; weights share the work among equals. */
const preference = {
  priority: z.number().int().min(-1000).max(1000).default(0),
  weight: z.number().int().min(1).max(1_000_000).default(1),
};

export const apiKeyEntry = z.strictObject({ 'api-key': secret, 'proxy-url': proxyUrl.optional(), weight: preference.weight });

const circumstances = {
  ...preference,
  prefix: prefix.optional(),
  disabled: z.boolean().default(false),
  headers: headers.default({}),
  'proxy-url': proxyUrl.optional(),
  'disable-cooling': z.boolean().optional(),
  /** Extra rounds for this entry instead of the global `request-retry`. */
  'request-retry': ownRounds.optional(),
};

export const compatibility = z.strictObject({
  name,
  'base-url': httpUrl,
  /** (ours) Which OpenAI API the provider speaks. */
  'wire-api': z.enum(['chat', 'responses']).default('chat'),
  'api-key-entries': z.array(apiKeyEntry).min(1),
  models: z.array(modelEntry).min(1),
  ...circumstances,
});

export const vendorKey = z.strictObject({
  'api-key': secret,
  'base-url': httpUrl.optional(),
  models: z.array(modelEntry).default([]),
  'excluded-models': z.array(name).default([]),
  ...circumstances,
});

export const oauthAlias = z.strictObject({
  name,
  alias: name,
  fork: z.boolean().default(false),
  'force-mapping': z.boolean().default(false),
  'display-name': name.optional(),
});

/**
 * (ours) Where the upstream and the token endpoint of an OAuth channel are, when not at the vendor's own address. Through a gateway the vendor's
 * own choice among its endpoints stays: the vendor's host and path follow the gateway's address.
 */
export const oauthUpstream = z.strictObject({
  'base-url': httpUrl.optional(),
  'token-url': httpUrl.optional(),
  'token-gateway': httpUrl.optional(),
});

/** An upstream's address alone may be written as text. */
export const oauthUpstreamOrUrl = z.union([
  httpUrl.transform((url): z.infer<typeof oauthUpstream> => ({ 'base-url': url })),
  oauthUpstream,
]);

export type VendorKey = z.infer<typeof vendorKey>;
export type Compatibility = z.infer<typeof compatibility>;
export type OauthAlias = z.infer<typeof oauthAlias>;
