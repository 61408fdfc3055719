import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { ToolError } from '../conformance/errors.ts';
import { installedPackage } from '../conformance/targets/npm-package.ts';
import type { Client } from './client.ts';

export type Installed = { readonly folder: string } | { readonly failure: string };

export interface InstallSettings {
  readonly cacheDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onProgress: (text: string) => void;
  readonly signal: AbortSignal;
  /** When it may not be installed, only what is there counts. */
  readonly install: boolean;
}

type Package = Pick<Client, 'package' | 'version'>;

export const specOf = (client: Package): string => `${client.package}@${client.version}`;

/** Where the package is when it is installed. */
export const folderOf = (client: Package, cacheDir: string): string =>
  join(cacheDir, specOf(client).replaceAll(/[@/]/g, '_'), 'node_modules', client.package);

export const isInstalled = (client: Package, cacheDir: string): boolean => existsSync(join(folderOf(client, cacheDir), 'package.json'));

const reasonOf = (error: unknown): string =>
  error instanceof ToolError ? [error.message, ...error.problems.map(({ actual }) => actual)].join('\n  ') : (error as Error).message;

/** Installs a client's package without its install scripts, unless it is there already. Never throws. */
export const installClient = async (
  client: Package,
  { cacheDir, env, onProgress, signal, install }: InstallSettings,
): Promise<Installed> => {
  if (!install) {
    if (isInstalled(client, cacheDir)) return { folder: folderOf(client, cacheDir) };
    return { failure: `${specOf(client)} is not installed, and --no-install says to leave it so` };
  }
  try {
    return { folder: await installedPackage({ spec: specOf(client), cacheDir, env, onProgress, signal }) };
  } catch (error) {
    return { failure: reasonOf(error) };
  }
};
