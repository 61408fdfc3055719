import type { AuthFile, Compatibility, ProxyConfig, VendorKey } from '../config/schema.ts';
import { authCredential } from '../credentials/auth-credential.ts';
import type { RoutingPolicy } from '../personas/persona.ts';
import type { Credential, Provider } from '../providers/provider.ts';
import { credentialId } from './credential-ids.ts';
import { offeredBy, offeredByFile } from './offers.ts';
import type { Offering } from './offers.ts';
import { tierOf } from './tiers.ts';

/** How a credential is chosen among others, and what its failures lead to. */
export interface Preference {
  /** Larger numbers are asked first. */
  readonly priority: number;
  /** Shares the work among equals. */
  readonly weight: number;
  readonly disableCooling: boolean;
  /** Extra rounds in which it may be asked again. */
  readonly requestRetry: number;
}

/** One credential with what it offers. */
export interface Channel extends Offering, Preference {
  readonly provider: Provider;
  readonly credential: Credential;
  readonly prefix: string | undefined;
  readonly disabled: boolean;
}

export type Providers = ReadonlyMap<string, Provider>;

/** What channels are made of, besides their own entries. */
interface Making {
  readonly config: ProxyConfig;
  readonly providers: Providers;
  readonly policy: Pick<RoutingPolicy, 'unknownPlan'>;
}

const providerNamed = ({ providers }: Making, id: string): Provider => {
  const provider = providers.get(id);
  if (provider === undefined) throw new Error(`nothing in proxy/providers is named "${id}"`);
  return provider;
};

type Entry = Pick<VendorKey, 'priority' | 'weight' | 'prefix' | 'disabled' | 'disable-cooling' | 'request-retry'>;

/** An entry's own settings go before the configuration's. */
const circumstances = ({ config }: Making, entry: Entry): Preference & Pick<Channel, 'prefix' | 'disabled'> => ({
  priority: entry.priority,
  weight: entry.weight,
  disableCooling: entry['disable-cooling'] ?? config['disable-cooling'],
  requestRetry: entry['request-retry'] ?? config['request-retry'],
  prefix: entry.prefix,
  disabled: entry.disabled,
});

/** The first that is set counts; `direct` is none. */
const wayOut = ({ config }: Making, ...own: readonly (string | undefined)[]): Pick<Credential, 'proxyUrl'> => {
  const proxyUrl = own.find((url) => url !== undefined && url !== '') ?? config['proxy-url'];
  return proxyUrl === '' || proxyUrl === 'direct' ? {} : { proxyUrl };
};

const compatibilityChannels = (making: Making, entry: Compatibility): readonly Channel[] =>
  entry['api-key-entries'].map(({ 'api-key': secret, weight, 'proxy-url': ownProxy }) => ({
    ...circumstances(making, entry),
    // Weights of the entry and of its keys multiply: the one shares among entries, the other among an entry's keys.
    weight: entry.weight * weight,
    ...offeredBy(entry.models),
    provider: providerNamed(making, entry['wire-api'] === 'responses' ? 'openai-responses' : 'openai-compatibility'),
    credential: {
      id: credentialId(entry.name, entry['base-url'], secret),
      provider: entry.name,
      baseUrl: entry['base-url'],
      secret,
      ...wayOut(making, ownProxy, entry['proxy-url']),
      fields: {},
      headers: entry.headers,
    },
  }));

const vendorChannel = (making: Making, vendor: string, entry: VendorKey): Channel => {
  const provider = providerNamed(making, vendor);
  const baseUrl = entry['base-url'] ?? provider.apiKeyBaseUrl;
  if (baseUrl === undefined) throw new Error(`proxy/providers/${vendor} has no apiKeyBaseUrl`);
  const secret = entry['api-key'];
  const models = entry.models.length > 0 ? entry.models : provider.catalogue.map((name) => ({ name }));
  return {
    ...circumstances(making, entry),
    ...offeredBy(models, entry['excluded-models']),
    provider,
    credential: {
      id: credentialId(`${vendor}-api-key`, baseUrl, secret),
      provider: vendor,
      baseUrl,
      secret,
      ...wayOut(making, entry['proxy-url']),
      fields: {},
      headers: entry.headers,
    },
  };
};

/** An auth file's own list goes before what its plan has. */
const offeringOf = ({ config, policy }: Making, file: AuthFile, provider: Provider, plan: string | undefined): Offering => {
  const exclusions = [...file.excluded_models, ...(config['oauth-excluded-models'][file.type] ?? [])];
  const aliases = [...file.model_aliases, ...(config['oauth-model-alias'][file.type] ?? [])];
  if (file.models !== undefined) return offeredByFile(file.models, exclusions, aliases);
  const tier = tierOf(provider, plan, policy.unknownPlan);
  const offering = offeredByFile(tier.models, exclusions, aliases);
  return { ...offering, withheld: [...offering.withheld, ...tier.withheld] };
};

const authChannel = (making: Making, file: AuthFile): Channel => {
  const { config } = making;
  const provider = providerNamed(making, file.type);
  if (provider.oauth === undefined) throw new Error(`proxy/providers/${file.type} has no oauth module`);
  const credential = { ...authCredential(file, provider.oauth, config), ...wayOut(making, file.proxy_url) };
  return {
    priority: file.priority,
    weight: file.weight,
    disableCooling: file.disable_cooling ?? config['disable-cooling'],
    requestRetry: config['request-retry'],
    prefix: file.prefix,
    disabled: file.disabled,
    ...offeringOf(making, file, provider, credential.plan),
    provider,
    credential,
  };
};

/** Every credential of the configuration, in its order: API keys first, then auth files; disabled ones too. */
export const channelsOf = (making: Making, authFiles: readonly AuthFile[]): readonly Channel[] => [
  ...making.config['openai-compatibility'].flatMap((entry) => compatibilityChannels(making, entry)),
  ...[...making.providers.keys()].flatMap((id) => (making.config[`${id}-api-key`] ?? []).map((entry) => vendorChannel(making, id, entry))),
  ...authFiles.map((file) => authChannel(making, file)),
];
