import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageName = 'wireproof';

const readPackage = (folder: string): { readonly name?: unknown; readonly version?: unknown } | undefined => {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown; version?: unknown };
  } catch {
    return undefined;
  }
};

/** The folder of our own package.json; the same from the sources and from dist/. */
export const packageRoot = (from = dirname(fileURLToPath(import.meta.url))): string => {
  if (readPackage(from)?.name === packageName) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('the wireproof package folder was not found above its own files');
  return packageRoot(parent);
};

/** What reports say about us. */
export const toolAbout = (): { readonly name: string; readonly version: string } => {
  const version = readPackage(packageRoot())?.version;
  return { name: packageName, version: typeof version === 'string' ? version : '0.0.0' };
};
