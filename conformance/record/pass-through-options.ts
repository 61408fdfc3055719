import type { Captured } from './captured.ts';

export interface PassThroughOptions {
  /** Origin and mount, without a trailing slash. */
  readonly upstream: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Bytes of a body that are kept, of a request and of an answer each. Beyond, everything still passes. */
  readonly mostBytes: number;
  /** Milliseconds without a byte from the upstream, after which it counts as hanging. While the client is waited for, it does not. */
  readonly idleMs: number;
  /** Asks the upstream for answers without content encoding. */
  readonly plain: boolean;
  /** Called once for each exchange, when it has ended in whatever way. */
  readonly onCaptured: (captured: Captured) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
