import { join, resolve } from 'node:path';

import type { SdkStore } from '../../drift/sdk/sdk-drift.ts';
import { packageRoot } from '../../package-root.ts';
import type { CliIo } from '../io.ts';

const defined = (env: CliIo['env']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** Where SDKs are installed, once: WIREPROOF_CACHE, or a folder of this package. */
export const sdkStore = (io: CliIo): SdkStore => ({
  cacheDir: resolve(io.cwd, io.env['WIREPROOF_CACHE'] ?? join(packageRoot(), '.cache', 'targets')),
  env: defined(io.env),
  onProgress: (message) => io.err(`${message}\n`),
  signal: io.signal,
});
