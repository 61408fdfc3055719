import { buildProxy, remedyIds, runProxy, type ProxyLogLine } from '#proxy/index';

import { ToolError } from '../errors.ts';
import { toolAbout } from '../package-root.ts';
import { loadProfile } from '../profiles/profile.ts';
import { credentialHeader } from './credential-header.ts';
import { mergeConfig } from './merge-config.ts';
import { referenceAuthFiles, referenceClientKey, referenceConfig } from './reference-config.ts';
import type { RunningTarget, Setting, Target } from './target.ts';

/** The one place where conformance touches the proxy: it starts it, and never looks inside. */

const startReference: Target['start'] = async (setting: Setting, upstream) => {
  if (upstream === undefined) {
    throw new ToolError('usage', 'the reference target needs the mocked upstreams', { hint: 'it has no canary arm' });
  }
  const lines: ProxyLogLine[] = [];
  const base = { ...referenceConfig(upstream.baseUrl), remedies: { off: setting.remediesOff } };
  const proxy = await buildProxy({
    config: mergeConfig(base, setting.config),
    authFiles: referenceAuthFiles(upstream.baseUrl),
    onLog: (line) => lines.push(line),
  });
  const url = await proxy.listen({ host: '127.0.0.1', port: 0 });
  const running: RunningTarget = {
    url: url.replace(/\/$/, ''),
    headers: (cell) => credentialHeader(cell.client, referenceClientKey),
    path: (_cell, path) => path,
    logs: () => [...lines],
    stop: async () => {
      proxy.server.closeAllConnections();
      await proxy.close();
    },
  };
  return running;
};

/** The reference proxy of this package, in process, on a free loopback port, over the mocked upstreams. */
export const referenceTarget = async (): Promise<Target> => ({
  name: 'reference',
  profile: await loadProfile('reference'),
  version: toolAbout().version,
  configurable: true,
  remedies: remedyIds,
  start: startReference,
});

export { remedyIds as referenceRemedyIds, runProxy as runReferenceProxy };
