import { closedLoop, type LoadResult } from '../load/closed-loop.ts';
import type { ExpectedAnswer } from '../load/answer-check.ts';
import type { RunningContestant } from './contestant.ts';
import type { Workload } from './workload.ts';

/** One server under one load, once. */
export interface Sample {
  readonly answersPerSecond: number;
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerAnswer: number;
  readonly latenciesMs: readonly number[];
  readonly generatorBusy: number;
  readonly answers: number;
}

export interface Entrant {
  readonly server: RunningContestant;
  readonly expected: ExpectedAnswer;
}

export interface RoundOptions {
  readonly rounds: number;
  readonly forMs: number;
  readonly warmUpMs: number;
  readonly connections: number;
  readonly signal: AbortSignal;
}

const sampleOf = (load: LoadResult, cpuMicros: number): Sample => ({
  answersPerSecond: load.answers / load.seconds,
  eventsPerSecond: load.events / load.seconds,
  cpuMicrosPerAnswer: cpuMicros / load.answers,
  latenciesMs: load.latenciesMs,
  generatorBusy: load.generatorBusy,
  answers: load.answers,
});

const loadOnce = async ({ server, expected }: Entrant, workload: Workload, forMs: number, options: RoundOptions): Promise<Sample> => {
  const { connections, signal } = options;
  const before = await server.usage();
  const request = workload.request(server.port);
  const load = await closedLoop({ port: server.port, request, expected, connections, forMs, signal }).catch((error: unknown) => {
    throw new Error(`${server.contestant.label}, ${workload.name}: ${(error as Error).message}`, { cause: error });
  });
  return sampleOf(load, (await server.usage()).cpuMicros - before.cpuMicros);
};

/** A B C A B C …: each gets the same load in every round, so that a slow moment of the machine hits all. Samples by entrant, round by round. */
export const interleaved = async (
  entrants: readonly Entrant[],
  workload: Workload,
  options: RoundOptions,
): Promise<readonly (readonly Sample[])[]> => {
  for (const entrant of entrants) await loadOnce(entrant, workload, options.warmUpMs, options);
  const samples: Sample[][] = entrants.map(() => []);
  for (let round = 0; round < options.rounds; round += 1) {
    for (const [index, entrant] of entrants.entries()) samples[index]?.push(await loadOnce(entrant, workload, options.forMs, options));
  }
  return samples;
};
