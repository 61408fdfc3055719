import type { CallerSight } from '#scenarios/kit/sight';

/** What a guard is told of an answer. Status 0: there was none. */
export type Answered = Pick<CallerSight, 'status' | 'headers' | 'end' | 'errorCode'>;

/** Stands before every request of a run, beside its budget: kill switches, bounds of what is in flight, signs of harm. */
export interface RequestGuard {
  /** Waits for its turn. A sentence says why the request must not be sent; nothing: it is in flight until `left` is called. */
  readonly enter: (signal: AbortSignal) => Promise<string | undefined>;
  /** Once for each request that entered, when it has ended; without an answer for what came to nothing on our side. */
  readonly left: (answered: Answered | undefined) => void;
}
