import type { MockUpstream, UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import type { Script } from '#fixtures/upstreams/script';
import type { Cell } from '#scenarios/kit/cell';
import type { InconclusiveReason } from '#scenarios/kit/expectation';
import type { Probe } from '#scenarios/kit/probe';
import type { FullSight, LogLine } from '#scenarios/kit/sight';

import type { RunningTarget } from '../targets/target.ts';
import type { HttpCaller } from '../transport/http-caller.ts';
import { showing, withoutClientKey } from '../transport/shown-key.ts';
import { estimateInputTokens, type Ledger } from './budget.ts';
import { usageOf } from './usage.ts';

/** What came of one step. */
export type StepOutcome =
  | {
      readonly kind: 'seen';
      readonly sight: FullSight;
      /** Milliseconds since the epoch at which the request was handed to the socket. */
      readonly startedAt: number;
    }
  | { readonly kind: 'skipped'; readonly reason: InconclusiveReason; readonly note: string };

/** Everything one arm's steps need. */
export interface ArmWorld {
  readonly target: RunningTarget;
  /** The target serves this arm alone, so that its log lines can be told apart from others'. */
  readonly exclusive: boolean;
  readonly upstream: MockUpstream | undefined;
  readonly caller: HttpCaller;
  readonly ledger: Ledger;
  readonly tokenOf: (step: string) => string;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** How long an upstream answer may go on after the caller's exchange ended before the step is judged as it stands. */
const settleWithinMs = 2_000;

const upstreamCalls = async (upstream: MockUpstream | undefined, token: string): Promise<readonly UpstreamCall[]> => {
  if (upstream === undefined) return [];
  // Not settled in time is no error: the receipt is then missing, and the reading decides what that means.
  await upstream.settled(token, settleWithinMs).catch(() => undefined);
  return upstream.calls(token);
};

const logsOf = async (world: ArmWorld): Promise<readonly LogLine[] | undefined> => (world.exclusive ? world.target.logs() : undefined);

const bodyBytes = (probe: Probe): number => {
  if (probe.body === undefined) return 0;
  return Buffer.byteLength('text' in probe.body ? probe.body.text : JSON.stringify(probe.body.json));
};

const perform = async (world: ArmWorld, cell: Cell, probe: Probe, token: string): Promise<StepOutcome> => {
  const permit = world.ledger.ask(() => estimateInputTokens(bodyBytes(probe)) + probe.maxOutputTokens);
  if (typeof permit === 'string') return { kind: 'skipped', reason: 'budget-spent', note: permit };
  const linesBefore = (await logsOf(world))?.length ?? 0;
  const startedAt = world.now();
  const asWanted = { path: world.target.path(cell, probe.path), headers: world.target.headers(cell) };
  const errand = { url: world.target.url, ...showing(probe.credential, world.target.clientKey, asWanted), token };
  const withinMs = Math.min(probe.timeoutMs, permit.withinMs ?? probe.timeoutMs);
  const seen = await world.caller.send({ ...probe, timeoutMs: withinMs }, { ...errand, signal: world.signal });
  if (seen.end === 'timeout' && withinMs < probe.timeoutMs) {
    return { kind: 'skipped', reason: 'budget-spent', note: 'the seconds of the run were spent while the answer was awaited' };
  }
  const { inputTokens, outputTokens } = usageOf(seen);
  permit.settle(inputTokens + outputTokens);
  const calls = (await upstreamCalls(world.upstream, token)).map((call) => withoutClientKey(call, world.target.clientKey));
  const lines = await logsOf(world);
  return { kind: 'seen', startedAt, sight: { ...seen, upstreamCalls: calls, logs: lines?.slice(linesBefore) } };
};

const runStep = async (
  world: ArmWorld,
  about: { readonly cell: Cell; readonly script: Script },
  name: string,
  probe: Probe,
  before: readonly Promise<StepOutcome>[],
): Promise<StepOutcome> => {
  const earlier = (await Promise.all(before)).find((outcome) => outcome.kind === 'skipped');
  if (earlier !== undefined) return earlier;
  if (world.signal.aborted) return { kind: 'skipped', reason: 'no-answer', note: 'the arm ran into its time bound before this step' };
  const token = world.tokenOf(name);
  world.upstream?.script(token, about.script);
  return perform(world, about.cell, probe, token);
};

/** Runs all steps, each as soon as those it names in `after` have ended. The steps must not wait for each other in a circle. */
export const runSteps = async (
  world: ArmWorld,
  about: { readonly cell: Cell; readonly script: Script },
  steps: Readonly<Record<string, Probe>>,
): Promise<ReadonlyMap<string, StepOutcome>> => {
  const running = new Map<string, Promise<StepOutcome>>();
  const start = (name: string, probe: Probe): Promise<StepOutcome> => {
    const known = running.get(name);
    if (known !== undefined) return known;
    const before = probe.after.flatMap((earlier) => {
      const earlierProbe = steps[earlier];
      return earlierProbe === undefined ? [] : [start(earlier, earlierProbe)];
    });
    const outcome = runStep(world, about, name, probe, before);
    running.set(name, outcome);
    return outcome;
  };
  const names = Object.entries(steps);
  const outcomes = await Promise.all(names.map(async ([name, probe]) => [name, await start(name, probe)] as const));
  for (const [name] of names) world.upstream?.forget(world.tokenOf(name));
  return new Map(outcomes);
};
