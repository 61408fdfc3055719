import type { Redact } from '../../engine/redact.ts';
import type { ProbeResult, Round } from '../../history/records.ts';
import type { Decision, HistoryStore, Known } from '../../history/store.ts';
import type { Output } from '../../outputs/output.ts';
import type { HttpCaller } from '../../transport/http-caller.ts';
import type { CanaryClock } from '../clock.ts';
import type { CanaryPlan, CanaryTarget } from '../config/canary-plan.ts';
import type { Connectivity } from '../safety/connectivity.ts';
import type { KillSwitch } from '../safety/kill-switch.ts';
import type { Rests } from '../safety/rests.ts';

/** Makes verdicts over time of single rounds. */
export interface Judge {
  /** Reads what it must know beforehand; the answer decides, without waiting, inside the round's transaction. */
  readonly prepare: (target: CanaryTarget, round: Round, results: readonly ProbeResult[]) => Promise<(known: Known) => Decision>;
  /** After the round was written. */
  readonly learn: (target: CanaryTarget, round: Round, results: readonly ProbeResult[]) => void;
}

/** What a round needs beside its target. */
export interface RoundWorld {
  readonly store: HistoryStore;
  readonly clock: CanaryClock;
  readonly location: string;
  /** Over all targets. */
  readonly budget: () => CanaryPlan['budget'];
  /** Lives across rounds. */
  readonly caller: HttpCaller;
  readonly killSwitch: Pick<KillSwitch, 'paused'>;
  readonly rests: Rests;
  readonly isOnline: Connectivity;
  readonly judge: Judge;
  readonly outputs: readonly Output[];
  readonly redact: Redact;
  /** Aborted when the canary is told to end: no round is begun any more. */
  readonly ending: AbortSignal;
  /** Aborted when the rounds under way have had their time to end. */
  readonly abort: AbortSignal;
  /** For people: a line at a time. */
  readonly tell: (line: string) => void;
  /** Tells apart rounds that were begun by hand at the same moment. */
  readonly salt: () => string;
}
