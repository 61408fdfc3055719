import type { AccountCall } from '#fixtures/upstreams/accounts/account-script';
import type { UpstreamCall } from '#fixtures/upstreams/mock-upstream';

import type { Action, ActionResult } from './action.ts';
import type { SentRequest } from './sent-request.ts';

export interface SseEvent {
  readonly event?: string;
  readonly data: string;
  /** Parsed `data`, `undefined` when it is not JSON. */
  readonly json: unknown;
  /** Milliseconds after the request was sent. */
  readonly atMs: number;
}

/** How the exchange with the caller ended. */
export type SightEnd = 'complete' | 'timeout' | 'reset' | 'cut' | 'refused';

/** What the caller saw of one step. */
export interface CallerSight {
  readonly probe: SentRequest & { readonly action?: Action };
  readonly token: string;
  /** 0 when no status line arrived. */
  readonly status: number;
  /** Lower-case names; repeated headers joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string;
  /** Parsed body, `undefined` when it is not JSON. */
  readonly json: unknown;
  /** Parsed events, empty unless the content type is text/event-stream. */
  readonly events: readonly SseEvent[];
  readonly end: SightEnd;
  /** Node or TLS error code, when there was one. */
  readonly errorCode?: string;
  readonly sentBytes: number;
  readonly firstByteMs?: number;
  readonly durationMs: number;
  /** What came of the step's action, where it has one and something was seen of it. */
  readonly action?: ActionResult;
  /** A real upstream stands behind the target: nobody can foretell its words. */
  readonly live?: true;
}

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Both sides: also what reached the upstream, and the target's log where the target hands it over. */
export interface FullSight extends CallerSight {
  readonly upstreamCalls: readonly UpstreamCall[];
  /**
   * What came to the vendors of the scenario's accounts while the step ran, with the accounts' names: nothing in it tells whose request it was
   * for. Steps that run at the same time have the same ones, told apart by account and `index`. Absent where the target was given no account.
   */
  readonly accountCalls?: readonly AccountCall[];
  /** `undefined` when the target hands over no log. */
  readonly logs: readonly LogLine[] | undefined;
}
