import type { Cell, ClientDialect } from './cell.ts';

/**
 * Stands where a step's correlation token goes. The engine replaces it, in path and body, by a token of the same length, so that
 * exact body sizes stay exact. It must be in the content, not in a header, of every request that may reach an upstream.
 */
export const TOKEN = 'wpt_0000000000000000';

/** Stands for the client's key, in a probe's credential and in a configuration. What upstreams received is judged with it in the key's place. */
export const CLIENT_KEY = '{client-key}';

/** How a step shows a key, in place of the way the target wants it. Entries with the placeholder are left out when the run has no key. */
export interface ShownKey {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** What the caller sends. */
export interface Probe {
  readonly dialect: ClientDialect;
  readonly method: 'GET' | 'POST';
  /** From the target's root, for example `/v1/messages`. */
  readonly path: string;
  /** Besides the credential and content headers, which the engine adds. */
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON tree, or the exact text to send. */
  readonly body?: { readonly json: unknown } | { readonly text: string };
  readonly stream: boolean;
  readonly encoding: 'identity' | 'gzip';
  /** `chunked` sends no Content-Length. */
  readonly framing: 'content-length' | 'chunked';
  /** How long the caller waits for the end of the answer. A bound, not a threshold. */
  readonly timeoutMs: number;
  /** Steps that must have ended before this one starts. Steps without it run at once. */
  readonly after: readonly string[];
  /** Upper bound of output tokens that this request can cost a live target. */
  readonly maxOutputTokens: number;
  /** Absent: the client's key where the target wants it. `{}` shows none. */
  readonly credential?: ShownKey;
}

export interface StepContext {
  readonly cell: Cell;
  /**
   * The target's name of the model behind this cell's upstream. `role` names another one there (`<surface>:<role>` in the profile),
   * or the model of another surface by the surface's name.
   */
  readonly model: (role?: string) => string;
}
