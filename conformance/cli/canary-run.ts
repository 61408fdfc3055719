import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import picomatch from 'picomatch';

import { followingClock, systemClock, type Alarm, type FollowingClock } from '../canary/clock.ts';
import type { CanaryPlan } from '../canary/config/canary-plan.ts';
import { loadCanaryPlan, type LoadedPlan } from '../canary/config/load-canary-plan.ts';
import { configNames } from '../canary/config/read-config.ts';
import { watchConfig, type Reload } from '../canary/config/watch-config.ts';
import { attachOutputs, type CanaryOutputs } from '../canary/daemon/canary-outputs.ts';
import { closeLeftBehind, tellLeftBehind } from '../canary/daemon/left-behind.ts';
import { openCanary, type OpenCanary } from '../canary/daemon/open-canary.ts';
import { graceMs, startCanary, type RunningCanary } from '../canary/daemon/start-canary.ts';
import { exitCodeOfVisits, visitOnce } from '../canary/daemon/visit-once.ts';
import { openWorker } from '../canary/workers/open-worker.ts';
import { dryRun } from '../canary/dry-run.ts';
import { dryRunJson, dryRunText } from '../canary/dry-run-text.ts';
import { ToolError } from '../errors.ts';
import { isPostgresUrl, shownLocation } from '../history/history-error.ts';
import { paletteFor } from '../reporters/palette.ts';
import { printable } from '../reporters/printable.ts';
import { startText, visitsText } from './canary-text.ts';
import type { CommandContext } from './command.ts';
import { coloursFor, exitCodeOfSignal, untilStopped, type CliIo } from './io.ts';

interface CanaryFlags {
  readonly config?: string;
  readonly once?: true;
  readonly dryRun?: true;
  readonly format: 'text' | 'json';
  readonly worker?: true;
  readonly location?: string;
  readonly target?: readonly string[];
  /** False with `--no-serve`. */
  readonly serve: boolean;
  readonly port?: number;
}

/** Alerts are given so long when the canary ends; what is left goes out with the next one. */
const settleWithinMs = 10_000;

const configPathOf = ({ config }: CanaryFlags, cwd: string): string => {
  const found = config ?? configNames.find((name) => existsSync(join(cwd, name)));
  if (found !== undefined) return found;
  throw new ToolError('usage', `there is no ${configNames[0]} in this folder`, {
    hint: 'name one: wireproof canary --config FILE; wireproof init writes one to start from',
  });
};

const withTargets = (plan: LoadedPlan, globs: readonly string[] | undefined): LoadedPlan => {
  if (globs === undefined) return plan;
  const targets = plan.targets.filter(({ name }) => globs.some((glob) => picomatch.isMatch(name, glob)));
  if (targets.length > 0) return { ...plan, targets };
  throw new ToolError('usage', `no target of ${plan.file} is called ${globs.join(' or ')}`, {
    hint: `there are ${plan.targets.map(({ name }) => name).join(', ')}`,
  });
};

const usualServe = { host: '127.0.0.1', title: 'wireproof' };

const withPort = (plan: LoadedPlan, { serve, port, once }: CanaryFlags): LoadedPlan => {
  const { serve: said, ...rest } = plan;
  if (!serve || once === true || (said === undefined && port === undefined)) return rest;
  return port === undefined ? plan : { ...rest, serve: { ...(said ?? usualServe), port } };
};

/** Reads the configuration anew each time, with what the flags say over it. */
const planReader = async (flags: CanaryFlags, { io, parts }: CommandContext, clock: FollowingClock): Promise<() => Promise<LoadedPlan>> => {
  const path = configPathOf(flags, io.cwd);
  const catalogue = await parts.loadScenarios();
  const { location } = flags;
  const options = { env: io.env, cwd: io.cwd, catalogue, now: clock.now, ...(location !== undefined && { location }) };
  return async () => withPort(withTargets(await loadCanaryPlan(path, options), flags.target), flags);
};

const tellTo =
  ({ err }: CliIo, clock: FollowingClock) =>
  (line: string): void =>
    err(`${new Date(clock.now()).toISOString()} ${printable(line)}\n`);

interface Going {
  readonly flags: CanaryFlags;
  readonly context: CommandContext;
  readonly canary: OpenCanary;
  readonly outputs: CanaryOutputs;
  /** For the metrics, as soon as there is a schedule. */
  readonly counted: { overdue: () => number };
  readonly clock: FollowingClock;
  readonly read: () => Promise<LoadedPlan>;
  readonly file: string;
}

