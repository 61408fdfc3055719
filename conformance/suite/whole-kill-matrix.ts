import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

import { loadScenarios } from '#scenarios/catalogue';

import { loadDefects } from '../miniatures/catalogue.ts';
import { defectKiller, remedyKiller, runKillMatrix, type Killer, type KillMatrix } from '../miniatures/kill-matrix.ts';
import { referenceRemedyIds, referenceTarget } from '../targets/reference-proxy.ts';

export const killMatrixFile = new URL('../../docs/kill-matrix.md', import.meta.url);

/** What a killer's deviating checks look like on their way between processes. */
type Kills = readonly (readonly [string, readonly string[]])[];

const allKillers = async (): Promise<readonly Killer[]> => {
  const [clean, defects] = await Promise.all([referenceTarget(), loadDefects()]);
  return [...referenceRemedyIds().map((id) => remedyKiller(clean, id)), ...defects.map((defect) => defectKiller(clean, defect))];
};

/** Every `of`-th killer, from the `part`-th on, against every scenario. */
export const runPart = async (part: number, of: number): Promise<KillMatrix> =>
  runKillMatrix(
    await loadScenarios(),
    (await allKillers()).filter((_, at) => at % of === part),
  );

/** The same in a process of its own, because one process has one thread. */
const runPartElsewhere = async (part: number, of: number): Promise<Kills> => {
  const program = fileURLToPath(new URL('kill-matrix-part.ts', import.meta.url));
  const execArgv = ['--import', 'tsx', '--conditions=wireproof-source'];
  const child = fork(program, [String(part), String(of)], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let words = '';
  child.stderr?.on('data', (bytes: Buffer) => (words = (words + bytes.toString('utf8')).slice(-4_000)));
  const found: Kills[] = [];
  child.on('message', (message) => found.push(message as Kills));
  const [code] = (await once(child, 'close')) as [number | null];
  const [kills] = found;
  if (kills === undefined) throw new Error(`a part of the kill matrix ended with ${code}: ${words}`);
  return kills;
};

/** The whole matrix as it is published: every defect and every remedy, against every scenario. */
export const runWholeKillMatrix = async (): Promise<KillMatrix> => {
  const parts = Math.min(4, availableParallelism());
  const elsewhere = Array.from({ length: parts - 1 }, (_, at) => runPartElsewhere(at + 1, parts));
  const [own, killers, ...others] = await Promise.all([runPart(0, parts), allKillers(), ...elsewhere]);
  const kills = new Map([...own.kills, ...others.flat().map(([id, checks]) => [id, new Set(checks)] as const)]);
  return {
    checks: own.checks,
    killers: killers.map(({ id, about, seenIn, remedy }) => ({ id, about, seenIn, ...(remedy !== undefined && { remedy }) })),
    kills,
  };
};
