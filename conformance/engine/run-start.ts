import type { Report } from './records.ts';

/** What is known when a run begins. */
export interface RunStart {
  readonly tool: Report['tool'];
  readonly target: Report['target'];
  readonly seed: number;
  /** How many results will come. */
  readonly planned: number;
  readonly arms: readonly string[];
}
