import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { arch, tmpdir, type } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { cases } from './cases.ts';
import type { Client } from './client.ts';
import { differences } from './compare.ts';
import { findClients } from './find-clients.ts';
import type { JobLine } from './inside.ts';
import { installClient, isInstalled, specOf } from './install.ts';
import { keep, keptOf, keptOfAll, writeWhole } from './kept.ts';
import { type Options, readOptions, usage } from './options.ts';
import { pageFile, pageText } from './page/page.ts';
import { runSandboxed } from './sandboxed.ts';
import { networkHere } from './sandbox/network.ts';

/** Runs real clients against the reference proxy. Everything stays on this machine, except the installation of the clients from npm. */

const root = fileURLToPath(new URL('..', import.meta.url));
const cacheDir = join(root, '.cache', 'clients');
const out = (text: string): void => void process.stdout.write(`${text}\n`);
const err = (text: string): void => void process.stderr.write(`${text}\n`);

const scratchDir = mkdtempSync(join(tmpdir(), 'wireproof-clients-'));
process.on('exit', () => rmSync(scratchDir, { recursive: true, force: true, maxRetries: 3 }));
const stop = new AbortController();
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  process.on(name, () => {
    stop.abort();
    process.exit(code);
  });
}

const environment = (): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

/** What went wrong with a client, or differs from what is kept. */
interface Trouble {
  readonly kind: 'could not be run' | 'differs';
  readonly where: string;
  readonly what: string;
}

const network = networkHere();
const searchPath = [...new Set([dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'])].join(':');
const ran = (): { on: string; node: string; system: string; network: 'namespace' | 'guard' } => ({
  on: new Date().toISOString().slice(0, 10),
  node: process.version,
  system: `${type()}, ${arch()}`,
  network: network.kind,
});

const troublesOf = (client: Client, line: JobLine, { check }: Options): readonly Trouble[] => {
  if ('failure' in line) return [{ kind: 'could not be run', where: `${client.id} ${line.case}`, what: line.failure }];
  if (!check) return [];
  const { recorded } = line;
  const where = `${client.id} ${recorded.case}`;
  const kept = keptOf(client.id, recorded.case);
  if (kept === undefined) return [{ kind: 'differs', where, what: 'nothing is kept of it' }];
  return differences(kept, recorded).map(({ what, kept: before, now }) => ({
    kind: 'differs',
    where,
    what: `${what}: kept ${before}, now ${now}`,
  }));
};

const tell = (client: Client, line: JobLine): void => {
  if ('failure' in line) return err(`${client.id} ${line.case}: COULD NOT BE RUN: ${line.failure}`);
  const { case: id, outcome, seconds } = line.recorded;
  out(`${client.id} ${id}: ${outcome.ended}, ${outcome.tries} tries, ${outcome.prints}, ${seconds} s`);
};

const runClient = async (client: Client, options: Options): Promise<readonly Trouble[]> => {
  const installed = await installing(client, options);
  if ('failure' in installed) return [{ kind: 'could not be run', where: client.id, what: installed.failure }];
  err(`${client.id}: ${options.cases.length} cases`);
  const place = { folder: installed.folder, node: process.execPath, platform: process.platform, arch: process.arch };
  const isolated = network.kind === 'namespace';
  const job = { client: client.id, cases: options.cases, place, path: searchPath, isolated, ran: ran() };
  const lines = await runSandboxed({
    job,
    wrap: network.wrap,
    scratchDir,
    env: { PATH: searchPath, HOME: scratchDir, TMPDIR: scratchDir },
  });
  for (const line of lines) tell(client, line);
  const troubles = lines.flatMap((line) => troublesOf(client, line, options));
  if (!options.check) for (const line of lines) if ('recorded' in line) keep(line.recorded);
  return troubles;
};

/** One after the other: they would fight over the line, and clients that share a package over its folder. */
let lastInstallation: Promise<unknown> = Promise.resolve();
const installing = (client: Client, { install }: Options): ReturnType<typeof installClient> => {
  const settings = { cacheDir, env: environment(), onProgress: err, signal: stop.signal, install };
  const next = lastInstallation.then(() => installClient(client, settings));
  lastInstallation = next;
  return next;
};

const runAll = async (clients: readonly Client[], options: Options): Promise<readonly Trouble[]> => {
  const waiting = [...clients];
  const troubles: Trouble[] = [];
  const work = async (): Promise<void> => {
    for (let client = waiting.shift(); client !== undefined; client = waiting.shift()) troubles.push(...(await runClient(client, options)));
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return troubles;
};

const list = (clients: readonly Client[]): void => {
  for (const client of clients) out(`${client.id.padEnd(24)} ${specOf(client)}${isInstalled(client, cacheDir) ? '  installed' : ''}`);
  out('');
  for (const [id, { about }] of Object.entries(cases)) out(`${id.padEnd(24)} ${about}`);
};

const writePage = (clients: readonly Client[]): void => {
  const text = pageText(clients, keptOfAll(clients.map(({ id }) => id)));
  if (readPage() === text) return;
  writeWhole(pageFile, text);
  out('docs/clients.md written');
};

const readPage = (): string => {
  try {
    return readFileSync(pageFile, 'utf8');
  } catch {
    return '';
  }
};

const run = async (clients: readonly Client[], options: Options): Promise<number> => {
  err(`The clients' network: ${network.about}.`);
  const troubles = await runAll(
    clients.filter(({ id }) => options.only.includes(id)),
    options,
  );
  for (const { kind, where, what } of troubles) err(`${kind === 'differs' ? 'DIFFERS' : 'NOT RUN'}  ${where}: ${what}`);
  if (!options.check) writePage(clients);
  const failed = troubles.filter(({ kind }) => kind === 'could not be run').length;
  const different = troubles.length - failed;
  out(`${options.only.length} clients, ${options.cases.length} cases each; ${different} differences, ${failed} could not be run`);
  if (failed > 0) return 3;
  return different > 0 ? 1 : 0;
};

const main = async (args: readonly string[]): Promise<number> => {
  const clients = await findClients();
  const names = clients.map(({ id }) => id);
  let options: Options;
  try {
    options = readOptions(args, names);
  } catch (error) {
    err((error as Error).message);
    return 2;
  }
  if (options.help) out(usage(names));
  else if (options.list) list(clients);
  else return run(clients, options);
  return 0;
};

process.exitCode = await main(process.argv.slice(2));
