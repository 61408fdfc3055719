import type { Client } from '../clients/client.ts';
import type { Dialect, RequestAddress } from '../dialects/dialect.ts';
import type { Operation } from '../providers/provider.ts';

/**
 * How a streamed answer is put on the wire: server-sent events, Gemini's JSON array when `alt=sse` was not asked for, or one event per
 * line, which becomes one frame of a socket.
 */
export type Framing = 'sse' | 'json-array' | 'lines';

/** A request as a route hands it over. */
export interface Inbound {
  readonly client: Client;
  readonly dialect: Dialect;
  readonly operation: Operation;
  readonly address: RequestAddress;
  readonly framing: Framing;
  readonly method: string;
  /** Without the query, which may hold the client's key. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body, in the pieces in which it came. */
  readonly pieces: readonly Buffer[];
}
