import type { Clock } from './clock.ts';

export interface ProxyLogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  /** Never holds a secret, a prompt or an answer. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface ProxyOptions {
  /** The tree that config.yaml parses to, in its key names. */
  readonly config: unknown;
  /** Parsed OAuth auth files, in addition to those in the configured `auth-dir`, which only `runProxy` reads. */
  readonly authFiles?: readonly unknown[];
  readonly clock?: Clock;
  /** A fresh id per call; session ids and answer ids are made of it. */
  readonly nextId?: () => string;
  readonly onLog?: (line: ProxyLogLine) => void;
}
