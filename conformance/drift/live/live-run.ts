import type { Recording } from '#fixtures/recordings/recording';

import type { Budget, Spent } from '../../engine/budget.ts';
import type { BaselineItem } from './baseline-item.ts';

/** What asking a baseline's requests again takes, and what it gives. */

export interface LiveOptions {
  /** What is asked again, one item for each group and more. */
  readonly items: readonly BaselineItem[];
  /** Origin and mount, without a trailing slash. */
  readonly upstream: string;
  /** Absent where the upstream wants none. Never written, never told. */
  readonly key?: string;
  /** How often each request is asked. */
  readonly samples: number;
  readonly budget: Budget;
  /** Milliseconds without a byte, after which the upstream hangs. */
  readonly idleMs: number;
  /** Milliseconds for one whole answer. */
  readonly answerMs: number;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or at the signal. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Name and version of what records. */
  readonly tool: string;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  /** Of `all` samples. */
  readonly done: number;
  readonly all: number;
  readonly now: string;
}

/** A request of the baseline with fewer new answers than were wanted. */
export interface Gap {
  readonly id: string;
  readonly samples: number;
  readonly because: string;
  /** It can never be asked again, whatever the upstream. */
  readonly never: boolean;
}

export interface LiveRun {
  /** `group`, `group.again-1`, … in the order in which they were asked. */
  readonly recordings: readonly Recording[];
  readonly gaps: readonly Gap[];
  readonly spent: Spent;
  /** Why not everything was asked. */
  readonly stopped?: string;
}
