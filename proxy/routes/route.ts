import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Dialect } from '../dialects/dialect.ts';
import type { Persona } from '../personas/persona.ts';
import type { RelayContext } from '../relay/context.ts';
import type { UsageLedger } from '../usage/usage-ledger.ts';
import type { ConfigStore } from '../live/config-store.ts';
import type { LiveConfig } from '../live/live-config.ts';
import type { Logging } from '../logs/logging.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Inbound } from '../relay/inbound.ts';

/** What a route may use of the running proxy: what the generation in force has, and what all generations share. */
export interface RouteContext extends RelayContext {
  readonly live: LiveConfig;
  readonly store: ConfigStore;
  readonly logging: Logging;
  readonly ledger: UsageLedger;
  readonly metrics: Metrics;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Relays one request and answers it. */
  readonly relay: (request: FastifyRequest, reply: FastifyReply, ask: Ask) => Promise<void>;
}

/** What a route knows of a request before anybody has read its body. */
export interface Ask extends Pick<Inbound, 'operation' | 'address' | 'framing'> {
  readonly dialect: Dialect;
}

/** One endpoint; one file in this folder, found by name. */
export interface Route {
  /** Equals the file name. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  /** Whether it answers without a client key; some builds do where this proxy does not. */
  readonly open: boolean | ((persona: Persona) => boolean);
  readonly handle: (context: RouteContext, request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** Identity; gives a route file its type. */
export const defineRoute = (route: Route): Route => route;
