import type { AccountCall } from '#fixtures/upstreams/accounts/account-script';
import type { MockUpstream, UpstreamCall } from '#fixtures/upstreams/mock-upstream';
import type { Script } from '#fixtures/upstreams/script';
import type { Cell } from '#scenarios/kit/cell';
import type { InconclusiveReason } from '#scenarios/kit/expectation';
import type { Ground } from '#scenarios/kit/ground';
import { TOKEN, type Probe } from '#scenarios/kit/probe';
import type { CallerSight, FullSight, LogLine } from '#scenarios/kit/sight';

import { isUndone, type Undone } from '../actions/action.ts';
import { findAction } from '../actions/find-action.ts';
import { filled } from '../targets/scenario-accounts.ts';
import type { DirectUpstream, RunningTarget } from '../targets/target.ts';
import type { HttpCaller } from '../transport/http-caller.ts';
import { showing, withoutClientKey } from '../transport/shown-key.ts';
import { estimateInputTokens, type Ledger, type Permit } from './budget.ts';
import { cutShortBy } from './cut-short.ts';
import { missingRecording } from './not-in-recording.ts';
import type { RequestGuard } from './request-guard.ts';
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
  /** With which a command line names the target. */
  readonly targetFlags?: readonly string[] | undefined;
  /** The target serves this arm alone, so that its log lines can be told apart from others'. */
  readonly exclusive: boolean;
  /** What the scenario's arm stands on. */
  readonly ground?: Ground | undefined;
  readonly upstream: MockUpstream | undefined;
  /** Asked beside a live target when its answer deviates. */
  readonly direct?: DirectUpstream | undefined;
  readonly caller: HttpCaller;
  /** Answers that a run's canaries share, by question; absent in other arms. */
  readonly shared?: Map<string, Promise<StepOutcome>>;
  /** How often this arm has put each of those questions. */
  readonly asked?: Map<string, number>;
  readonly ledger: Ledger;
  /** Asked after the ledger, before each request; absent: nothing else stands in the way. */
  readonly guard?: RequestGuard | undefined;
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

/** What the vendors of the target's accounts have been asked so far, under the scenario's names; `undefined` where it was given none. */
const accountCallsOf = ({ target, upstream }: ArmWorld): readonly AccountCall[] | undefined => {
  if (target.accounts === undefined || upstream === undefined) return undefined;
  const calls = Object.entries(target.accounts).flatMap(([account, name]) =>
    upstream.accounts.calls(name).map((call) => ({ ...call, account })),
  );
  return calls.sort((a, b) => a.at - b.at || a.index - b.index);
};

const callKey = ({ account, index }: AccountCall): string => `${account} ${index}`;

const logsOf = async (world: ArmWorld): Promise<readonly LogLine[] | undefined> => (world.exclusive ? world.target.logs() : undefined);

const bodyBytes = (probe: Probe): number => {
  if (probe.body === undefined) return 0;
  return Buffer.byteLength('text' in probe.body ? probe.body.text : JSON.stringify(probe.body.json));
};

/** The address that a step goes to; `undefined` when the target has no such way in. */
const addressFor = ({ target }: ArmWorld, { via }: Probe): string | undefined => {
  if (via === undefined) return target.url;
  return via === 'in-process' ? target.inProcessUrl : target.ownUrl;
};

const noWayIn: Readonly<Record<NonNullable<Probe['via']>, string>> = {
  'in-process': 'the target cannot be asked inside of a process',
  'own-address': 'the address of the target without what stands before it is not known',
};

const asShown = ({ target }: ArmWorld, cell: Cell, { path, credential }: Probe) =>
  showing(credential, target.clientKey, { path: target.path(cell, path), headers: target.headers(cell) });

/**
 * A question that waits for no other step, and changes nothing, is the same whoever asks it: what tells the steps apart. A live target pays
 * for each. `undefined` for every other question.
 */
const commonQuestion = (world: ArmWorld, cell: Cell, probe: Probe): string | undefined => {
  const { method, path, headers, body, encoding, framing, leaveAt, after, via, laterMs, action } = probe;
  if ((method !== 'GET' && method !== 'POST') || action !== undefined || via !== undefined || laterMs !== undefined) return undefined;
  if (after.length > 0 || path.includes(TOKEN)) return undefined;
  return JSON.stringify([method, asShown(world, cell, probe), headers, body, encoding, framing, leaveAt]);
};

/** A scenario that asks the same twice means two requests: the second one is shared with the second of others. */
const ownTurn = ({ asked }: ArmWorld, question: string | undefined): string | undefined => {
  if (question === undefined || asked === undefined) return question;
  const turn = (asked.get(question) ?? 0) + 1;
  asked.set(question, turn);
  return `${turn} ${question}`;
};

/** A live target is asked once per run for what tells every canary the same. */
const perform = async (world: ArmWorld, cell: Cell, probe: Probe, token: string): Promise<StepOutcome> => {
  const question = world.shared === undefined ? undefined : ownTurn(world, commonQuestion(world, cell, probe));
  if (world.shared === undefined || question === undefined) return send(world, cell, probe, token);
  const asked = world.shared.get(question);
  const answering = asked ?? send(world, cell, probe, token);
  world.shared.set(question, answering);
  const outcome = await answering;
  if (asked === undefined || outcome.kind === 'skipped') return outcome;
  return { ...outcome, borrowed: true, sight: { ...outcome.sight, probe, token } };
};

