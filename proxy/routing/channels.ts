import type { AuthFile, Compatibility, OauthAlias, ProxyConfig, VendorKey } from '../config/schema.ts';
import type { Credential, Provider } from '../providers/provider.ts';
import { planOf } from './plan.ts';
import { matcherOf } from './wildcard.ts';

/** A model as one credential offers it. */
export interface Offer {
  /** The name that clients use, without the credential's prefix. */
  readonly id: string;
  readonly upstreamModel: string;
  /** Whether answers must carry `id` instead of the upstream's name. */
  readonly forceName: boolean;
}

/** One credential with what it offers. */
export interface Channel {
  readonly provider: Provider;
  readonly credential: Credential;
  readonly prefix: string | undefined;
  readonly offers: readonly Offer[];
}

export type Providers = ReadonlyMap<string, Provider>;

const providerNamed = (providers: Providers, id: string): Provider => {
  const provider = providers.get(id);
  if (provider === undefined) throw new Error(`no file in proxy/providers is named "${id}"`);
  return provider;
};

const defined = (fields: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const offered = (models: readonly { readonly name: string; readonly alias?: string | undefined }[]): readonly Offer[] =>
  models.map(({ name, alias }) => ({ id: alias ?? name, upstreamModel: name, forceName: false }));

const compatibilityChannels = (providers: Providers, entry: Compatibility): readonly Channel[] =>
  entry['api-key-entries'].map(({ 'api-key': secret }, index) => ({
    provider: providerNamed(providers, entry['wire-api'] === 'responses' ? 'openai-responses' : 'openai-compatibility'),
    credential: {
      id: `${entry.name}[${index}]`,
      provider: entry.name,
      baseUrl: entry['base-url'],
      secret,
      fields: {},
      headers: entry.headers,
    },
    prefix: entry.prefix,
    offers: offered(entry.models),
  }));

/** Where the vendors' public APIs are. */
const vendorBase = {
  codex: 'https://api.openai.com/v1',
  claude: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
} as const;

const vendorChannel = (providers: Providers, vendor: keyof typeof vendorBase, entry: VendorKey, index: number): Channel => {
  const provider = providerNamed(providers, vendor);
  // With a list of its own, an entry's exclusions are matched on what clients call the models (sheet 1.3).
  const models = entry.models.length > 0 ? entry.models : provider.catalogue.map((name) => ({ name }));
  const isExcluded = matcherOf(entry['excluded-models']);
  return {
    provider,
    credential: {
      id: `${vendor}-api-key[${index}]`,
      provider: vendor,
      baseUrl: entry['base-url'] ?? vendorBase[vendor],
      secret: entry['api-key'],
      fields: {},
      headers: entry.headers,
    },
    prefix: entry.prefix,
    offers: offered(models).filter(({ id }) => !isExcluded(id)),
  };
};

/** Renames by alias; the original goes unless the alias forks. */
const renamed = (upstreamModel: string, aliases: readonly OauthAlias[]): readonly Offer[] => {
  const mine = aliases.filter(({ name }) => name === upstreamModel);
  const original = { id: upstreamModel, upstreamModel, forceName: false };
  const others = mine.map((alias) => ({ id: alias.alias, upstreamModel, forceName: alias['force-mapping'] }));
  return mine.every(({ fork }) => fork) ? [original, ...others] : others;
};

const authChannel = (providers: Providers, config: ProxyConfig, file: AuthFile, index: number): Channel => {
  const provider = providerNamed(providers, file.type);
  const isExcluded = matcherOf([...file.excluded_models, ...(config['oauth-excluded-models'][file.type] ?? [])]);
  const plan = planOf(file.id_token);
  return {
    provider,
    credential: {
      id: `${file.type}-auth[${index}]`,
      provider: file.type,
      baseUrl: file.base_url,
      secret: file.access_token ?? file.api_key ?? '',
      ...(plan !== undefined && { plan }),
      fields: defined({ account_id: file.account_id, project_id: file.project_id }),
      headers: file.headers,
    },
    prefix: file.prefix,
    offers: (file.models ?? provider.catalogue)
      .filter((id) => !isExcluded(id))
      .flatMap((id) => renamed(id, config['oauth-model-alias'][file.type] ?? [])),
  };
};

/** Every credential of the configuration, in its order: API keys first, then auth files. */
export const channelsOf = (config: ProxyConfig, authFiles: readonly AuthFile[], providers: Providers): readonly Channel[] => [
  ...config['openai-compatibility'].flatMap((entry) => compatibilityChannels(providers, entry)),
  ...config['codex-api-key'].map((entry, index) => vendorChannel(providers, 'codex', entry, index)),
  ...config['claude-api-key'].map((entry, index) => vendorChannel(providers, 'claude', entry, index)),
  ...config['gemini-api-key'].map((entry, index) => vendorChannel(providers, 'gemini', entry, index)),
  ...authFiles.map((file, index) => authChannel(providers, config, file, index)),
];
