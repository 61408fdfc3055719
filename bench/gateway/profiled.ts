import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { closedLoop } from '../load/closed-loop.ts';
import type { MeasureContext } from '../measure.ts';
import { type Cell, expectedFrom, firstRequestOf, requestOf, useOf } from './cell.ts';
import type { Gateway } from './gateways.ts';
import { ticksOf } from './process-tree.ts';
import type { CpuProfile } from './profile.ts';
import { withSources } from './profile-sources.ts';
import { startGateway } from './start-gateway.ts';
import type { Upstream } from './upstream.ts';

export interface ProfileBench {
  readonly upstream: Upstream;
  readonly context: MeasureContext;
  /** What servers are started with, so that they keep to their core. */
  readonly prefix: readonly string[];
}

/** A server's profile under one kind of traffic. */
export interface Profiled {
  readonly profile: CpuProfile;
  /** When the warm-up was over, on the profile's clock in microseconds. */
  readonly since: number;
  readonly answers: number;
  /** CPU time per answer in microseconds, with the profiler on. */
  readonly perAnswer: number;
  /** The kernel's part of the CPU time, from 0 to 1. */
  readonly inKernel: number;
}

const profileIn = (folder: string): CpuProfile => {
  const [file] = readdirSync(folder);
  if (file === undefined) throw new Error('the server left no profile');
  return withSources(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile);
};

/** The same server with V8's profiler on; it writes what it saw as it ends. */
const withProfiler = (gateway: Gateway, folder: string): Gateway => ({
  ...gateway,
  command: (place) => {
    const [node = '', ...rest] = gateway.command(place);
    return [node, '--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`, ...rest];
  },
});

/** Puts a server of ours, which is one Node process, under load with V8's profiler on. */
export const profiled = async (
  gateway: Gateway,
  cell: Cell,
  times: { readonly warmUpMs: number; readonly profiledMs: number },
  { upstream, context, prefix }: ProfileBench,
): Promise<Profiled> => {
  const folder = mkdtempSync(join(context.scratchDir, 'profile-'));
  await upstream.prepare(cell.answer);
  await upstream.use(useOf(cell, gateway));
  const running = await startGateway(withProfiler(gateway, folder), upstream, firstRequestOf(cell), context, prefix);
  try {
    const expected = await expectedFrom(running, cell, upstream);
    const load = { port: running.port, request: requestOf(running, cell), expected, connections: cell.connections, signal: context.signal };
    await closedLoop({ ...load, forMs: times.warmUpMs });
    const since = Number(process.hrtime.bigint() / 1_000n);
    const [cpuBefore, ticksBefore] = [running.cpuMicros(), ticksOf(running.pid)];
    const { answers } = await closedLoop({ ...load, forMs: times.profiledMs });
    const [micros, ticks] = [running.cpuMicros() - cpuBefore, ticksOf(running.pid)];
    process.kill(running.pid, 'SIGTERM');
    await running.ended;
    const kernel = ticks.kernel - ticksBefore.kernel;
    const inKernel = kernel / Math.max(1, kernel + ticks.user - ticksBefore.user);
    return { profile: profileIn(folder), since, answers, perAnswer: micros / answers, inKernel };
  } finally {
    await running.stop();
  }
};
