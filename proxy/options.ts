import type { Clock } from './clock.ts';

export interface ProxyLogLine {
  /** `debug` only while `debug` is true in the configuration. */
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** Never holds a secret, a prompt or an answer. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface ProxyOptions {
  /** The tree that config.yaml parses to, in its key names. */
  readonly config: unknown;
  /** Parsed OAuth auth files, in addition to those in the configured `auth-dir`, which only `runProxy` reads. */
  readonly authFiles?: readonly unknown[];
  /** That relative paths of the configuration start from; default: the working directory. */
  readonly baseDirectory?: string;
  readonly clock?: Clock;
  /** A fresh id per call; session ids and answer ids are made of it. */
  readonly nextId?: () => string;
  /** From 0 up to 1: how the waits between retries are spread. */
  readonly random?: () => number;
  /** A fresh id per request that brings none of its own; for log lines and the header `wireproof-request-id`. */
  readonly nextRequestId?: () => string;
  readonly onLog?: (line: ProxyLogLine) => void;
}
