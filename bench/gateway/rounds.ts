import type { ExpectedAnswer } from '../load/answer-check.ts';
import { closedLoop } from '../load/closed-loop.ts';
import type { MeasureContext } from '../measure.ts';
import { type Cell, expectedFrom, firstRequestOf, requestOf, useOf } from './cell.ts';
import { direct } from './direct.ts';
import type { Gateway } from './gateways.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';
import type { Upstream } from './upstream.ts';

/** One gateway under one load, once. */
export interface Sample {
  readonly answersPerSecond: number;
  readonly eventsPerSecond: number;
  readonly cpuMicrosPerAnswer: number;
  readonly latenciesMs: readonly number[];
  readonly generatorBusy: number;
  readonly answers: number;
  readonly peakRssBytes: number;
}

export interface Rounds {
  readonly rounds: number;
  readonly forMs: number;
  /** Ends when as many answers have come as make V8 compile what is hot, or after `warmUpMs`. */
  readonly warmUpMs: number;
}

const warmUpAnswers = 3_000;
const warmUpStepMs = 250;

export interface Measured {
  readonly gateway: Gateway;
  /** Round by round. */
  readonly samples: readonly Sample[];
}

interface Entrant {
  readonly running: RunningGateway;
  readonly expected: ExpectedAnswer;
}

const loadOnce = async (
  { running, expected }: Entrant,
  cell: Cell,
  forMs: number,
  upstream: Upstream,
  signal: AbortSignal,
): Promise<Sample> => {
  await upstream.use(useOf(cell, running.gateway));
  const before = running.cpuMicros();
  const { port } = running;
  const load = await closedLoop({ port, request: requestOf(running, cell), expected, connections: cell.connections, forMs, signal }).catch(
    (error: unknown) => {
      throw new Error(`${running.gateway.label}, ${cell.id}: ${(error as Error).message}`, { cause: error });
    },
  );
  return {
    answersPerSecond: load.answers / load.seconds,
    // What the upstream said, not what became of it: else a gateway would gain by saying the same in more events.
    eventsPerSecond: (load.answers * cell.says.events) / load.seconds,
    cpuMicrosPerAnswer: (running.cpuMicros() - before) / load.answers,
    latenciesMs: load.latenciesMs,
    generatorBusy: load.generatorBusy,
    answers: load.answers,
    peakRssBytes: running.peakRssBytes(),
  };
};

const warmUp = async (load: (ms: number) => Promise<Sample>, atMostMs: number): Promise<void> => {
  const until = performance.now() + atMostMs;
  let answers = 0;
  do answers += (await load(warmUpStepMs)).answers;
  while (answers < warmUpAnswers && performance.now() < until);
};

/** All gateways up at once; A B C A B C …, so that a slow moment of the machine hits all. The last one is the upstream without any. */
export const measureCell = async (
  gateways: readonly Gateway[],
  cell: Cell,
  upstream: Upstream,
  { rounds, forMs, warmUpMs }: Rounds,
  context: MeasureContext,
  prefix: readonly string[],
): Promise<readonly Measured[]> => {
  const running: RunningGateway[] = [];
  try {
    await upstream.prepare(cell.answer);
    for (const gateway of gateways) {
      await upstream.use(useOf(cell, gateway));
      running.push(await startGateway(gateway, upstream, firstRequestOf(cell), context, prefix));
    }
    running.push(direct(upstream));
    const entrants: Entrant[] = [];
    for (const one of running) entrants.push({ running: one, expected: await expectedFrom(one, cell, upstream) });
    const load = (entrant: Entrant, ms: number): Promise<Sample> => loadOnce(entrant, cell, ms, upstream, context.signal);
    for (const entrant of entrants) await warmUp((ms) => load(entrant, ms), warmUpMs);
    const samples: Sample[][] = entrants.map(() => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, entrant] of entrants.entries()) samples[index]?.push(await load(entrant, forMs));
    }
    return running.map(({ gateway }, index) => ({ gateway, samples: samples[index] ?? [] }));
  } finally {
    await Promise.all(running.map((one) => one.stop()));
  }
};
