import { exchangeIds } from '#fixtures/catalogue';
import { answer, type Script } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';
import { symptomConfig, type ProxyConfigPatch, type Scenario } from '#scenarios/kit/scenario';

import { loadTarget, runSuite, type Report } from '../../index.ts';
import { mergeConfig } from '../../targets/merge-config.ts';
import { referenceAuthFiles, referenceConfig } from '../../targets/reference-config.ts';
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

/** What the vendors behind a broken proxy do; no script goes by tokens, so everybody who asks is answered like this. */
const vendorsOf = ({ concerns = () => true, vendor }: BrokenState, scenario: Scenario): Script => {
  const scripts = new Map(scenario.cells.map((cell) => [cell.upstream, vendor ?? scenario.upstream(cell)]));
  return (request) => {
    const script = concerns(request) ? scripts.get(request.surface) : undefined;
    const fits = request.operation !== 'compact' || scenario.requires.includes('compact');
    return (fits ? (script ?? goodVendors) : goodVendors)(request);
  };
};

export interface Trouble {
  readonly state: BrokenState;
  readonly scenario: Scenario;
}

/** A deployment has a management API, which the state may switch off again, and in every other way the reference's configuration. */
const configOf = (baseUrl: Parameters<typeof referenceConfig>[0], persona: PersonaId, trouble: Trouble | undefined): ProxyConfigPatch => {
  const base = {
    ...referenceConfig(baseUrl),
    'api-keys': [clientKey],
    'remote-management': { 'secret-key': 'wireproof-management-key-of-a-deployment' },
    remedies: { off: trouble?.scenario.remedy.proxy ?? [] },
  };
  const change = trouble === undefined ? {} : (trouble.state.config ?? symptomConfig(trouble.scenario));
  return { ...mergeConfig(base, withClientKey(change, clientKey)), persona };
};

/** The profile under which a deployment of this build is looked at. */
const profileOf = (persona: PersonaId): string => (persona === 'documented' ? 'reference' : persona);

/** Starts the proxy in its state and puts all canaries to it, as `wireproof run --target URL --profile NAME --arm canary` does. */
export const canaryReport = async (persona: PersonaId, scenarios: readonly Scenario[], trouble?: Trouble): Promise<Report> => {
  const upstream = await startMockUpstream({
    otherwise: trouble === undefined ? goodVendors : vendorsOf(trouble.state, trouble.scenario),
  });
  const proxy = await ownThreadHost.start({
    config: configOf(upstream.baseUrl, persona, trouble),
    authFiles: referenceAuthFiles(upstream.baseUrl),
  });
  try {
    const target = await loadTarget(proxy.url, { env: { WIREPROOF_KEY: clientKey }, cwd: '.', profile: profileOf(persona) });
    return await runSuite({ scenarios, target, arms: ['canary'], seed: 7 });
  } finally {
    await proxy.stop();
    await upstream.close();
  }
};
