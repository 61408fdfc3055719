import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import type { Action } from '#scenarios/kit/action';
import type { Cell } from '#scenarios/kit/cell';
import type { InconclusiveReason } from '#scenarios/kit/expectation';
import type { Ground } from '#scenarios/kit/ground';
import type { Probe } from '#scenarios/kit/probe';
import type { CallerSight } from '#scenarios/kit/sight';

import type { RunningTarget } from '../targets/target.ts';

/** What an action may touch. */
export interface ActionContext {
  readonly target: RunningTarget;
  /** The address to which the step goes, without a trailing slash. */
  readonly url: string;
  /** The step's path as the target wants it, with the credential where the step shows it there. */
  readonly path: string;
  /** The target's headers for the step: credential and routing. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cell: Cell;
  readonly probe: Probe;
  /** Stands where the probe says TOKEN. */
  readonly token: string;
  /** What the arm stands on, where the scenario says. */
  readonly ground?: Ground | undefined;
  /** Absent for a live target. */
  readonly upstream: MockUpstream | undefined;
  /** How long it may take, in milliseconds; a bound. */
  readonly withinMs: number;
  /** Aborted when the arm ends before the action. */
  readonly signal: AbortSignal;
}

/** Why an action could not be done here; it is then not judged. */
export interface Undone {
  readonly reason: InconclusiveReason;
  readonly note: string;
}

/** Performs the actions of one kind. Everything it opens is closed when it returns or throws. */
export interface ActionPerformer {
  readonly perform: (action: Action, context: ActionContext) => Promise<CallerSight | Undone>;
}

export const isUndone = (result: CallerSight | Undone): result is Undone => 'reason' in result;

/** A sight of a step that sent no HTTP request and ended well; what came of it goes over this. */
export const sightWithoutAnswer = ({ probe, token }: Pick<ActionContext, 'probe' | 'token'>, durationMs: number): CallerSight => ({
  probe,
  token,
  status: 0,
  headers: {},
  bodyText: '',
  json: undefined,
  events: [],
  end: 'complete',
  sentBytes: 0,
  durationMs,
});
