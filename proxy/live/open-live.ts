import type { ParsedConfig } from '../config/parse.ts';
import { describeProblem } from '../config/problem.ts';
import { collectSecrets } from '../config/secret-places.ts';
import { Logging } from '../logs/logging.ts';
import { isHash } from '../management/key-verifier.ts';
import { didYouMean } from '../nearest.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { AccountsOfLoad } from '../credentials/live-credentials.ts';
import type { Credential } from '../providers/provider.ts';
import type { RelayContext } from '../relay/context.ts';
import { systemClock } from '../clock.ts';
import { version } from '../version.ts';
import { ConfigStore } from './config-store.ts';
import type { ConfigSource } from './config-source.ts';
import type { Generation } from './generation.ts';
import { LiveConfig } from './live-config.ts';
import { guardedKeyCheck, hasTemplateKey, templateKeyWarning } from './safe-mode.ts';
import { openShared, prepareGeneration } from './shared.ts';
import type { OpenOptions, Shared } from './shared.ts';

/** A management key that is shorter can be guessed by whoever may guess without a bound: somebody on this machine. */
const shortestManagementKey = 16;

/** What is unwise in a configuration, besides what its check has found. */
const adviceOn = ({ parsed: { config }, context }: Generation): readonly { readonly event: string; readonly message: string }[] => {
  const secret = config['remote-management']['secret-key'];
  return [
    ...(config['api-keys'].length === 0
      ? [{ event: 'open-proxy', message: 'api-keys is empty: everybody who reaches this proxy may use it' }]
      : []),
    ...(hasTemplateKey(config) && context.persona.errors.templateKeys !== 'work'
      ? [{ event: 'template-api-key', message: templateKeyWarning }]
      : []),
    ...(secret !== '' && !isHash(secret) && secret.length < shortestManagementKey
      ? [{ event: 'short-management-key', message: `remote-management.secret-key is shorter than ${shortestManagementKey} characters` }]
      : []),
  ];
};

const logUnknownModels = ({ config, routing, log }: RelayContext): void => {
  const { fallback, 'body-limits': limits } = config;
  const known = routing.listed().map(({ id }) => id);
  for (const model of new Set([...Object.entries(fallback).flatMap(([model, { to }]) => [model, ...to]), ...Object.keys(limits)])) {
    if (routing.knows(model)) continue;
    const { hint } = didYouMean(model, known);
    const message = `fallback and body-limits: expected models that are served, got "${model}"${hint === undefined ? '' : ` (${hint})`}`;
    log({ level: 'warn', message, fields: { event: 'config-warning' } });
  }
};

/** Says what a generation that has come into force has to say. */
const announce = (generation: Generation): void => {
  const { parsed, context } = generation;
  const { log } = context;
  for (const notice of parsed.notices) log({ level: 'info', message: notice, fields: { event: 'config-notice' } });
  for (const warning of parsed.warnings) log({ level: 'warn', message: describeProblem(warning), fields: { event: 'config-warning' } });
  for (const { event, message } of adviceOn(generation)) log({ level: 'warn', message, fields: { event } });
  logUnknownModels(context);
};

export interface LiveParts {
  readonly live: LiveConfig;
  readonly store: ConfigStore;
  readonly shared: Shared;
  readonly logging: Logging;
}

export interface LiveOptions {
  readonly options: OpenOptions;
  readonly source: ConfigSource;
  /** The text that was parsed. */
  readonly text: () => string;
  readonly inFlight: () => number;
}

const newLogging = (parsed: ParsedConfig, { options, source }: LiveOptions): Logging => {
  const logging = new Logging({
    now: (options.clock ?? systemClock).now,
    out: options.onLog ?? ((): void => undefined),
    ...(source.path !== undefined && { configPath: source.path }),
  });
  logging.configure(parsed.config);
  return logging;
};

/** Secrets are known to the log before anything is done with them. */
const learnSecrets = ({ secrets }: Logging, { config, authFiles }: ParsedConfig): void =>
  secrets.learn([...collectSecrets(config), ...collectSecrets(authFiles)]);

/** A token that was renewed is a secret from the moment on in which it is used. */
const learning = (credentials: Credentials, { secrets }: Logging): Credentials => {
  const known = new WeakSet<Credential>();
  const learnt = <T extends Credential | undefined>(credential: T): T => {
    if (credential === undefined || known.has(credential)) return credential;
    known.add(credential);
    secrets.learn([credential.secret]);
    return credential;
  };
  return {
    fresh: async (credential, signal) => learnt(await credentials.fresh(credential, signal)),
    renewed: async (failure, signal) => learnt(await credentials.renewed(failure, signal)),
    statuses: () => credentials.statuses(),
    close: () => credentials.close(),
  };
};

/** What the accounts are to do from a generation on. */
const accountsOf = ({ parsed, context: { remedies } }: Generation): AccountsOfLoad => ({
  ...parsed,
  rules: new Set(remedies.flatMap(({ renews }) => renews ?? [])),
});

const newLive = (parsed: ParsedConfig, shared: Shared, logging: Logging): LiveConfig => {
  const prepare = prepareGeneration(shared);
  const guarded = (next: ParsedConfig): ReturnType<typeof prepare> => {
    learnSecrets(logging, next);
    const made = prepare(next);
    const context = { ...made.context, credentials: learning(made.context.credentials, logging) };
    return { ...made, context, checkKey: guardedKeyCheck(next.config, made.checkKey, made.context.persona.errors.templateKeys) };
  };
  const live = new LiveConfig(parsed, guarded, shared.clock.now);
  let announced = live.current.revision;
  live.onChange((generation) => {
    logging.configure(generation.parsed.config);
    shared.credentials.use(accountsOf(generation));
    // Tokens that rotate are no news of the configuration.
    if (generation.revision === announced) return;
    announced = generation.revision;
    announce(generation);
  });
  return live;
};

/** Opens what all generations share, and puts the first one in force. @throws ConfigError for what cannot be opened. */
export const openLive = async (parsed: ParsedConfig, about: LiveOptions): Promise<LiveParts> => {
  const logging = newLogging(parsed, about);
  learnSecrets(logging, parsed);
  const { log } = logging;
  let live: LiveConfig | undefined;
  const config = (): ParsedConfig['config'] => (live?.current.parsed ?? parsed).config;
  const shared = await openShared(
    parsed,
    { ...about.options, onLog: log },
    {
      config,
      observe: () => ({
        version,
        persona: config().persona,
        configRevision: live?.current.revision ?? 0,
        configRefused: live?.refused !== undefined,
        inFlight: about.inFlight(),
      }),
    },
  );
  live = newLive(parsed, shared, logging);
  shared.credentials.use(accountsOf(live.current));
  announce(live.current);
  return { live, shared, logging, store: new ConfigStore({ live, source: about.source, text: about.text, log }) };
};
