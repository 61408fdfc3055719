import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { ToolError } from '../errors.ts';
import { startChild } from './child-process.ts';

export interface InstallOptions {
  /** `name@exact-version`. */
  readonly spec: string;
  /** Where installed packages are kept, outside our own dependencies. */
  readonly cacheDir: string;
  /** For npm: PATH, HOME, proxy settings. */
  readonly env: Readonly<Record<string, string>>;
  readonly onProgress: (message: string) => void;
  /** Ends the installation early. */
  readonly signal?: AbortSignal;
}

const installWithinMs = 300_000;

/** npm's last words on one line. */
const lastWords = (output: string): string =>
  output
    .trim()
    .slice(-1_500)
    .replaceAll(/\s*\n\s*/g, '; ');

const hintFor = (name: string, output: string): string =>
  /\b(?:E404|ETARGET)\b/.test(output)
    ? `there is no such package or version: npm view ${name} versions lists them`
    : 'check the network and the registry that npm is set to';

const parts = (spec: string): { readonly name: string; readonly version: string } => {
  const at = spec.lastIndexOf('@');
  return { name: spec.slice(0, at), version: spec.slice(at + 1) };
};

const installedVersion = async (folder: string): Promise<string | undefined> => {
  try {
    return (JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version?: string }).version;
  } catch {
    return undefined;
  }
};

/** Runs npm in a folder; throws a ToolError with npm's last words when it fails or takes longer than five minutes. */
const npmInstall = async (folder: string, { spec, env, signal }: InstallOptions): Promise<void> => {
  const flags = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--omit=dev', '--loglevel=error'];
  const child = startChild({ command: ['npm', 'install', '--prefix', folder, ...flags, spec], env, cwd: folder });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('did not end within 300 seconds'), installWithinMs);
  });
  const end = (): void => void child.stop();
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted === true) end();
  const how = await Promise.race([child.ended, late]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
  await child.stop();
  if (how === 'exited with code 0') return;
  throw new ToolError('target-start-failed', `${spec} could not be installed: npm ${how}`, {
    problems: [{ where: `npm install ${spec}`, expected: 'an installed package', actual: lastWords(child.output()) || how }],
    hint: hintFor(parts(spec).name, child.output()),
  });
};

/**
 * The folder of an installed package, installing it first when it is not there. It is installed beside its final place and moved in,
 * so that an interrupted or concurrent installation leaves nothing half-done.
 */
export const installedPackage = async (options: InstallOptions): Promise<string> => {
  const { name, version } = parts(options.spec);
  const home = join(options.cacheDir, options.spec.replaceAll(/[@/]/g, '_'));
  const folder = join(home, 'node_modules', name);
  if ((await installedVersion(folder)) === version) return folder;
  options.onProgress(`installing ${options.spec} into ${home}`);
  await mkdir(options.cacheDir, { recursive: true });
  const fresh = await mkdtemp(join(options.cacheDir, '.installing-'));
  try {
    await npmInstall(fresh, options);
    // Another run may have been faster, and may use it already.
    const isThere = async (): Promise<boolean> => (await installedVersion(folder)) === version;
    if (!(await isThere())) {
      await rm(home, { recursive: true, force: true });
      await rename(fresh, home).catch(async (error: unknown) => {
        if (!(await isThere())) throw error;
      });
    }
  } finally {
    if (existsSync(fresh)) await rm(fresh, { recursive: true, force: true });
  }
  options.onProgress(`installed ${options.spec}`);
  return folder;
};
