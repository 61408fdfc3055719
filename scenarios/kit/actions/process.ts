import { acting } from '../acting.ts';
import type { Action, ActionResult } from '../action.ts';
import type { Launch } from '../grounds/launch.ts';
import type { Probe } from '../probe.ts';
import type { CallerSight } from '../sight.ts';

/** What a program that says it is ready is asked over HTTP. */
export interface Question {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ProcessAction extends Action {
  readonly kind: 'process';
  /** Over the scenario's ground. */
  readonly launch: Launch;
  readonly questions: Readonly<Record<string, Question>>;
}

export interface Ending {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

export interface OutputLine {
  readonly from: 'stdout' | 'stderr';
  readonly text: string;
}

export interface ProgramAnswer {
  /** 0 when no status line came. */
  readonly status: number;
  /** Parsed body; absent when it is not JSON. */
  readonly json?: unknown;
}

/** What was seen of a program from its start to its end. Its folder is shown as `{folder}`. */
export interface ProcessResult extends ActionResult {
  readonly kind: 'process';
  /** In the order in which they came. */
  readonly lines: readonly OutputLine[];
  /** What was seen first: its end, its word that it is ready, its word that it waits for a configuration, or nothing within the bound. */
  readonly came: 'ended' | 'ready' | 'stands-by' | 'nothing';
  /** How it ended by itself. */
  readonly ended?: Ending;
  /** How it ended when it was told to (SIGTERM); `killed` when it did not. */
  readonly stopped?: Ending & { readonly killed: boolean };
  /** Who took a connection at the address that it said it listens on, at that moment; absent when it said none. */
  readonly answeredBy?: 'program' | 'somebody-else' | 'nobody';
  readonly answers: Readonly<Record<string, ProgramAnswer>>;
  /** Where its configuration was, and the SHA-256 of the operator's file as `sha256sum` shows it; absent where there was no file. */
  readonly config: { readonly path: string; readonly sha256?: string };
  /** The port that somebody else held. */
  readonly takenPort?: number;
  /** What was still there after its end. */
  readonly leftBehind: readonly ('process' | 'listener')[];
}

/**
 * Starts the target's program afresh as `launch` says, asks it the questions when it says that it is ready, and ends it.
 * @example starting({ launch: { config: { is: 'directory' } } })
 */
export const starting = (about: Partial<Omit<ProcessAction, 'kind'>> = {}): Probe => {
  const action: ProcessAction = { kind: 'process', launch: {}, questions: {}, ...about };
  return acting(action, { dialect: 'openai-chat', timeoutMs: 60_000 });
};

/** What came of a start; `undefined` when the step was none. */
export const startIn = ({ action }: CallerSight): ProcessResult | undefined =>
  action?.kind === 'process' ? (action as ProcessResult) : undefined;
