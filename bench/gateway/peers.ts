import { installedPackage } from '../../conformance/targets/npm-package.ts';

import type { MeasureContext } from '../measure.ts';
import { type Gateway, llms, llmsPackage, portkey, portkeyPackage } from './gateways.ts';

/** A gateway of other people, or why it is not there. */
export interface Peer {
  readonly name: string;
  readonly spec: string;
  readonly gateway?: Gateway;
  readonly missing?: string;
}

const installed = async (
  { name, version }: { readonly name: string; readonly version: string },
  gatewayIn: (folder: string) => Gateway,
  { cacheDir, env, progress }: MeasureContext,
): Promise<Peer> => {
  const spec = `${name}@${version}`;
  const peer = { name: gatewayIn('').name, spec };
  try {
    return { ...peer, gateway: gatewayIn(await installedPackage({ spec, cacheDir, env, onProgress: progress })) };
  } catch (error) {
    const missing = (error as Error).message;
    progress(missing);
    return { ...peer, missing };
  }
};

/** Installs the peers for comparison only: into the cache, never among our own dependencies. A failure is an outcome, and is reported. */
export const installPeers = async (context: MeasureContext): Promise<readonly Peer[]> => [
  await installed(portkeyPackage, portkey, context),
  await installed(llmsPackage, llms, context),
];

export const gatewaysOf = (peers: readonly Peer[], names: readonly string[]): readonly Gateway[] =>
  peers.flatMap(({ name, gateway }) => (gateway !== undefined && names.includes(name) ? [gateway] : []));

export const versionsOf = (peers: readonly Peer[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    peers.map(({ spec, missing }) => {
      const at = spec.lastIndexOf('@');
      return [spec.slice(0, at), missing === undefined ? spec.slice(at + 1) : 'not installed'];
    }),
  );

export const missingNotes = (peers: readonly Peer[]): readonly string[] =>
  peers.flatMap(({ spec, missing }) =>
    missing === undefined ? [] : [`**${spec} could not be installed, so nothing is compared with it:** ${missing}`],
  );
