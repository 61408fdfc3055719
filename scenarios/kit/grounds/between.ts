/**
 * The reverse proxy that stands between caller and target, as its operator set it up: nginx where the machine has it. Keep-alives of the
 * target, `X-Accel-Buffering` and the caller's leaving reach the other side as far as this says.
 */
export interface Between {
  /**
   * Whether it collects answers before it hands them on. `always`: whatever the target says. `unless-asked-not-to`: nginx as it is
   * installed, which heeds `X-Accel-Buffering: no`. `never`: `proxy_buffering off`.
   */
  readonly buffering: 'always' | 'unless-asked-not-to' | 'never';
  /** It compresses event streams for callers who accept gzip. */
  readonly gzip?: true;
  /** It gives up on a target that is silent for so many milliseconds, before its answer and within; a minute by default. */
  readonly idleMs?: number;
  /** Callers who leave are not told to the target: it answers to the end (`proxy_ignore_client_abort on`). */
  readonly hidesLeaving?: true;
  /** It ends an answer behind the piece in which this text comes to its end, as if that were the whole: truncation by EOF. nginx has no such setting. */
  readonly endsBehind?: string;
  /** It hands WebSockets on; unsaid, it asks for a plain answer. `without-authorization`: their handshakes lose that header, and nothing else does. */
  readonly upgrades?: 'whole' | 'without-authorization';
  /** What begins with this path it sends to somebody else, who answers well: a line of its configuration that nobody remembers. */
  readonly elsewhere?: { readonly path: string; readonly json: string };
}
