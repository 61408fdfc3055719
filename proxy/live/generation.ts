import type { KeyCheck } from '../clients/client-keys.ts';
import type { ParsedConfig } from '../config/parse.ts';
import type { RelayContext } from '../relay/context.ts';

/** Everything that one load of the configuration decides. An exchange that began under one generation ends under it. */
export interface Generation {
  /** 1 for the load at the start, then one more per load that was accepted and had something new, new tokens of auth files aside. */
  readonly revision: number;
  /** SHA-256 of what was loaded, configuration and auth files without their tokens; the same content has the same digest. */
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly loadedAt: number;
  readonly parsed: ParsedConfig;
  readonly context: RelayContext;
  readonly checkKey: KeyCheck;
}
