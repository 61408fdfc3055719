/**
 * Header fields that a recording keeps, in lower case: what clients, proxies and vendors act on. All others are left out, since nobody can
 * know what is in them; `--allow-header` adds one.
 */
export const keptFields: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'access-control-allow-origin',
  'allow',
  'alt-svc',
  'anthropic-beta',
  'anthropic-dangerous-direct-browser-access',
  'anthropic-version',
  'cache-control',
  'connection',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-type',
  'date',
  'etag',
  'expect',
  'expires',
  'host',
  'idempotency-key',
  'keep-alive',
  'last-modified',
  'link',
  'location',
  'openai-beta',
  'openai-model',
  'openai-processing-ms',
  'openai-version',
  'originator',
  'pragma',
  'request-id',
  'retry-after',
  'retry-after-ms',
  'sec-websocket-extensions',
  'sec-websocket-protocol',
  'sec-websocket-version',
  'server',
  'server-timing',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'vary',
  'warning',
  'www-authenticate',
  'x-accel-buffering',
  'x-content-type-options',
  'x-request-id',
  'x-should-retry',
  'x-stainless-arch',
  'x-stainless-lang',
  'x-stainless-os',
  'x-stainless-package-version',
  'x-stainless-retry-count',
  'x-stainless-runtime',
  'x-stainless-runtime-version',
  'x-stainless-timeout',
]);

/** Families of names that are kept, too. */
export const keptFamilies: readonly RegExp[] = [/^x-ratelimit-[a-z-]+$/, /^anthropic-ratelimit-[a-z-]+$/];

/** Their value is a credential, whatever it looks like. Kept with a placeholder: that one was sent matters. */
export const credentialFields: ReadonlySet<string> = new Set([
  'api-key',
  'authorization',
  'ocp-apim-subscription-key',
  'proxy-authorization',
  'x-api-key',
  'x-auth-token',
  'x-goog-api-key',
  'x-management-key',
]);

/** Their value names an account. Kept with a placeholder. */
export const accountFields: ReadonlySet<string> = new Set([
  'anthropic-organization-id',
  'chatgpt-account-id',
  'openai-organization',
  'openai-project',
  'x-goog-user-project',
]);

/** Random by nature and of no use to anybody else: they may look like a secret. */
export const idFields: ReadonlySet<string> = new Set([
  'etag',
  'idempotency-key',
  'request-id',
  'x-request-id',
  'date',
  'user-agent',
  'accept',
]);

/** Their value is an address, or has some in it. */
export const addressFields: ReadonlySet<string> = new Set(['content-location', 'link', 'location', 'refresh']);
