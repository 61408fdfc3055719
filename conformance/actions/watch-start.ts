import type { ProcessAction, ProcessResult } from '#scenarios/kit/actions/process';

import type { HeldPort } from './held-port.ts';
import { answersAt, askProgram } from './program-questions.ts';
import type { End, WatchedProgram } from './watched-program.ts';

const graceMs = 8_000;

/** What programs say when they take requests, with the port (sheets X1 and row 4). */
const readyWords = /\b(?:listening (?:on|at)|started successfully on:?|(?:proxy|server|running) (?:on|at))\s+(?:https?:\/\/)?\S*?:(\d+)/i;
const standbyWords = /\bstand(?:s|ing)?[ -]?by\b|\bwaiting for (?:a )?configuration\b/i;

const portSaidReady = (line: string): number | undefined => {
  const [, port] = readyWords.exec(line) ?? [];
  return port === undefined ? undefined : Number(port);
};

const saysStandby = (line: string): true | undefined => (standbyWords.test(line) ? true : undefined);

interface Came {
  readonly came: ProcessResult['came'];
  readonly end?: End;
  readonly port?: number;
}

const atTheBound = (bound: AbortSignal): Promise<Came> =>
  new Promise((resolve) => {
    if (bound.aborted) resolve({ came: 'nothing' });
    else bound.addEventListener('abort', () => resolve({ came: 'nothing' }), { once: true });
  });

/** Awaits the first thing of note. A program that has ended has said all before, its last word too. */
const firstOf = (program: WatchedProgram, bound: AbortSignal): Promise<Came> => {
  const ready = async (): Promise<Came> => ({ came: 'ready', port: await program.said(portSaidReady) });
  const standby = async (): Promise<Came> => program.said(saysStandby).then(() => ({ came: 'stands-by' }));
  const end = async (): Promise<Came> => ({ came: 'ended', end: await program.ended });
  return Promise.race([ready(), standby(), end(), atTheBound(bound)]);
};

/** Who takes a connection there. The holder of a port listens alone. */
const answererAt = async (port: number, held: HeldPort | undefined): Promise<NonNullable<ProcessResult['answeredBy']>> => {
  if (!(await answersAt(port))) return 'nobody';
  return held?.port === port ? 'somebody-else' : 'program';
};

export interface Watching {
  readonly program: WatchedProgram;
  readonly questions: ProcessAction['questions'];
  readonly held: HeldPort | undefined;
  /** Aborts when the time for the start is over. */
  readonly bound: AbortSignal;
  readonly clientKey: string;
}

type SeenOfStart = Omit<ProcessResult, 'kind' | 'config' | 'lines'>;
type Ended = Pick<ProcessResult, 'ended' | 'stopped' | 'leftBehind'>;

const endedItself = ({ left, ...ended }: End): Ended => ({ ended, leftBehind: left ? ['process'] : [] });

const endedByUs = async (program: WatchedProgram): Promise<Ended> => {
  const { left, ...stopped } = await program.stop(graceMs);
  return { stopped, leftBehind: left ? ['process'] : [] };
};

/** Nobody of it listens where it said: it will find that out and end by itself, unless it does not. */
const endOfFalseStart = async (program: WatchedProgram): Promise<Ended> => {
  const end = await program.endedWithin(graceMs);
  return end === undefined ? endedByUs(program) : endedItself(end);
};

const watchReady = async (watching: Watching, port: number): Promise<Omit<SeenOfStart, 'came'>> => {
  const { program, questions, held, bound, clientKey } = watching;
  const answeredBy = await answererAt(port, held);
  if (answeredBy !== 'program') return { answeredBy, answers: {}, ...(await endOfFalseStart(program)) };
  const answers = await askProgram(port, questions, clientKey, bound);
  const ended = await endedByUs(program);
  const listens = (await answersAt(port)) ? (['listener'] as const) : [];
  return { answeredBy, answers, ...ended, leftBehind: [...ended.leftBehind, ...listens] };
};

/** Watches a program that was just started until something of note comes, asks what is to be asked, and ends it. */
export const watchStart = async (watching: Watching): Promise<SeenOfStart> => {
  const { program, held, bound } = watching;
  const { came, end, port } = await firstOf(program, bound);
  const taken = held === undefined ? {} : { takenPort: held.port };
  if (port !== undefined) return { came, ...taken, ...(await watchReady(watching, port)) };
  return { came, ...taken, answers: {}, ...(end === undefined ? await endedByUs(program) : endedItself(end)) };
};
