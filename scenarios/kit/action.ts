/**
 * What a step does in place of one HTTP request: it holds a socket open, runs a program, looks at a disk. Its kind names two files: the one in
 * `scenarios/kit/actions/` that scenarios make it with and read its result by, and `conformance/actions/<kind>.action.ts`, which performs it.
 */
export interface Action {
  readonly kind: string;
}

/** What came of an action, beside what every sight has. Plain data: it is shown in traces. */
export interface ActionResult {
  readonly kind: string;
}
