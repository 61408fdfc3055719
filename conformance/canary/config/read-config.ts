import { resolve } from 'node:path';
import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

import { ToolError } from '../../errors.ts';
import { fileReason } from '#fixtures/file-reason';
import { readYaml } from '../../yaml-file.ts';
import { defineConfig } from './schema.ts';

/** A configuration before it is checked, and where its parts are. */
export interface ConfigSource {
  /** Absolute. */
  readonly file: string;
  readonly value: unknown;
  /** File, line where it is known, and path. */
  readonly where: (path: readonly PropertyKey[]) => string;
}

/** Looked for when nobody names a file. */
export const configNames = [
  'wireproof.canary.yaml',
  'wireproof.canary.yml',
  'wireproof.config.ts',
  'wireproof.config.mts',
  'wireproof.config.js',
  'wireproof.config.mjs',
] as const;

const kind = { what: 'a canary configuration', code: 'config-invalid' } as const;

const unreadable = (file: string, expected: string, actual: string, hint: string, cause?: unknown): ToolError =>
  new ToolError('config-invalid', 'the canary configuration cannot be read', {
    problems: [{ where: file, expected, actual, hint }],
    cause,
  });

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

/** A module is loaded anew each time, so that a changed file is seen. It finds `wireproof/conformance` wherever it lies. */
const importConfig = async (file: string): Promise<unknown> => {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(pathToFileURL(file).href, {
    moduleCache: false,
    fsCache: false,
    interopDefault: false,
    virtualModules: { 'wireproof/conformance': { defineConfig } },
  });
  try {
    const module = await jiti.import<{ readonly default?: unknown }>(file);
    return module.default;
  } catch (cause) {
    throw unreadable(file, 'a module that loads', firstLine(cause), 'run it through the TypeScript compiler to see where', cause);
  }
};

const readModule = async (file: string): Promise<ConfigSource> => {
  await access(file).catch((cause: unknown) => {
    throw unreadable(file, 'a readable file', fileReason(cause), 'check the path; it is taken from the working folder', cause);
  });
  const value = await importConfig(file);
  if (typeof value !== 'object' || value === null) {
    throw unreadable(
      file,
      'a configuration as default export',
      value === undefined ? 'nothing' : typeof value,
      'write `export default defineConfig({ … })`',
    );
  }
  const where = (path: readonly PropertyKey[]): string => [file, path.map(String).join('.')].filter((part) => part !== '').join(' ');
  return { file, value, where };
};

/**
 * Reads a configuration: YAML, or a TypeScript or JavaScript module.
 * @throws ToolError `config-invalid` for a file that is not there, no YAML, or a module that does not load
 */
export const readConfig = async (path: string, cwd: string): Promise<ConfigSource> => {
  const file = resolve(cwd, path);
  if (/\.(?:ya?ml|json)$/i.test(file)) return readYaml(file, kind);
  if (/\.[mc]?[tj]s$/i.test(file)) return readModule(file);
  throw unreadable(
    file,
    'a file that ends in .yaml, .yml, .json, .ts, .mts, .js or .mjs',
    'another ending',
    'wireproof init writes one to start from',
  );
};
