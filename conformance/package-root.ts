import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const packageName = 'wireproof';

interface Package {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly homepage?: unknown;
}

const readPackage = (folder: string): Package | undefined => {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Package;
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

interface ToolAbout {
  readonly name: string;
  readonly version: string;
  /** Where to read about it. */
  readonly link: string;
}

/** Read once: it does not change while we run, and whoever runs for years asks often. */
let about: ToolAbout | undefined;

const readAbout = (): ToolAbout => {
  const { version, homepage } = readPackage(packageRoot()) ?? {};
  return {
    name: packageName,
    version: typeof version === 'string' ? version : '0.0.0',
    link: typeof homepage === 'string' ? homepage : `https://www.npmjs.com/package/${packageName}`,
  };
};

/** What reports say about us. */
export const toolAbout = (): Pick<ToolAbout, 'name' | 'version'> => {
  about ??= readAbout();
  return { name: about.name, version: about.version };
};

/** What a request to a live deployment says of who sends it: tool, version and where to read about it. */
export const liveUserAgent = (): string => {
  about ??= readAbout();
  return `${about.name}/${about.version} (+${about.link})`;
};
