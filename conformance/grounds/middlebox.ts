/** A reverse proxy that listens on loopback. */
export interface Middlebox {
  /** Where callers go, without a trailing slash. */
  readonly url: string;
  /** What stands there, with its version: reports tell it. */
  readonly what: string;
  /** Ends it and removes what it made. */
  readonly stop: () => Promise<void>;
}
