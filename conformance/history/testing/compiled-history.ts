/** The history as JavaScript: processes that are started and killed again and again would spend most of their time compiling it. */
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

const source = new URL('../', import.meta.url).pathname;
const packages = new URL('../../../node_modules', import.meta.url).pathname;

/** @returns URL of the open-history module; the program that imports it needs no loader */
export const compiledHistory = async (folder: string): Promise<string> => {
  const migrations = (await readdir(join(source, 'migrations'))).filter((file) => file.endsWith('.ts'));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await symlink(packages, join(folder, 'node_modules'));
  await build({
    entryPoints: {
      // As deep as the module that looks for the migrations beside its own folder.
      'history/open-history': join(source, 'open-history.ts'),
      ...Object.fromEntries(migrations.map((file) => [`migrations/${file.replace(/\.ts$/, '')}`, join(source, 'migrations', file)])),
    },
    outdir: folder,
    bundle: true,
    packages: 'external',
    conditions: ['wireproof-source'],
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  return pathToFileURL(join(folder, 'history', 'open-history.js')).href;
};
