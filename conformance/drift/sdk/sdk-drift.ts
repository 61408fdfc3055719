import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

import { ToolError } from '../../errors.ts';
import { installedPackage, type InstallOptions } from '../../targets/npm-package.ts';
import { compareSurfaces } from './compare-surfaces.ts';
import { judgeChange, type JudgedChange, type SdkSeverity } from './judge-change.ts';
import { readSurface, type TypeScript } from './read-surface.ts';
import { rootsOf, type SdkRoot } from './sdk-roots.ts';
import type { SdkRange } from './sdk-range.ts';
import type { TypeSurface } from './type-surface.ts';

/** What changed between two released versions; the published form `wireproof.sdk-drift/v1`. */
export interface SdkDrift {
  readonly schema: 'wireproof.sdk-drift/v1';
  readonly package: string;
  readonly before: string;
  readonly after: string;
  readonly summary: Readonly<Record<SdkSeverity, number>> & { readonly disagreements: number };
  /** The gravest first, then in the order of the roots. */
  readonly changes: readonly JudgedChange[];
}

/** Where packages are kept and how they are installed there. */
export type SdkStore = Omit<InstallOptions, 'spec'>;

/** Its compiler API is read, and only here: 7 has none any more, so it is neither the newest nor a dependency. */
const typescriptSpec = 'typescript@6.0.3';

const compilerFrom = async (store: SdkStore): Promise<TypeScript> => {
  const folder = await installedPackage({ ...store, spec: typescriptSpec });
  const load = createRequire(join(folder, 'package.json'));
  return load('./lib/typescript.js') as TypeScript;
};

/** The folder above `node_modules`. */
const homeOf = (folder: string, packageName: string): string => {
  const tail = [sep, 'node_modules', sep, packageName.replaceAll('/', sep)].join('');
  return folder.endsWith(tail) ? folder.slice(0, -tail.length) : folder;
};

const checkedRoots = (packageName: string): readonly SdkRoot[] => {
  const roots = rootsOf(packageName);
  if (roots !== undefined) return roots;
  throw new ToolError('usage', `the types of ${packageName} are not watched`);
};

/**
 * What one released version of an SDK says of the wire. Installs it, and the compiler, unless they are in the store; runs no script of it.
 * @param version exact
 * @throws ToolError `target-start-failed` when npm cannot install it, `package-missing` when it has none of the types
 */
export const sdkSurface = async (packageName: string, version: string, store: SdkStore): Promise<TypeSurface> => {
  const roots = checkedRoots(packageName);
  const typescript = await compilerFrom(store);
  const folder = await installedPackage({ ...store, spec: `${packageName}@${version}` });
  return readSurface({ typescript, folder: homeOf(folder, packageName), package: packageName, version, roots });
};

const gravity: readonly SdkSeverity[] = ['breaking', 'additive', 'cosmetic'];

/** Compares two surfaces of one package. @throws ToolError `usage` when the package is not watched */
export const driftBetween = (before: TypeSurface, after: TypeSurface): SdkDrift => {
  const roots = new Map(checkedRoots(after.package).map((root) => [root.name, root]));
  const found = compareSurfaces(before, after).map((change) => judgeChange(after.package, change, roots));
  const changes = gravity.flatMap((severity) => found.filter((change) => change.severity === severity));
  const count = (severity: SdkSeverity): number => changes.filter((change) => change.severity === severity).length;
  return {
    schema: 'wireproof.sdk-drift/v1',
    package: after.package,
    before: before.version,
    after: after.version,
    summary: {
      breaking: count('breaking'),
      additive: count('additive'),
      cosmetic: count('cosmetic'),
      disagreements: changes.filter(({ disagrees }) => disagrees !== undefined).length,
    },
    changes,
  };
};

/** `wireproof drift --sdk`: one after the other, so that a registry that is away is told once. */
export const sdkDrift = async ({ package: packageName, before, after }: SdkRange, store: SdkStore): Promise<SdkDrift> => {
  const was = await sdkSurface(packageName, before, store);
  return driftBetween(was, await sdkSurface(packageName, after, store));
};
