import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { guardAgainstOurDeath, type Guard } from '../actions/guard.ts';
import { addressOf, sameAddress, type Address } from './address.ts';
import { pointAtRelay, type BaseUrlReading } from './base-url-variables.ts';
import { proxyVariables, startForwardProxy } from './forward-proxy.ts';
import { insideVariables, reportReader } from './inside-reports.ts';
import type { Listening } from './listen.ts';
import { looker, verdictIn, type Knowledge, type Places } from './look.ts';
import { clientProcesses } from './processes.ts';
import { startRelay, type Tell } from './relay.ts';
import type { Seen } from './seen.ts';
import { endAll, startClient, type ClientStart, type Ended } from './started-client.ts';
import { targetAddresses, type LookUp } from './target-addresses.ts';

export interface TraceOptions extends Pick<ClientStart, 'command' | 'cwd' | 'words' | 'stdin'> {
  /** Where the client's traffic is to go. */
  readonly target: URL;
  /** The client's environment, as whoever starts it has it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Sets the base-URL variables that the environment lacks. */
  readonly give: boolean;
  /** Lets also through what goes past the target. */
  readonly letThrough: boolean;
  /** Places that are no bypass. */
  readonly allow: readonly Address[];
  /** Looks at the sockets of its processes, where there is /proc. Not needed for a program that is known to be one of Node. */
  readonly lookAtSockets: boolean;
  /** Ends the client after so many milliseconds. */
  readonly withinMs?: number;
  /** Sent on to the client, whose end is then awaited; the reason is a signal's name. */
  readonly signal: AbortSignal;
  /** Milliseconds on a clock that does not go back. */
  readonly now: () => number;
  readonly onSeen?: (seen: Seen) => void;
  /** How names become addresses; as the system has it by default. */
  readonly lookUp?: LookUp;
}

/** All that was seen of a client. */
export interface Trace {
  readonly target: string;
  readonly command: readonly string[];
  readonly seen: readonly Seen[];
  /** How many more there were than are kept. */
  readonly unkept: number;
  readonly environment: readonly BaseUrlReading[];
  readonly ended: Ended & { readonly timedOut?: true };
  /** Processes that outlived the client's first one, and were ended. */
  readonly leftBehind: number;
  /** Its sockets could be looked at. */
  readonly sampled: boolean;
  readonly durationMs: number;
}

/** Of each verdict, so that much that went through cannot hide what did not. */
const mostKept = 10_000;
const lookEveryMs = 100;
const drainWithinMs = 2_000;
const graceMs = 2_000;

interface Ours {
  readonly relay: Listening;
  readonly proxy: Listening;
}

/** Keeps what is seen, in order. */
const keeper = ({ now, onSeen }: Pick<TraceOptions, 'now' | 'onSeen'>) => {
  const startedAt = now();
  const kept: Seen[] = [];
  const counts = new Map<Seen['verdict'], number>();
  const tell: Tell = (seen) => {
    const whole: Seen = { atMs: Math.round(now() - startedAt), ...seen };
    const count = (counts.get(seen.verdict) ?? 0) + 1;
    counts.set(seen.verdict, count);
    if (count <= mostKept) kept.push(whole);
    onSeen?.(whole);
  };
  return {
    kept,
    unkept: () => [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - mostKept), 0),
    tell,
    passedMs: () => Math.round(now() - startedAt),
  };
};

/** Passes signals on and keeps to the time. Who does not end then is ended: nobody waits any more for what it has to say. */
const watchOver = (client: { readonly signal: (name: NodeJS.Signals) => void }, { signal, withinMs }: TraceOptions) => {
  let timedOut = false;
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, act: () => void): void => void timers.push(setTimeout(act, ms));
  const end = (name: NodeJS.Signals): void => {
    client.signal(name);
    after(graceMs, () => client.signal('SIGKILL'));
  };
  const passOn = (): void => end((typeof signal.reason === 'string' ? signal.reason : 'SIGTERM') as NodeJS.Signals);
  if (signal.aborted) passOn();
  signal.addEventListener('abort', passOn, { once: true });
  if (withinMs !== undefined) {
    after(withinMs, () => {
      timedOut = true;
      end('SIGTERM');
    });
  }
  return {
    timedOut: () => timedOut,
    stop: (): void => {
      timers.forEach(clearTimeout);
      signal.removeEventListener('abort', passOn);
    },
  };
};

