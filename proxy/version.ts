import { readFileSync } from 'node:fs';

/** The package's version; the manifest is one level above the sources and two above the build. */
const readVersion = (): string => {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8')) as { name?: string; version?: string };
      if (manifest.name === 'wireproof' && manifest.version !== undefined) return manifest.version;
    } catch {
      // Not there: the other place has it.
    }
  }
  return '0.0.0';
};

export const version = readVersion();
