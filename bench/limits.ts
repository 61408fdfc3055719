/** Why a goal is missed: what a profile has shown, and what the limit is. */
export interface Limit {
  /** What the goal's `what` begins with. */
  readonly of: string;
  readonly why: string;
}

/** Told below the goals, and only where one of them is missed. Taken from `npm run bench -- --profile TRAFFIC`. */
export const limits: readonly Limit[] = [];

/** The reasons for these goals that were missed, each once. */
export const limitsOf = (missed: readonly string[], known: readonly Limit[] = limits): readonly Limit[] =>
  known.filter(({ of }) => missed.some((what) => what.startsWith(of)));
