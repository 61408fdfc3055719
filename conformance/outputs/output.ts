/** What listens to a canary: metrics, traces, files, the status page's live line. One file each (issue 8). */
import type { ProbeResult, Round } from '../history/records.ts';
import type { Decision } from '../history/store.ts';
import type { CanaryTarget } from '../canary/config/canary-plan.ts';

/** A round after it was written to the history. */
export interface RoundWritten {
  readonly target: CanaryTarget;
  readonly round: Round;
  readonly results: readonly ProbeResult[];
  readonly decision: Decision;
  /** How late it was begun. */
  readonly lagMs: number;
}

export interface Output {
  readonly name: string;
  /** Must not throw; what it cannot do it counts and tells by itself. Nothing waits for it but the end of the process. */
  readonly onRound: (written: RoundWritten) => void | Promise<void>;
  /** Sends what it still holds, in a bounded time. */
  readonly close: () => Promise<void>;
}
