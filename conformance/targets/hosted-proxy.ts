import type { LogLine } from '#scenarios/kit/sight';

/** What a reference proxy is started with: plain data, so that it can cross a thread. */
export interface ProxyStart {
  /** A config.yaml as a tree. */
  readonly config: unknown;
  readonly authFiles: readonly unknown[];
  /** The configuration lies in this file, beside its auth directory; `config` and `authFiles` are then not looked at. */
  readonly configPath?: string;
  /** Its clock is put forward by `pass` only. */
  readonly clockStands?: boolean;
  /** A second tree: the proxy that is mounted in its caller's process beside the one that listens; absent: there is none. */
  readonly inProcess?: unknown;
}

/** A reference proxy that listens on loopback. */
export interface HostedProxy {
  /** Without a trailing slash. */
  readonly url: string;
  /** A door to the mount in the process, see `openDoor`. */
  readonly inProcessUrl?: string;
  /** Lets so many milliseconds pass on the clock that the proxy reads; its timers are the system's. */
  readonly pass: (ms: number) => Promise<void>;
  /** Ends it and starts it again on the same file and port. Rejects with what it says instead of starting. Only where there is a file. */
  readonly restart?: () => Promise<void>;
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
