import type { MeasureContext } from '../measure.ts';
import { type Cell, firstRequestOf, requestOf, useOf } from './cell.ts';
import type { Gateway } from './gateways.ts';
import { pacedLoad, type PacedLoadResult } from './paced-load.ts';
import { type RunningGateway, startGateway } from './start-gateway.ts';
import type { Upstream } from './upstream.ts';
import { pauseOf } from '../pause.ts';

/** Many paced streams through one gateway. */
export interface AtOnce {
  readonly streams: number;
  readonly everyMs: number;
  readonly beginWithinMs: number;
  /** How long all of them are to run at once. */
  readonly forMs: number;
}

export interface PacedSample extends PacedLoadResult {
  readonly cpuMicrosPerEvent: number;
  /** The most of what was held at once, while all streams ran. */
  readonly rssBytes: number;
}

const lookEveryMs = 200;
const graceMs = 20_000;

/** So many events that the first stream still runs when the last one has run for the time. */
export const eventsFor = ({ everyMs, beginWithinMs, forMs }: AtOnce): number => Math.ceil((beginWithinMs * 1.3 + forMs + 400) / everyMs);

/** Begins all streams, and looks at the gateway's memory while all run. Throws when one of them is not complete and right. */
export const runAtOnce = async (
  running: RunningGateway,
  cell: Cell,
  atOnce: AtOnce,
  upstream: Upstream,
  signal: AbortSignal,
): Promise<PacedSample> => {
  const { streams, beginWithinMs, forMs, everyMs } = atOnce;
  await upstream.use(useOf(cell, running.gateway));
  const cpuBefore = running.cpuMicros();
  let rssBytes = 0;
  const whileAllRun = async (): Promise<void> => {
    for (const until = performance.now() + forMs; performance.now() < until;) {
      await pauseOf(lookEveryMs);
      rssBytes = Math.max(rssBytes, running.rssBytes());
    }
  };
  const events = eventsFor(atOnce);
  const withinMs = events * everyMs + beginWithinMs + graceMs;
  const request = requestOf(running, cell);
  const load = await pacedLoad({ port: running.port, request, streams, events, beginWithinMs, withinMs, signal, whileAllRun }).catch(
    (error: unknown) => {
      throw new Error(`${running.gateway.label}, ${streams} streams: ${(error as Error).message}`, { cause: error });
    },
  );
  return { ...load, cpuMicrosPerEvent: (running.cpuMicros() - cpuBefore) / load.events, rssBytes };
};

/** Starts a gateway whose first request is a stream of this kind. */
export const startFor = async (
  gateway: Gateway,
  cell: Cell,
  upstream: Upstream,
  context: MeasureContext,
  prefix: readonly string[],
): Promise<RunningGateway> => {
  await upstream.prepare(cell.answer);
  await upstream.use(useOf(cell, gateway));
  return startGateway(gateway, upstream, firstRequestOf(cell), context, prefix);
};
