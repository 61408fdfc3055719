import type { LogLine } from '#scenarios/kit/sight';

/** What a reference proxy is started with: plain data, so that it can cross a thread. */
export interface ProxyStart {
  /** A config.yaml as a tree. */
  readonly config: unknown;
  readonly authFiles: readonly unknown[];
}

/** A reference proxy that listens on loopback. */
export interface HostedProxy {
  /** Without a trailing slash. */
  readonly url: string;
  /** Every line logged before the call, those of answers that have been received already included. */
  readonly logs: () => Promise<readonly LogLine[]>;
  readonly stop: () => Promise<void>;
}

/** Where reference proxies run. */
export interface ProxyHost {
  /** See `Target.prepare`. */
  readonly prepare?: () => () => Promise<void>;
  readonly start: (start: ProxyStart) => Promise<HostedProxy>;
}