interface Ask {
  readonly url: string;
  readonly cell: Cell;
  readonly probe: Probe;
  readonly token: string;
  readonly withinMs: number;
}

/** What the caller sees of the step: one request and its answer, or what its action does. */
const exchange = async (world: ArmWorld, { url, cell, probe, token, withinMs }: Ask): Promise<CallerSight | Undone> => {
  const shown = asShown(world, cell, probe);
  const { target, upstream, signal, ground } = world;
  if (probe.action !== undefined) {
    const { perform: act } = await findAction(probe.action.kind);
    return act(probe.action, { target, url, ...shown, cell, probe, token, ground, upstream, withinMs, signal });
  }
  const onBytes = (bytes: Buffer): void => upstream?.callerSaw(token, bytes);
  return world.caller.send({ ...probe, timeoutMs: withinMs }, { url, ...shown, token, onBytes, signal });
};

/** With what the vendors call the target's accounts, in the body and in what an action does. */
const withAccountNames = ({ target: { accounts }, upstream, now }: ArmWorld, probe: Probe): Probe => {
  if (accounts === undefined || upstream === undefined) return probe;
  const filling = { accounts, upstream, now: now() };
  const { body, action } = probe;
  return { ...probe, ...(body && { body: filled(body, filling) }), ...(action && { action: filled(action, filling) }) };
};

/** What was seen of the step, or why nothing was, with what it cost told to the ledger and how it ended to the guard. */
const guarded = async (world: ArmWorld, ask: Ask, permit: Permit): Promise<CallerSight | Undone> => {
  let seen: CallerSight | Undone | undefined;
  try {
    seen = await exchange(world, ask);
    return seen;
  } finally {
    const sight = seen === undefined || isUndone(seen) ? undefined : seen;
    if (sight?.end === 'refused') permit.neverArrived();
    // An answer that broke off told nothing for good: a stream begins with one token, and ends with all of them.
    else permit.settle(sight?.end === 'complete' ? usageOf(sight) : { inputTokens: 0, outputTokens: 0 });
    world.guard?.left(sight);
  }
};

/** The budget's word, and then the guard's: it holds a turn, which a refused request must not take. */
const permitFor = async (world: ArmWorld, probe: Probe): Promise<Permit | Extract<StepOutcome, { readonly kind: 'skipped' }>> => {
  const heldBack = await world.guard?.enter(world.signal);
  if (heldBack !== undefined) return { kind: 'skipped', reason: 'held-back', note: heldBack };
  const permit = world.ledger.ask(() => ({ inputTokens: estimateInputTokens(bodyBytes(probe)), outputTokens: probe.maxOutputTokens }));
  if (typeof permit !== 'string') return permit;
  world.guard?.left(undefined);
  return { kind: 'skipped', reason: 'budget-spent', note: permit };
};

/** The target had less time than the step gives it, so that its silence says nothing. */
const outOfBound: StepOutcome = {
  kind: 'skipped',
  reason: 'no-answer',
  note: 'the arm ran into its time bound before this step was over',
};

const send = async (world: ArmWorld, cell: Cell, asked: Probe, token: string): Promise<StepOutcome> => {
  const probe = withAccountNames(world, asked);
  const url = addressFor(world, probe);
  if (url === undefined) return { kind: 'skipped', reason: 'not-visible-here', note: noWayIn[probe.via ?? 'own-address'] };
  const permit = await permitFor(world, probe);
  if ('kind' in permit) return permit;
  // First and last of all, so that what accounts are asked between two steps, by a timer of the target's, is of one of them.
  const earlierAccountCalls = new Set(accountCallsOf(world)?.map(callKey));
  const linesBefore = (await logsOf(world))?.length ?? 0;
  if (probe.laterMs !== undefined) await world.target.pass?.(probe.laterMs);
  const startedAt = world.now();
  const withinMs = Math.min(probe.timeoutMs, permit.withinMs ?? probe.timeoutMs);
  const seen = await guarded(world, { url, cell, probe, token, withinMs }, permit);
  if (isUndone(seen)) return { kind: 'skipped', ...seen };
  const cutBy = cutShortBy(seen, { withinMs, timeoutMs: probe.timeoutMs, armIsOver: world.signal.aborted });
  if (cutBy === 'arm') return outOfBound;
  if (cutBy === 'budget') {
    return { kind: 'skipped', reason: 'budget-spent', note: 'the seconds of the run were spent while the answer was awaited' };
  }
  const calls = (await upstreamCalls(world.upstream, token)).map((call) => withoutClientKey(call, world.target.clientKey));
  const missing = missingRecording(calls);
  if (missing !== undefined) return { kind: 'skipped', reason: 'not-in-recording', note: missing };
  const lines = await logsOf(world);
  const accountCalls = accountCallsOf(world)?.filter((call) => !earlierAccountCalls.has(callKey(call)));
  const live = world.upstream === undefined ? { live: true as const } : {};
  const behind = { upstreamCalls: calls, ...(accountCalls !== undefined && { accountCalls }), logs: lines?.slice(linesBefore) };
  return { kind: 'seen', startedAt, sight: { ...seen, ...live, ...behind } };
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
  if (world.signal.aborted) return outOfBound;
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
