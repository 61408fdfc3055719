import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SurfaceId } from '#fixtures/exchange';

/** The proxy under the soak: every provider over the mocked upstreams, two credentials each, and a key that is rotated all the time. */

export const stableKey = 'soak-stable-client-key';
export const managementKey = 'soak-management-key';

const keyNumber = (n: number): string => `soak-rotated-client-key-${n}`;

/** The client keys that are valid in the n-th generation: one for ever, and the rotated one together with its predecessor. */
export const keysOf = (n: number): readonly string[] => [stableKey, keyNumber(n), ...(n > 0 ? [keyNumber(n - 1)] : [])];

type BaseUrl = (surface: SurfaceId) => string;

const compatible = (baseUrl: BaseUrl, surface: 'openai-chat' | 'openai-responses') => ({
  name: surface,
  'base-url': baseUrl(surface),
  'wire-api': surface === 'openai-chat' ? 'chat' : 'responses',
  'api-key-entries': [{ 'api-key': `${surface}-key-one` }, { 'api-key': `${surface}-key-two` }],
  models: [{ name: surface }],
});

const vendor = (base: string, model: string) =>
  ['one', 'two'].map((n) => ({ 'api-key': `${model}-key-${n}`, 'base-url': base, models: [{ name: model }] }));

/** config.yaml's tree. JSON is YAML. */
export const configOf = (baseUrl: BaseUrl, generation: number) => ({
  host: '127.0.0.1',
  port: 0,
  'api-keys': keysOf(generation).map((key, at) => ({ key, name: at === 0 ? 'stable' : `rotated-${generation - at + 1}` })),
  'auth-dir': 'auths',
  'remote-management': { 'secret-key': managementKey },
  usage: { store: 'usage.db' },
  'disable-cooling': true,
  'circuit-breaker': { failures: 1_000_000 },
  'request-retry': 1,
  'openai-compatibility': [compatible(baseUrl, 'openai-chat'), compatible(baseUrl, 'openai-responses')],
  'claude-api-key': vendor(baseUrl('anthropic-messages'), 'anthropic-messages'),
  'gemini-api-key': vendor(baseUrl('gemini-generate'), 'gemini-generate'),
});

const authFiles = (baseUrl: BaseUrl): Readonly<Record<string, object>> => ({
  'codex.json': { type: 'codex', base_url: baseUrl('codex'), access_token: 'soak-codex-token', account_id: 'a', models: ['codex'] },
  'antigravity.json': {
    type: 'antigravity',
    base_url: baseUrl('antigravity'),
    access_token: 'soak-antigravity-token',
    project_id: 'p',
    models: ['antigravity'],
  },
});

/** Models that the proxy serves; each is named after the surface behind it. */
export const models = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate', 'codex', 'antigravity'] as const;

/** Writes the n-th configuration as an editor does: a new file in the place of the old one. */
export const writeConfig = (folder: string, baseUrl: BaseUrl, generation: number): string => {
  const file = join(folder, 'config.yaml');
  writeFileSync(`${file}.new`, JSON.stringify(configOf(baseUrl, generation), null, 2));
  renameSync(`${file}.new`, file);
  return file;
};

export const writeAuthFiles = (folder: string, baseUrl: BaseUrl): void => {
  mkdirSync(join(folder, 'auths'), { recursive: true });
  for (const [name, file] of Object.entries(authFiles(baseUrl))) writeFileSync(join(folder, 'auths', name), JSON.stringify(file));
};
