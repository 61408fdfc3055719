import type { ClientDialect } from './cell.ts';

/** How a step shows a key, in place of the way the target wants it. Entries with the placeholder are left out when the run has no key. */
export interface ShownKey {
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}

/** What the caller sends of one step, as it stands when it is sent. */
export interface SentRequest {
  readonly dialect: ClientDialect;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From the target's root, for example `/v1/messages`. */
  readonly path: string;
  /** Besides the credential and content headers, which the engine adds. */
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON tree, or the exact text to send. */
  readonly body?: { readonly json: unknown } | { readonly text: string };
  /** The caller hangs up when this much of the answer has come: a text in its body. The sight then ends as `cut`, CALLER_LEFT. */
  readonly leaveAt?: string;
  readonly stream: boolean;
  readonly encoding: 'identity' | 'gzip';
  /** `chunked` sends no Content-Length. */
  readonly framing: 'content-length' | 'chunked';
  /** How long the caller waits for the end of the answer. A bound, not a threshold. */
  readonly timeoutMs: number;
  /** Steps that must have ended before this one starts. Steps without it run at once. */
  readonly after: readonly string[];
  /**
   * So many milliseconds pass on the target's clock before the step is sent, none on the wall. Only targets whose clock can be moved are
   * asked such a step; elsewhere what it shows is not judged. The scenario must have the proxy to itself (`remembers`).
   */
  readonly laterMs?: number;
  /**
   * `in-process`: through the proxy that is mounted in its caller's process. `own-address`: round the reverse proxies before the target.
   * Over HTTP and as every caller by default. A target without such a way is not judged by it.
   */
  readonly via?: 'in-process' | 'own-address';
  /** Upper bound of output tokens that this request can cost a live target. */
  readonly maxOutputTokens: number;
  /** Absent: the client's key where the target wants it. `{}` shows none. */
  readonly credential?: ShownKey;
}
