/** Who asks: a client key of the configuration, without the key. */
export interface Client {
  /** What logs, metrics and usage call it: its name, or a fingerprint of its key; `anyone` on an open proxy. */
  readonly id: string;
  readonly scope: ClientScope;
}

/** What a client key may do; absent limits do not exist. */
export interface ClientScope {
  /** Model names, with wildcards. */
  readonly models?: readonly string[];
  readonly requestsPerMinute?: number;
  readonly tokensPerDay?: number;
}

export const anyone: Client = { id: 'anyone', scope: {} };
