import { join } from 'node:path';

import type { CheckOptions } from '#proxy/check-config';
import type { ConfigExplanation } from '#proxy/config/explain';
import type { RunOptions } from '#proxy/main';
import { remedyIds } from '#proxy/remedy-ids';
import type { Disk } from '#scenarios/kit/grounds/disk';
import type { ProxyConfigPatch } from '#scenarios/kit/scenario';

import { ToolError } from '../errors.ts';
import { toolAbout } from '../package-root.ts';
import { loadProfile } from '../profiles/profile.ts';
import { withClientKey } from '../transport/shown-key.ts';
import { credentialHeader } from './credential-header.ts';
import type { HostedProxy, ProxyHost, ProxyStart } from './hosted-proxy.ts';
import { mergeConfig } from './merge-config.ts';
import { referenceFiles } from './reference-files.ts';
import { referenceAuthFiles, referenceClientKey, referenceConfig } from './reference-config.ts';
import { ownThreadHost } from './reference-host.ts';
import { referenceProgram } from './reference-program.ts';
import { openAccounts, withAccounts } from './scenario-accounts.ts';
import type { RunningTarget, Target } from './target.ts';
import { newThreadHost } from './thread-host.ts';

/** Conformance touches the proxy here and in reference-host.ts only: it starts it, and never looks inside. */

/** On files of its own where the ground says how they lie, in memory otherwise. */
const startHosted = async (
  host: ProxyHost,
  start: ProxyStart & { readonly config: Readonly<Record<string, unknown>> },
  ground: Disk | undefined,
): Promise<HostedProxy & Pick<RunningTarget, 'disk' | 'ground'>> => {
  if (ground === undefined) return host.start(start);
  const disk = referenceFiles(ground, start.config, start.authFiles);
  try {
    const proxy = await host.start({ ...start, configPath: join(disk.seenByTarget, 'config.yaml') });
    return { ...proxy, disk, ground: [`disk: ${disk.made}`], stop: () => proxy.stop().finally(disk.release) };
  } catch (error) {
    disk.release();
    throw error;
  }
};

const startOn =
  (host: ProxyHost): Target['start'] =>
  async (setting, upstream, scenario): Promise<RunningTarget> => {
    if (upstream === undefined) {
      throw new ToolError('usage', 'the reference target needs the mocked upstreams', { hint: 'it has no canary arm' });
    }
    const base = { ...referenceConfig(upstream.baseUrl), remedies: { off: setting.remediesOff } };
    const accounts = openAccounts(upstream, scenario?.accounts ?? {});
    const filling = { upstream, accounts, now: Date.now() };
    const own = withAccounts(withClientKey(setting.config, referenceClientKey), referenceAuthFiles(upstream.baseUrl), filling);
    const { 'in-process': ofMount, ...patch } = own.patch;
    const config = mergeConfig(base, patch);
    // Not a key of config.yaml: what is different in the environment of the proxy that is mounted in a process.
    const inProcess = ofMount === undefined ? undefined : mergeConfig(config, ofMount as ProxyConfigPatch);
    const { authFiles } = own;
    const clockStands = scenario?.clock === 'stands' && scenario.remembers;
    const start = { config, authFiles, clockStands, ...(inProcess !== undefined && { inProcess }) };
    const proxy = await startHosted(host, start, setting.ground?.disk);
    return {
      ...proxy,
      ...(scenario?.accounts !== undefined && { accounts }),
      stop: () => proxy.stop().finally(() => Object.values(accounts).forEach(upstream.accounts.forget)),
      program: referenceProgram(upstream, setting.ground?.launch),
      ...(setting.ground?.image !== undefined && { image: setting.ground.image }),
      clientKey: referenceClientKey,
      headers: (cell) => credentialHeader(cell.client, referenceClientKey),
      path: (_cell, path) => path,
    };
  };

/** A thread of its own when this is the build; the sources cannot be loaded by a plain thread. */
const hostForThisCode = (): ProxyHost =>
  import.meta.url.endsWith('.js') ? newThreadHost(new URL('reference-thread.js', import.meta.url)) : ownThreadHost;

/** The reference proxy of this package on a free loopback port, over the mocked upstreams. */
export const referenceTarget = async (): Promise<Target> => {
  const host = hostForThisCode();
  return {
    name: 'reference',
    profile: await loadProfile('reference'),
    version: toolAbout().version,
    configurable: true,
    movesTime: true,
    runsInProcess: true,
    grounds: new Set(['between', 'disk', 'image', 'launch']),
    remedies: () => Promise.resolve(remedyIds()),
    ...(host.prepare !== undefined && { prepare: host.prepare }),
    start: startOn(host),
  };
};

export { remedyIds as referenceRemedyIds };
export type { RunOptions };

/** The reference proxy as a server for people: config file, signals, log. See `runProxy` of the proxy. */
export const runReferenceProxy = async (options: RunOptions): Promise<void> => (await import('#proxy/main')).runProxy(options);

/** What a start of the reference proxy would find and serve. See `checkConfig` of the proxy. */
export const checkReferenceConfig = async (options: CheckOptions): Promise<ConfigExplanation> =>
  (await import('#proxy/check-config')).checkConfig(options);

/** The explanation of a check, for people. */
export const explanationText = async (explanation: ConfigExplanation): Promise<string> =>
  (await import('#proxy/config/explain')).explanationText(explanation);

/** The JSON Schema of the reference proxy's config.yaml. */
export const referenceConfigSchema = async (): Promise<object> => (await import('#proxy/config/json-schema')).configJsonSchema();
