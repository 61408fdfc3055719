import { randomUUID } from 'node:crypto';

import { newKeyCheck } from '../clients/client-keys.ts';
import { ClientLimits } from '../clients/client-limits.ts';
import { systemClock } from '../clock.ts';
import type { ParsedConfig } from '../config/parse.ts';
import { ConfigError } from '../config/problem.ts';
import type { ProxyConfig } from '../config/schema.ts';
import { LiveCredentials, vendorProblems } from '../credentials/live-credentials.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { loadFolders, loadModules } from '../discovery.ts';
import type { Observed } from '../metrics/prometheus.ts';
import { didYouMean } from '../nearest.ts';
import type { ProxyLogLine, ProxyOptions } from '../options.ts';
import type { Persona } from '../personas/persona.ts';
import type { Provider } from '../providers/provider.ts';
import type { RelayContext } from '../relay/context.ts';
import { openUpstreams } from '../relay/send.ts';
import type { Remedy } from '../remedies/remedy.ts';
import { createRouting, newRoutingMemory } from '../routing/routing.ts';
import type { RoutingMemory } from '../routing/routing.ts';
import type { UsageListener } from '../usage/usage-record.ts';
import { openUsage } from '../usage/usage.ts';
import type { Usage } from '../usage/usage.ts';
import type { Generation } from './generation.ts';

export type OpenOptions = Omit<ProxyOptions, 'config' | 'authFiles'>;

/** What all generations of one running proxy share: its parts, its connections, its memory. */
export interface Shared extends Pick<RelayContext, 'dialects' | 'upstreams' | 'clock' | 'nextId' | 'log' | 'clientLimits'> {
  readonly credentials: LiveCredentials;
  readonly personas: ReadonlyMap<string, Persona>;
  readonly providers: ReadonlyMap<string, Provider>;
  readonly remedies: ReadonlyMap<string, Remedy>;
  readonly memory: RoutingMemory;
  readonly usage: Usage;
}

/** What the shared parts ask again whenever they need it, because a reload may have changed it. */
export interface Current {
  readonly config: () => ProxyConfig;
  readonly observe: () => Omit<Observed, 'usageWaiting' | 'usageLost'>;
}

const folder = (name: string): URL => new URL(`../${name}/`, import.meta.url);

/** Loads the parts and opens what the proxy holds open. @throws ConfigError for what cannot be opened. */
export const openShared = async (parsed: ParsedConfig, options: OpenOptions, current: Current): Promise<Shared> => {
  const clock = options.clock ?? systemClock;
  const log = options.onLog ?? ((_line: ProxyLogLine) => undefined);
  const nextId = options.nextId ?? randomUUID;
  const clientLimits = new ClientLimits(clock);
  const [dialects, providers, remedies, personas, usage] = await Promise.all([
    loadFolders<Dialect>(folder('dialects')),
    loadFolders<Provider>(folder('providers')),
    loadModules<Remedy>(folder('remedies'), 'remedy'),
    loadModules<Persona>(folder('personas'), 'persona'),
    openUsage({
      config: parsed.config,
      baseDirectory: options.baseDirectory ?? '.',
      clock,
      log,
      nextId: randomUUID,
      enabled: () => current.config()['usage-statistics-enabled'],
      observe: current.observe,
      onCounted: ({ client, tokens }) => clientLimits.spend(client, tokens.input + tokens.output, clock.now()),
    }),
  ]);
  // A restart gives nobody a fresh budget.
  for (const [client, tokens] of usage.ledger.tokensToday()) clientLimits.spend(client, tokens, clock.now());
  return {
    dialects,
    providers,
    remedies,
    personas,
    usage,
    clientLimits,
    memory: newRoutingMemory(clock, options.random ?? Math.random),
    upstreams: openUpstreams({ silenceMs: () => current.config()['request-timeout-seconds'] * 1000 }),
    credentials: new LiveCredentials(providers, { clock, log }),
    clock,
    nextId,
    log,
  };
};

/** Ends what the shared parts hold open; what they owe to a disk is on it when this resolves. */
export const closeShared = async ({ upstreams, credentials, usage }: Shared): Promise<void> => {
  await Promise.all([upstreams.close(), credentials.close(), usage.ledger.close()]);
};

const enabled = (remedies: ReadonlyMap<string, Remedy>, off: readonly string[]): readonly Remedy[] =>
  [...remedies.values()].filter(({ id }) => !off.includes(id));

const personaNamed = (personas: ReadonlyMap<string, Persona>, id: string): Persona => {
  const persona = personas.get(id);
  if (persona !== undefined) return persona;
  const known = [...personas.keys()];
  const expected = `one of ${known.join(', ')}`;
  throw new ConfigError([{ where: 'config: persona', expected, actual: JSON.stringify(id), ...didYouMean(id, known) }]);
};

/** Some builds leave out what upstreams tell no tokens of (sheet R11). */
const usageOf = ({ usage }: Persona, listener: UsageListener): UsageListener => {
  if (usage.withoutTokens === 'estimated') return listener;
  return {
    ...listener,
    requestEnded: (request) => {
      const { answered } = request;
      if (answered === undefined || (answered.usage?.input ?? 0) + (answered.usage?.output ?? 0) > 0) listener.requestEnded(request);
    },
  };
};

/** What one load of the configuration makes of the shared parts. @throws ConfigError for what only the parts can tell. */
export const prepareGeneration =
  ({ personas, providers, remedies, memory, usage, ...shared }: Shared) =>
  (parsed: ParsedConfig): Pick<Generation, 'context' | 'checkKey'> => {
    const { config } = parsed;
    const persona = personaNamed(personas, config.persona);
    const problems = vendorProblems(parsed.authFiles, providers);
    if (problems.length > 0) throw new ConfigError(problems);
    return {
      checkKey: newKeyCheck(config['api-keys']),
      context: {
        ...shared,
        usage: usageOf(persona, usage.listener),
        config,
        persona,
        remedies: enabled(remedies, [...config.remedies.off, ...persona.remediesOff]),
        routing: createRouting(parsed, providers, memory, persona.routing, persona.models.providersAbsent),
      },
    };
  };
