import type { MockUpstream, UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import type { Script } from '#fixtures/upstreams/script';
import type { Cell } from '#scenarios/kit/cell';
import type { InconclusiveReason } from '#scenarios/kit/expectation';
import { TOKEN, type Probe } from '#scenarios/kit/probe';
import type { FullSight, LogLine } from '#scenarios/kit/sight';

import type { DirectUpstream, RunningTarget } from '../targets/target.ts';
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
      /** The answer is another step's, to the same question: nothing was sent for this one. */
      readonly borrowed?: true;
    }
  | { readonly kind: 'skipped'; readonly reason: InconclusiveReason; readonly note: string };

/** Everything one arm's steps need. */
export interface ArmWorld {
  readonly target: RunningTarget;
  /** The target runs on after the run: its address is worth telling. */
  readonly addressStays?: boolean;
  /** The target serves this arm alone, so that its log lines can be told apart from others'. */
  readonly exclusive: boolean;
  readonly upstream: MockUpstream | undefined;
  /** Asked beside a live target when its answer deviates. */
  readonly direct?: DirectUpstream | undefined;
  readonly caller: HttpCaller;
  /** Answers that a run's canaries share, by question; absent in other arms. */
  readonly shared?: Map<string, Promise<StepOutcome>>;
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

/** The address that a step goes to; `undefined` when the target has no such way in. */
const addressFor = ({ target }: ArmWorld, { via }: Probe): string | undefined => (via === 'in-process' ? target.inProcessUrl : target.url);

const asShown = ({ target }: ArmWorld, cell: Cell, { path, credential }: Probe) =>
  showing(credential, target.clientKey, { path: target.path(cell, path), headers: target.headers(cell) });

/** A list that waits for no other step is the same whoever asks: what tells the steps apart. `undefined` for every other question. */
const commonQuestion = (world: ArmWorld, cell: Cell, probe: Probe): string | undefined => {
  const { method, path, headers, after, via, laterMs } = probe;
  if (method !== 'GET' || after.length > 0 || via !== undefined || laterMs !== undefined || path.includes(TOKEN)) return undefined;
  return JSON.stringify([asShown(world, cell, probe), headers]);
};

/** A live target is asked once per run for what costs it nothing and tells every canary the same. */
const perform = async (world: ArmWorld, cell: Cell, probe: Probe, token: string): Promise<StepOutcome> => {
  const question = world.shared === undefined ? undefined : commonQuestion(world, cell, probe);
  if (world.shared === undefined || question === undefined) return send(world, cell, probe, token);
  const asked = world.shared.get(question);
  const answering = asked ?? send(world, cell, probe, token);
  world.shared.set(question, answering);
  const outcome = await answering;
  if (asked === undefined || outcome.kind === 'skipped') return outcome;
  return { ...outcome, borrowed: true, sight: { ...outcome.sight, probe, token } };
};

const send = async (world: ArmWorld, cell: Cell, probe: Probe, token: string): Promise<StepOutcome> => {
  const url = addressFor(world, probe);
  if (url === undefined) return { kind: 'skipped', reason: 'not-visible-here', note: 'the target cannot be asked inside of a process' };
  const permit = world.ledger.ask(() => estimateInputTokens(bodyBytes(probe)) + probe.maxOutputTokens);
  if (typeof permit === 'string') return { kind: 'skipped', reason: 'budget-spent', note: permit };
  const linesBefore = (await logsOf(world))?.length ?? 0;
  if (probe.laterMs !== undefined) await world.target.pass?.(probe.laterMs);
  const startedAt = world.now();
  const onBytes = (bytes: Buffer): void => world.upstream?.callerSaw(token, bytes);
  const errand = { url, ...asShown(world, cell, probe), token, onBytes };
  const withinMs = Math.min(probe.timeoutMs, permit.withinMs ?? probe.timeoutMs);
  const seen = await world.caller.send({ ...probe, timeoutMs: withinMs }, { ...errand, signal: world.signal });
  if (seen.end === 'timeout' && withinMs < probe.timeoutMs) {
    return { kind: 'skipped', reason: 'budget-spent', note: 'the seconds of the run were spent while the answer was awaited' };
  }
  const { inputTokens, outputTokens } = usageOf(seen);
  permit.settle(inputTokens + outputTokens);
  const calls = (await upstreamCalls(world.upstream, token)).map((call) => withoutClientKey(call, world.target.clientKey));
  const lines = await logsOf(world);
  const live = world.upstream === undefined ? { live: true as const } : {};
  return { kind: 'seen', startedAt, sight: { ...seen, ...live, upstreamCalls: calls, logs: lines?.slice(linesBefore) } };
};

/** Earlier steps by name. */
type Earlier = readonly (readonly [string, Promise<StepOutcome>])[];

const whole = (probe: Probe, earlier: readonly (readonly [string, StepOutcome])[]): Probe | StepOutcome => {
  const skipped = earlier.find(([, outcome]) => outcome.kind === 'skipped');
  if (skipped !== undefined) return skipped[1];
  if (probe.bodyFrom === undefined) return probe;
  const sights = earlier.flatMap(([name, outcome]) => (outcome.kind === 'seen' ? [[name, outcome.sight] as const] : []));
  const body = probe.bodyFrom(Object.fromEntries(sights));
  if (body !== undefined) return { ...probe, body };
  return { kind: 'skipped', reason: 'prerequisite-failed', note: `what ${probe.after.join(', ')} got cannot be handed back` };
};

const runStep = async (
  world: ArmWorld,
  about: { readonly cell: Cell; readonly script: Script },
  name: string,
  asked: Probe,
  before: Earlier,
): Promise<StepOutcome> => {
  const probe = whole(asked, await Promise.all(before.map(async ([earlier, outcome]) => [earlier, await outcome] as const)));
  if ('kind' in probe) return probe;
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
      return earlierProbe === undefined ? [] : [[earlier, start(earlier, earlierProbe)] as const];
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
