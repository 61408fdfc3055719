import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import ts from 'typescript';

import { readSurface } from '../sdk/read-surface.ts';
import type { TypeSurface } from '../sdk/type-surface.ts';

/** Puts a made-up package into `folder/node_modules`, as npm would. */
export const writePackage = (folder: string, name: string, version: string, files: Readonly<Record<string, string>>): void => {
  const home = join(folder, 'node_modules', name);
  const manifest = { name, version, type: 'module', exports: { '.': { types: './index.d.ts' }, './*': { types: './*.d.ts' } } };
  for (const [path, text] of Object.entries({ ...files, 'package.json': JSON.stringify(manifest) })) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
};

/** The surface of declarations that one made-up package exports, with the compiler that this repository has. */
export const surfaceOf = (folder: string, declarations: string, roots: readonly string[], version = '1.0.0'): TypeSurface => {
  writePackage(folder, 'made-up', version, { 'index.d.ts': declarations });
  return readSurface({ typescript: ts, folder, package: 'made-up', version, roots: roots.map((name) => ({ name, module: 'made-up' })) });
};
