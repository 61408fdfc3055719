import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import { loadScenarios } from '#scenarios/catalogue';

import { loadDefects } from '../miniatures/catalogue.ts';
import { byKiller, coverOf, readKills, unpublishedPairs, withPairs, type Pairs } from '../miniatures/kill-cover.ts';
import { checksOf, defectKiller, remedyKiller, runKillMatrix, type Killer, type KillMatrix } from '../miniatures/kill-matrix.ts';
import { referenceRemedyIds, referenceTarget } from '../targets/reference-proxy.ts';

export const killMatrixFile = new URL('../../docs/kill-matrix.md', import.meta.url);

/**
 * Every scenario against every killer; only the runs in which each check and each killer shows once, by what is published; or those that are not
 * published, and those of the killers and scenarios that are named because they have changed.
 */
export type Extent = 'whole' | 'cover' | { readonly changed: readonly string[] };

/** What a killer's deviating checks look like on their way between processes. */
type Kills = readonly (readonly [string, readonly string[]])[];

export const allKillers = async (): Promise<readonly Killer[]> => {
  const [clean, defects] = await Promise.all([referenceTarget(), loadDefects()]);
  return [...referenceRemedyIds().map((id) => remedyKiller(clean, id)), ...defects.map((defect) => defectKiller(clean, defect))];
};

const publishedKills = () => readKills(readFileSync(killMatrixFile, 'utf8'));

const pairsOf = async (extent: Extent): Promise<Pairs> => {
  if (extent === 'whole') return () => true;
  if (extent !== 'cover') return unpublishedPairs(publishedKills(), checksOf(await loadScenarios()), new Set(extent.changed));
  const cover = coverOf(publishedKills());
  return (killer, scenario) => cover.get(killer)?.has(scenario) === true;
};

/** Every `of`-th killer, from the `part`-th on. */
export const runPart = async (extent: Extent, part: number, of: number, onKiller?: () => void): Promise<KillMatrix> =>
  runKillMatrix(
    await loadScenarios(),
    (await allKillers()).filter((_, at) => at % of === part),
    { against: await pairsOf(extent), ...(onKiller && { onKiller }) },
  );

/** The same in a process of its own, because one process has one thread. */
const runPartElsewhere = async (extent: Extent, part: number, of: number): Promise<Kills> => {
  const program = fileURLToPath(new URL('kill-matrix-part.ts', import.meta.url));
  const execArgv = ['--import', 'tsx', '--conditions=wireproof-source'];
  const child = fork(program, [JSON.stringify(extent), String(part), String(of)], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let words = '';
  child.stderr?.on('data', (bytes: Buffer) => (words = (words + bytes.toString('utf8')).slice(-4_000)));
  const found: Kills[] = [];
  child.on('message', (message) => found.push(message as Kills));
  const [code] = (await once(child, 'close')) as [number | null];
  const [kills] = found;
  if (kills === undefined) throw new Error(`a part of the kill matrix ended with ${code}: ${words}`);
  return kills;
};

/** Runs the matrix on all cores. @param onProgress told how many of how many killers are done, as far as this process knows */
export const runMatrix = async (extent: Extent, onProgress?: (done: number, of: number) => void): Promise<KillMatrix> => {
  // A whole matrix keeps every core busy. A few scenarios for each killer wait for each other's slowest arm.
  const parts = Math.min(4, availableParallelism()) * (typeof extent === 'string' ? 1 : 3);
  const elsewhere = Array.from({ length: parts - 1 }, (_, at) => runPartElsewhere(extent, at + 1, parts));
  const killers = await allKillers();
  let done = 0;
  const onKiller = (): void => onProgress?.(Math.min((done += parts), killers.length), killers.length);
  const [own, ...others] = await Promise.all([runPart(extent, 0, parts, onKiller), ...elsewhere]);
  const kills = new Map([...own.kills, ...others.flat().map(([id, checks]) => [id, new Set(checks)] as const)]);
  const run: KillMatrix = {
    checks: own.checks,
    killers: killers.map(({ id, about, seenIn, remedy }) => ({ id, about, seenIn, ...(remedy !== undefined && { remedy }) })),
    kills,
  };
  return typeof extent === 'string' ? run : withPairs(byKiller(publishedKills()), run, await pairsOf(extent));
};
