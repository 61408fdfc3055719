/** What a scenario usually takes at a target, seen from a location. Milliseconds. */
export interface Usual {
  /** How many results it was learned from. */
  readonly samples: number;
  /** Medians; absent where nothing was learned. */
  readonly totalMs?: number;
  readonly firstByteMs?: number;
  /** The last passing results before this round, oldest first. */
  readonly last: readonly Sample[];
}

export interface Sample {
  readonly at: number;
  readonly totalMs: number;
  readonly firstByteMs?: number;
}

/** By scenario, for the location of a round. What is not there has not been learned. */
export type Learned = ReadonlyMap<string, Usual>;

/** The middle one; of an even number the lower of the two in the middle. `undefined` for none. */
export const median = (values: readonly number[]): number | undefined => [...values].sort((a, b) => a - b)[(values.length - 1) >> 1];