const atMost = async (promise: Promise<void>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
};

interface Stage extends Ours {
  readonly folder: string;
  readonly guard: Guard;
  readonly record: ReturnType<typeof keeper>;
  readonly places: Places;
  readonly served: Set<number>;
}

/** The client's environment, and what its base-URL variables said before. */
const environmentOf = (options: TraceOptions, { relay, proxy, places }: Stage, file: string) => {
  const pointed = pointAtRelay(options.env, options.target, relay.url, options.give);
  const open = [...places.target, ...options.allow];
  const inside = insideVariables(options.env['NODE_OPTIONS'], { file, refuse: !options.letThrough, open });
  return { env: { ...pointed.env, ...proxyVariables(proxy.url), ...inside }, readings: pointed.readings };
};

const follow = async (options: TraceOptions, stage: Stage): Promise<Trace> => {
  const { folder, guard, record, places, served, relay, proxy } = stage;
  const file = join(folder, 'seen');
  await writeFile(file, '');
  const { env, readings } = environmentOf(options, stage, file);
  const client = await startClient({ ...options, env });
  guard.watch(client.pid);
  const watch = watchOver(client, options);
  const processes = options.lookAtSockets ? clientProcesses(client.pid, basename(folder)) : undefined;
  const isOurs = (to: Address): boolean => [relay.address, proxy.address].some((each) => sameAddress(each, to));
  const isReadable = (to: Address): boolean => options.target.protocol === 'http:' && places.target.some((each) => sameAddress(to, each));
  const known: Knowledge = { served, isOurs, isReadable, verdictOn: verdictIn(places), tell: record.tell };
  const look = looker(known, reportReader(file), processes);
  const looking = setInterval(look, lookEveryMs);
  try {
    const ended = await client.ended;
    look();
    const leftBehind = processes?.alive().length ?? 0;
    await endAll(client.pid, () => processes?.alive() ?? []);
    await atMost(client.drained, drainWithinMs);
    look();
    return {
      target: options.target.origin,
      command: options.command,
      seen: record.kept,
      unkept: record.unkept(),
      environment: readings,
      ended: { ...ended, ...(watch.timedOut() && { timedOut: true }) },
      leftBehind,
      sampled: processes !== undefined,
      durationMs: record.passedMs(),
    };
  } finally {
    clearInterval(looking);
    watch.stop();
    await endAll(client.pid, () => processes?.alive() ?? []);
  }
};

/**
 * Runs a client and tells of each thing it sends whether that went through the target. Everything opened or started for it is gone when this
 * returns. Throws ToolError `usage` when the program cannot be run.
 */
export const traceClient = async (options: TraceOptions): Promise<Trace> => {
  const record = keeper(options);
  const { letThrough, allow } = options;
  const folder = mkdtempSync(join(tmpdir(), 'wireproof-trace-'));
  const guard = guardAgainstOurDeath(folder);
  const closing: (() => Promise<void> | void)[] = [guard.dismiss, () => rm(folder, { recursive: true, force: true })];
  try {
    const relay = await startRelay(options.target, record.tell);
    closing.push(relay.close);
    const served = new Set<number>();
    const target = await targetAddresses(addressOf(options.target), options.lookUp);
    const places: Places = { target, ours: [relay.address], allow, served };
    const proxy = await startForwardProxy({
      relay: relay.address,
      ...(options.target.protocol === 'http:' && { readable: target }),
      verdictOn: verdictIn(places),
      letThrough,
      tell: record.tell,
    });
    closing.push(proxy.close);
    return await follow(options, { relay, proxy, folder, guard, record, places, served });
  } finally {
    for (const close of closing.reverse()) await close();
  }
};
