import { setMaxListeners } from 'node:events';

import { redactor, type Redact } from '../../engine/redact.ts';
import { openHistory } from '../../history/open-history.ts';
import { keepTrying, type PatientStore } from '../../history/patient/keep-trying.ts';
import type { Output } from '../../outputs/output.ts';
import { createHttpCaller } from '../../transport/http-caller.ts';
import type { CanaryClock } from '../clock.ts';
import type { CanaryPlan } from '../config/canary-plan.ts';
import { openJudge } from '../round/judge.ts';
import type { RoundWorld } from '../round/round-world.ts';
import { openConnectivity } from '../safety/connectivity.ts';
import { openKillSwitch, type KillSwitch } from '../safety/kill-switch.ts';
import { openRests } from '../safety/rests.ts';

export interface CanaryOptions {
  readonly plan: CanaryPlan;
  readonly clock: CanaryClock;
  /** A line for people; secrets are out of it already. */
  readonly tell: (line: string) => void;
  /** What tells apart rounds that were begun by hand at the same moment. */
  readonly salt: () => string;
  /** Part of what is left of the budgets that this process may spend while the database is away: 1 over the number of processes. */
  readonly share?: number;
}

/** Everything that rounds need, opened once; the plan in it may change. */
export interface OpenCanary {
  readonly plan: () => CanaryPlan;
  /** For the rounds that begin from now on. History and location stay as they were. */
  readonly replacePlan: (plan: CanaryPlan) => void;
  readonly store: PatientStore;
  readonly killSwitch: KillSwitch;
  /** With the outputs that are added. */
  readonly rounds: RoundWorld;
  readonly addOutput: (output: Output) => void;
  readonly redact: Redact;
  readonly tell: (line: string) => void;
  /** No round is begun any more. */
  readonly end: () => void;
  /** The rounds under way are given up. */
  readonly abort: () => void;
  /** Outputs first, then the history. */
  readonly close: () => Promise<void>;
}

/** Canary questions have short answers; a hostile one must not fill the memory, however many there are of it. */
const maxAnswerBytes = 2 * 1024 * 1024;

/** What is redacted follows the plan that is in force, and keeps what was secret before. */
const redactorFor = (first: CanaryPlan): { readonly redact: Redact; readonly add: (plan: CanaryPlan) => void } => {
  const secrets = new Set(first.secrets);
  let current = redactor([...secrets]);
  return {
    redact: (text) => current(text),
    add: (plan) => {
      plan.secrets.forEach((secret) => secrets.add(secret));
      current = redactor([...secrets]);
    },
  };
};

/**
 * Opens the history and what rounds work with.
 * @throws ToolError when the history cannot be used
 */
export const openCanary = async (options: CanaryOptions): Promise<OpenCanary> => {
  const { clock, salt, share = 1 } = options;
  let plan = options.plan;
  const secrets = redactorFor(plan);
  const { redact } = secrets;
  const tell = (line: string): void => options.tell(redact(line));
  const store = keepTrying(await openHistory(plan.history), { clock, share });
  const killSwitch = openKillSwitch({ store, clock, pauseFile: () => plan.pauseFile });
  const [ending, abort] = [new AbortController(), new AbortController()];
  for (const { signal } of [ending, abort]) setMaxListeners(0, signal); // one listener per round
  const caller = createHttpCaller({ maxAnswerBytes });
  const outputs: Output[] = [];
  const rounds: RoundWorld = {
    store,
    clock,
    location: plan.location,
    budget: () => plan.budget,
    caller,
    killSwitch,
    rests: openRests(store),
    isOnline: openConnectivity(() => plan.connectivity, clock),
    judge: await openJudge({ store, clock, tell }),
    outputs,
    redact,
    ending: ending.signal,
    abort: abort.signal,
    tell,
    salt,
  };
  return {
    plan: () => plan,
    replacePlan: (changed) => {
      secrets.add(changed);
      plan = changed;
    },
    store,
    killSwitch,
    rounds,
    addOutput: (output) => void outputs.push(output),
    redact,
    tell,
    end: () => ending.abort(),
    abort: () => abort.abort(),
    close: async () => {
      await Promise.allSettled(outputs.map((output) => output.close()));
      await caller.close();
      await store.close();
    },
  };
};
