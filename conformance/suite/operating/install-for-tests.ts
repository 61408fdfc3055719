import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { packageRoot } from '../../package-root.ts';

/** Of our own node_modules. */
const homeOf = (name: string): string => join(packageRoot(), 'node_modules', name);

/** The same package under another version: its files, but for what says so. */
const putAs = (folder: string, name: string, version: string): void => {
  const [from, to] = [homeOf(name), join(folder, `${name}_${version}`, 'node_modules', name)];
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from).filter((entry) => entry !== 'package.json')) symlinkSync(join(from, file), join(to, file));
  const about = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as object;
  writeFileSync(join(to, 'package.json'), JSON.stringify({ ...about, version }));
};

/**
 * Test libraries as a reader has them, and, in the place of a registry, two versions of an SDK with the same types.
 * @returns where `drift --sdk` finds them, and what keeps npm from asking a registry for itself
 */
export const installForTests = (folder: string): Readonly<Record<string, string>> => {
  for (const name of ['vitest', 'msw', 'nock']) symlinkSync(homeOf(name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'node_modules/.bin/vitest'), `#!/bin/sh\nexec node '${join(homeOf('vitest'), 'vitest.mjs')}' "$@"\n`, {
    mode: 0o755,
  });
  const store = join(folder, '.sdks');
  putAs(store, 'typescript', '6.0.3');
  for (const version of ['6.48.0', '6.49.0']) putAs(store, 'openai', version);
  return { WIREPROOF_CACHE: store, npm_config_update_notifier: 'false' };
};