const runOnce = async ({ flags, canary, clock, outputs, context: { io, colour } }: Going): Promise<number> => {
  let done = 0;
  const { targets } = canary.plan();
  const onWritten = (): void => {
    done += 1;
    if (io.errIsTerminal) io.err(`\r\x1b[2K${done} of ${targets.length} targets`);
  };
  let alarm: Alarm | undefined;
  const end = (): void => {
    canary.end();
    alarm = clock.after(graceMs, canary.abort);
  };
  io.signal.addEventListener('abort', end, { once: true });
  const visits = await visitOnce(canary, targets, onWritten);
  io.signal.removeEventListener('abort', end);
  alarm?.cancel();
  // With --target some of the configuration is left out on purpose.
  if (flags.target === undefined && !io.signal.aborted) await closeLeftBehind(canary).catch(() => undefined);
  await outputs.settle(settleWithinMs);
  if (io.errIsTerminal) io.err('\r\x1b[2K');
  io.out(visitsText(visits, paletteFor(coloursFor(io, io.outIsTerminal, colour))));
  const code = exitCodeOfVisits(visits, io.signal.aborted);
  return io.signal.aborted && code !== 1 ? exitCodeOfSignal(io.signal.reason) : code;
};

/** A hang-up has the file read again, except on a terminal, where it means that the terminal is gone. */
const onHangUp = ({ outIsTerminal, errIsTerminal }: CliIo, reload: () => void): (() => void) => {
  if (outIsTerminal || errIsTerminal) return () => undefined;
  process.on('SIGHUP', reload);
  return () => void process.off('SIGHUP', reload);
};

const problemLines = ({ message, problems }: ToolError): readonly string[] =>
  problems.length === 0
    ? [message]
    : problems.map(
        ({ where, expected, actual, hint }) => `${where}: expected ${expected}, got ${actual}${hint === undefined ? '' : ` (${hint})`}`,
      );

/** Runs until it is told to end, with the file looked after. */
const goOn = async ({ flags, canary, clock, outputs, counted, read, file, context: { io } }: Going): Promise<number> => {
  const plan = canary.plan();
  let running: RunningCanary | undefined;
  const tellLeft = (): void => {
    // With --target some of the configuration is left out on purpose.
    if (flags.target === undefined) void tellLeftBehind(canary).catch(() => undefined);
  };
  const onReload = (reload: Reload): void => {
    if (reload.ok) {
      running?.take(reload.plan);
      tellLeft();
    } else canary.tell(`configuration: not taken, the old one goes on: ${problemLines(reload.error).join('; ')}`);
  };
  const load = async (): Promise<LoadedPlan> => {
    const changed = await read();
    await outputs.replace(changed);
    return changed;
  };
  const watching = await watchConfig({ file, clock, load, onReload });
  const reload = async (): Promise<readonly string[]> => {
    const came = await watching.reload();
    return came.ok ? [] : problemLines(came.error).map((line) => canary.redact(line));
  };
  const offHangUp = onHangUp(io, () => void reload());
  try {
    const work = flags.worker === true ? { work: () => openWorker(canary, { clock }) } : {};
    running = await startCanary(canary, { serve: plan.serve, routes: outputs.routes, reload, ...work });
    counted.overdue = running.overdue;
    tellLeft();
    const about = { history: shownLocation(plan.history), ...(running.url !== undefined && { url: running.url }) };
    io.out(startText(plan, clock.now(), about));
    await untilStopped(io.signal);
  } finally {
    offHangUp();
    await watching.close();
    await running?.stop();
    await outputs.settle(settleWithinMs);
  }
  return 0;
};

const refuseWorkerWithoutQueue = ({ worker }: CanaryFlags, { history }: CanaryPlan): void => {
  if (worker !== true || isPostgresUrl(history)) return;
  throw new ToolError('usage', '--worker shares its schedule through PostgreSQL, and the history of this configuration is a file', {
    hint: 'history: { env: NAME } with a postgres:// URL in that variable',
  });
};

/** How much of the budgets a worker may spend on its own when the database is away: others may be there. */
const shareOfWorker = 0.25;

const tellDryRun = (plan: LoadedPlan, now: number, { format }: CanaryFlags, { out }: CliIo): number => {
  const coming = dryRun(plan, now);
  out(format === 'json' ? `${JSON.stringify(dryRunJson(coming), null, 2)}\n` : dryRunText(coming));
  return 0;
};

/** What `wireproof canary` does. */
export const runCanary = async (flags: CanaryFlags, context: CommandContext): Promise<number> => {
  const { io } = context;
  // A worker's follows the database's; every other one is the machine's.
  const clock = followingClock(systemClock());
  const read = await planReader(flags, context, clock);
  const plan = await read();
  plan.warnings.forEach((warning) => io.err(`warning: ${printable(warning)}\n`));
  if (flags.dryRun === true) return tellDryRun(plan, clock.now(), flags, io);
  refuseWorkerWithoutQueue(flags, plan);
  const salt = (): string => randomBytes(8).toString('hex');
  const share = flags.worker === true ? { share: shareOfWorker } : {};
  const canary = await openCanary({ plan, clock, tell: tellTo(io, clock), salt, ...share });
  try {
    const counted = { overdue: () => 0 };
    const world = { env: io.env, folder: dirname(plan.file), random: Math.random, overdue: () => counted.overdue() };
    const outputs = await attachOutputs(canary, world);
    const going: Going = { flags, context, canary, clock, outputs, counted, read, file: plan.file };
    return flags.once === true ? await runOnce(going) : await goOn(going);
  } finally {
    await canary.close();
  }
};
