import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

/** What has to be known to read the figures; nothing that names the machine or its folders. */
export type Surroundings = Readonly<Record<string, string>>;

const git = (root: string, ...args: readonly string[]): string | undefined => {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
};

/** What the benchmarks write themselves is no change of what they measure. */
const revisionOf = (root: string): string => {
  const revision = git(root, 'rev-parse', '--short=12', 'HEAD');
  if (revision === undefined) return 'unknown (no git)';
  const changed = git(root, 'status', '--porcelain', '--', '.', ':!docs/benchmarks.md');
  return changed === '' ? revision : `${revision}, with uncommitted changes`;
};

const versionOf = (folder: string): string =>
  (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { readonly version: string }).version;

/** Packages that take part in what is measured. */
const measuredPackages = ['fastify', 'undici', 'zod'] as const;

export const surroundings = (root: string): Surroundings => ({
  processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${release()}, ${arch()}`,
  node: process.version,
  wireproof: `${versionOf(root)}, revision ${revisionOf(root)}`,
  packages: measuredPackages.map((name) => `${name} ${versionOf(join(root, 'node_modules', name))}`).join(', '),
});
