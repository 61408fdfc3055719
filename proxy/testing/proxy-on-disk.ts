import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { openProxy } from '../app.ts';
import type { RunningProxy } from '../app.ts';
import type { Environment } from '../config/environment.ts';
import { fileSource } from '../live/config-source.ts';
import { systemDisk } from '../live/durable-write.ts';
import type { Disk } from '../live/durable-write.ts';
import type { ProxyLogLine } from '../options.ts';

/** For tests: a proxy over a configuration file in a folder of its own, as a process would open it, without its signals. */
export interface ProxyOnDisk extends RunningProxy {
  readonly folder: string;
  readonly configPath: string;
  readonly logs: readonly ProxyLogLine[];
  readonly readConfig: () => string;
  readonly writeConfig: (text: string) => void;
}

export interface OnDiskOptions {
  readonly config: string;
  readonly env?: Environment;
  readonly disk?: Disk;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Files of the folder `auths` beside the configuration, by name. */
  readonly auths?: Readonly<Record<string, unknown>>;
}

const opened: ProxyOnDisk[] = [];

export const proxyOnDisk = async ({ config, env = {}, disk = systemDisk, now, auths = {} }: OnDiskOptions): Promise<ProxyOnDisk> => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-proxy-'));
  const configPath = join(folder, 'config.yaml');
  mkdirSync(join(folder, 'auths'));
  for (const [name, tree] of Object.entries(auths)) writeFileSync(join(folder, 'auths', name), JSON.stringify(tree));
  writeFileSync(configPath, config);
  const logs: ProxyLogLine[] = [];
  const source = fileSource({ path: configPath, env, disk });
  const options = { baseDirectory: folder, onLog: (line: ProxyLogLine) => logs.push(line), ...(now !== undefined && { clock: { now } }) };
  const proxy = await openProxy(source.parse(config), options, { source, text: () => config });
  const onDisk = {
    ...proxy,
    folder,
    configPath,
    logs,
    readConfig: () => readFileSync(configPath, 'utf8'),
    writeConfig: (text: string) => writeFileSync(configPath, text),
  };
  opened.push(onDisk);
  return onDisk;
};

/** Ends all of them and removes their folders; for `afterEach`. */
export const closeProxiesOnDisk = async (): Promise<void> => {
  await Promise.all(
    opened.splice(0).map(async ({ app, folder }) => {
      await app.close();
      rmSync(folder, { recursive: true, force: true });
    }),
  );
};
