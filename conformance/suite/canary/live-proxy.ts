import { exchangeIds } from '#fixtures/catalogue';
import { answer, type Script } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';
import { symptomConfig, type ProxyConfigPatch, type Scenario } from '#scenarios/kit/scenario';

import { loadTarget, runSuite, type Report } from '../../index.ts';
import { placeBetween } from '../../grounds/between.ts';
import { mergeConfig } from '../../targets/merge-config.ts';
import { referenceAuthFiles, referenceConfig } from '../../targets/reference-config.ts';
import { openAccounts, withAccounts } from '../../targets/scenario-accounts.ts';
import { ownThreadHost } from '../../targets/reference-host.ts';
import { withClientKey } from '../../transport/shown-key.ts';
import type { BrokenState, PersonaId } from './broken-state.ts';

/** Its first word is one of those by which the build of the page counts (sheet 1.7). */
const clientKey = 'codex-wireproof-client-key';

const known = new Set(exchangeIds());

/** Vendors in good health: they answer, compact, and count where a fixture has counts. */
export const goodVendors: Script = (request) => {
  if (request.operation === 'compact') return { exchange: `${request.surface}/compaction` };
  if (request.operation === 'count-tokens') return { exchange: `${request.surface}/count-tokens` };
  const slug = known.has(`${request.surface}/counted.stream`) ? 'counted' : 'text';
  return answer(slug)(request);
};

export interface Trouble {
  readonly state: BrokenState;
  readonly scenario: Scenario;
}

/** What the vendors behind a broken proxy do; no script goes by tokens, so everybody who asks is answered like this. */
const vendorsOf = ({ state, scenario }: Trouble, persona: PersonaId): Script => {
  const { concerns = () => true, vendor, vendorAt } = state;
  const own = vendorAt?.[persona] ?? vendor;
  const scripts = new Map(scenario.cells.map((cell) => [cell.upstream, own ?? scenario.upstream(cell)]));
  return (request) => {
    const script = concerns(request) ? scripts.get(request.surface) : undefined;
    const fits = request.operation !== 'compact' || scenario.requires.includes('compact');
    return (fits ? (script ?? goodVendors) : goodVendors)(request);
  };
};

/** What is different in this state. */
const changeIn = (trouble: Trouble | undefined): ProxyConfigPatch =>
  trouble === undefined ? {} : withClientKey(trouble.state.config ?? symptomConfig(trouble.scenario), clientKey);

interface Deployment {
  readonly baseUrl: Parameters<typeof referenceConfig>[0];
  readonly persona: PersonaId;
  readonly trouble: Trouble | undefined;
  readonly change: ProxyConfigPatch;
}

/** A deployment has a management API, which the state may switch off again, and in every other way the reference's configuration. */
const configOf = ({ baseUrl, persona, trouble, change }: Deployment): ProxyConfigPatch => {
  const base = {
    ...referenceConfig(baseUrl),
    'api-keys': [clientKey],
    'remote-management': { 'secret-key': 'wireproof-management-key-of-a-deployment' },
    remedies: { off: trouble?.scenario.remedy.proxy ?? [] },
  };
  return { ...mergeConfig(base, change), persona };
};

/** The profile under which a deployment of this build is looked at. */
const profileOf = (persona: PersonaId): string => (persona === 'documented' ? 'reference' : persona);

export interface LiveProxy {
  readonly url: string;
  /** What one of its callers shows. */
  readonly clientKey: string;
  /** The name of the profile under which a deployment of this build is looked at. */
  readonly profile: string;
}

/** Starts the proxy in its state, good health without trouble, and ends it when the work is done. */
export const withLiveProxy = async <T>(
  persona: PersonaId,
  trouble: Trouble | undefined,
  work: (proxy: LiveProxy) => Promise<T>,
): Promise<T> => {
  const upstream = await startMockUpstream({
    otherwise: trouble === undefined ? goodVendors : vendorsOf(trouble, persona),
  });
  const { baseUrl } = upstream;
  const accounts = openAccounts(upstream, trouble?.scenario.accounts ?? {});
  const own = withAccounts(changeIn(trouble), referenceAuthFiles(baseUrl), { upstream, accounts, now: Date.now() });
  const config = configOf({ baseUrl, persona, trouble, change: own.patch });
  const proxy = await ownThreadHost.start({ config, authFiles: own.authFiles });
  const between = trouble?.scenario.symptom.ground?.between;
  const before = between === undefined ? undefined : await placeBetween(proxy.url, between);
  try {
    return await work({ url: before?.url ?? proxy.url, clientKey, profile: profileOf(persona) });
  } finally {
    await before?.stop();
    await proxy.stop();
    await upstream.close();
  }
};

/** Puts all canaries to it, as `wireproof run --target URL --profile NAME --arm canary` does. */
export const canaryReport = (
  persona: PersonaId,
  scenarios: readonly Scenario[],
  trouble?: Trouble,
  { thorough }: { readonly thorough: boolean } = { thorough: true },
): Promise<Report> =>
  withLiveProxy(persona, trouble, async ({ url, clientKey: key, profile }) => {
    const target = await loadTarget(url, { env: { WIREPROOF_KEY: key }, cwd: '.', profile });
    return runSuite({ scenarios, target, arms: ['canary'], seed: 7, thorough });
  });
