import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

import type { ProcessAction, ProcessResult } from '#scenarios/kit/actions/process';
import type { Launch } from '#scenarios/kit/grounds/launch';

import type { Program } from '../targets/program.ts';
import { sightWithoutAnswer, type ActionContext, type ActionPerformer } from './action.ts';
import { guardAgainstOurDeath, type Guard } from './guard.ts';
import { holdPort, type HeldPort } from './held-port.ts';
import { newTurns } from './turns.ts';
import { watchProgram } from './watched-program.ts';
import { watchStart } from './watch-start.ts';

/** A directory cannot be read, and where there is nothing, there is nothing to read. */
const sha256Of = async (path: string): Promise<{ readonly sha256?: string }> => {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? {} : { sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** The folder is another one at every start, and of no interest to anybody. */
const withoutFolder = (result: ProcessResult, folder: string): ProcessResult =>
  JSON.parse(JSON.stringify(result).replaceAll(folder, '{folder}')) as ProcessResult;

interface Start extends Pick<ProcessAction, 'questions'> {
  readonly program: Program;
  readonly launch: Launch;
  readonly folder: string;
  readonly guard: Guard;
  readonly held: HeldPort | undefined;
}

const startAndWatch = async (
  { program, launch, folder, guard, held, questions }: Start,
  context: ActionContext,
): Promise<ProcessResult> => {
  const start = await program.lay(launch, { folder, takenPort: held?.port });
  const { sha256 } = await sha256Of(start.config.operators);
  const watched = watchProgram(start);
  if (watched.pid !== undefined) guard.watch(watched.pid);
  const bound = AbortSignal.any([context.signal, AbortSignal.timeout(context.withinMs)]);
  try {
    const seen = await watchStart({ program: watched, questions, held, bound, clientKey: context.target.clientKey ?? '' });
    const config = { path: start.config.path, ...(sha256 !== undefined && { sha256 }) };
    return withoutFolder({ kind: 'process', ...seen, lines: watched.lines, config }, folder);
  } finally {
    await watched.kill();
  }
};

/** Nothing comes between the folder and its guard. */
const inFolder = async <T>(use: (folder: string, guard: Guard) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-launch-'));
  const guard = guardAgainstOurDeath(folder);
  try {
    return await use(folder, guard);
  } finally {
    await rm(folder, { recursive: true, force: true });
    guard.dismiss();
  }
};

const holding = async <T>(launch: Launch, use: (held: HeldPort | undefined) => Promise<T>): Promise<T> => {
  if (launch.port !== 'taken') return use(undefined);
  const held = await holdPort();
  try {
    return await use(held);
  } finally {
    await held.release();
  }
};

/** More at once than there are cores would only wait for each other, and the bound is for the one that is started. */
const takeTurn = newTurns(Math.max(2, availableParallelism()));

/** Starts the target's program in a folder of its own and sees it through to its end. Nothing of it is left. */
export const action: ActionPerformer = {
  perform: async (asked, context) => {
    const { program } = context.target;
    if (program === undefined) return { reason: 'not-visible-here', note: 'how the target is started cannot be seen from here' };
    const { launch: own, questions } = asked as ProcessAction;
    const launch: Launch = { ...program.ground, ...own };
    const startedAt = performance.now();
    const start = (folder: string, guard: Guard) =>
      holding(launch, (held) => startAndWatch({ program, launch, folder, guard, held, questions }, context));
    const result = await takeTurn(() => inFolder(start));
    if (context.signal.aborted) return { reason: 'no-answer', note: 'the arm ran into its time bound before the start was seen through' };
    return { ...sightWithoutAnswer(context, performance.now() - startedAt), action: result };
  },
};
