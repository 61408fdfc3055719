import type { Action } from './action.ts';
import type { Cell } from './cell.ts';
import type { SentRequest } from './sent-request.ts';
import type { CallerSight } from './sight.ts';

export type { ShownKey } from './sent-request.ts';

/**
 * Stands where a step's correlation token goes. The engine replaces it, in path and body, by a token of the same length, so that
 * exact body sizes stay exact. It must be in the content, not in a header, of every request that may reach an upstream.
 */
export const TOKEN = 'wpt_0000000000000000';

/** Stands for the client's key, in a probe's credential and in a configuration. What upstreams received is judged with it in the key's place. */
export const CLIENT_KEY = '{client-key}';

/** A step of the caller. */
export interface Probe extends SentRequest {
  /**
   * Makes the body from what the steps of `after` saw, by name: an agent hands back what it was given. `undefined` when that cannot be
   * read: the step is then not sent, and what builds on it not judged.
   */
  readonly bodyFrom?: (earlier: Readonly<Record<string, CallerSight>>) => SentRequest['body'];
  /** What the step does in place of one HTTP request. */
  readonly action?: Action;
}

export interface StepContext {
  readonly cell: Cell;
  /**
   * The target's name of the model behind this cell's upstream. `role` names another one there (`<surface>:<role>` in the profile),
   * or the model of another surface by the surface's name.
   */
  readonly model: (role?: string) => string;
}
