import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { packageRoot } from '../../package-root.ts';
import { installForTests } from './install-for-tests.ts';
import { readPage } from './read-page.ts';
import { renderPage } from './render-page.ts';
import { Shell } from './shell.ts';

/** A page whose commands are run. */
export interface RunPage {
  /** Prose and commands. */
  readonly source: URL;
  /** The page that is made of them. */
  readonly file: URL;
  /** The ports that it shows; others are free in a run. */
  readonly ports: readonly number[];
  /** Puts into the folder what the reader has installed besides. @returns variables of the environment that lead there */
  readonly prepare?: (folder: string) => Readonly<Record<string, string>>;
}

/** Shows the proxy, the mocked upstreams, and the stand-in for a vendor. */
export const operatingPage: RunPage = {
  source: new URL('page.md', import.meta.url),
  file: new URL('../../../docs/operating.md', import.meta.url),
  ports: [8317, 8318, 8319, 8320],
};

/** Shows the proxy, the mocked upstreams, and the canary's own page. */
export const canaryGuide: RunPage = {
  source: new URL('canaries.md', import.meta.url),
  file: new URL('../../../docs/guides/canaries.md', import.meta.url),
  ports: [8317, 8318, 9464],
};

/** Shows the mocked upstreams in the place of a vendor, and the recorder or a replay. */
export const upstreamGuide: RunPage = {
  source: new URL('upstream-changes.md', import.meta.url),
  file: new URL('../../../docs/guides/upstream-changes.md', import.meta.url),
  ports: [8318, 8319],
  prepare: installForTests,
};

/** A user without rights on most systems. */
const nobody = 65_534;

/** Below the range from which systems take ports for connections and for servers that ask for any: nobody else takes them meanwhile. */
const firstPort = 18_000;
const portCount = 12_000;

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
};

const freePorts = async (shownPorts: readonly number[]): Promise<ReadonlyMap<number, number>> => {
  const ports = new Map<number, number>();
  let candidate = firstPort + ((process.pid * 37) % portCount);
  for (const shown of shownPorts) {
    do candidate = firstPort + ((candidate - firstPort + 1) % portCount);
    while (!(await isFree(candidate)));
    ports.set(shown, candidate);
  }
  return ports;
};

const needed = (): string => {
  const cli = join(packageRoot(), 'dist/conformance/cli/main.js');
  if (!existsSync(cli)) throw new Error('dist/ is missing: npm run build');
  // Only GNU's sed knows --version, and only GNU's writes \n in a replacement.
  const missing = ['bash', 'curl', 'sed', 'grep'].filter((name) => spawnSync(name, ['--version']).status !== 0);
  if (missing.length > 0)
    throw new Error(`the commands of the pages need bash, curl, GNU sed and grep; this machine lacks ${missing.join(', ')}`);
  return cli;
};

/** A folder with `wireproof` installed, as the reader has it. */
const prepareFolder = (cli: string): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wireproof-operating-')));
  const programs = join(folder, 'node_modules/.bin');
  mkdirSync(programs, { recursive: true });
  symlinkSync(packageRoot(), join(folder, 'node_modules/wireproof'));
  const quoted = [process.execPath, cli].map((path) => `'${path.replaceAll("'", `'\\''`)}'`).join(' ');
  writeFileSync(join(programs, 'wireproof'), `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o755 });
  return folder;
};

const give = (folder: string, user: number | undefined): void => {
  // Test runners keep their caches beside packages.
  if (user !== undefined) for (const path of [folder, join(folder, 'node_modules')]) chownSync(path, user, user);
};

const environment = (folder: string): NodeJS.ProcessEnv => ({
  PATH: [join(folder, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']].join(delimiter),
  HOME: folder,
  LC_ALL: 'C',
});

/** Runs every command of the page on the built proxy. @returns the text that its file should have. */
export const runPage = async (page: RunPage): Promise<string> => {
  const user = process.getuid?.() === 0 ? nobody : undefined;
  const folder = prepareFolder(needed());
  const installed = page.prepare?.(folder) ?? {};
  give(folder, user);
  const shell = new Shell({ folder, env: { ...environment(folder), ...installed }, ...(user !== undefined && { user }) });
  try {
    const ports = await freePorts(page.ports);
    return await renderPage(readPage(readFileSync(page.source, 'utf8')), shell, { folder, ports });
  } finally {
    await shell.close();
    chmodSync(folder, 0o755);
    rmSync(folder, { recursive: true, force: true });
  }
};
