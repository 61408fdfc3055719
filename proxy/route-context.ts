import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Client } from './clients/client.ts';
import { anyone } from './clients/client.ts';
import { routingSeenBy } from './clients/model-scope.ts';
import { ProxyError } from './errors.ts';
import type { ConfigStore } from './live/config-store.ts';
import type { LiveConfig } from './live/live-config.ts';
import { forRequest } from './logs/logging.ts';
import type { Logging } from './logs/logging.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { RelayContext } from './relay/context.ts';
import { exchange } from './relay/exchange.ts';
import { newHttpSink } from './relay/http-sink.ts';
import type { InFlight } from './relay/in-flight.ts';
import { piecesOf } from './request-body.ts';
import type { Ask, RouteContext } from './routes/route.ts';
import type { Routing } from './routing/routing.ts';
import type { UsageLedger } from './usage/usage-ledger.ts';
import type { Usage } from './usage/usage.ts';
import { version } from './version.ts';

/** What all requests of one running proxy share. */
export interface Circumstances {
  readonly usage: Usage;
  readonly live: LiveConfig;
  readonly store: ConfigStore;
  readonly logging: Logging;
  readonly startedAt: number;
  readonly inFlight: InFlight;
}

/** Without the query. */
export const pathOf = ({ raw }: Pick<FastifyRequest, 'raw'>): string => {
  const url = raw.url ?? '/';
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
};

const oneText = (headers: FastifyRequest['headers']): Readonly<Record<string, string | undefined>> => {
  for (const name in headers) if (Array.isArray(headers[name])) return joined(headers);
  return headers as Readonly<Record<string, string | undefined>>;
};

const joined = (headers: FastifyRequest['headers']): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));

/** The context of a generation, with the log of one request. Written out: this runs for every request, and spreading costs its time. */
export const aboutRequest = (context: RelayContext, requestId: string): RelayContext => ({
  config: context.config,
  persona: context.persona,
  dialects: context.dialects,
  remedies: context.remedies,
  routing: context.routing,
  credentials: context.credentials,
  usage: context.usage,
  clientLimits: context.clientLimits,
  upstreams: context.upstreams,
  clock: context.clock,
  nextId: context.nextId,
  log: forRequest(context.log, requestId),
});

/** Whose request it is, from the check of its key to its handler. */
const clients = new WeakMap<FastifyRequest, Client>();

export const rememberClient = (request: FastifyRequest, client: Client): void => void clients.set(request, client);

/** What a request sees, from its first byte to its last: the generation in force when it was handed to its route. */
export class RequestContext implements RouteContext {
  readonly #shared: Circumstances;
  readonly #client: Client;
  readonly #context: RelayContext;

  constructor(shared: Circumstances, request: FastifyRequest) {
    this.#shared = shared;
    this.#client = clients.get(request) ?? anyone;
    this.#context = aboutRequest(shared.live.current.context, request.id);
  }

  get config(): RelayContext['config'] {
    return this.#context.config;
  }

  get persona(): RelayContext['persona'] {
    return this.#context.persona;
  }

  get dialects(): RelayContext['dialects'] {
    return this.#context.dialects;
  }

  get remedies(): RelayContext['remedies'] {
    return this.#context.remedies;
  }

  /** As this client may see it. */
  get routing(): Routing {
    return routingSeenBy(this.#client, this.#context.routing);
  }

  get credentials(): RelayContext['credentials'] {
    return this.#context.credentials;
  }

  get usage(): RelayContext['usage'] {
    return this.#context.usage;
  }

  get clientLimits(): RelayContext['clientLimits'] {
    return this.#context.clientLimits;
  }

  get upstreams(): RelayContext['upstreams'] {
    return this.#context.upstreams;
  }

  get clock(): RelayContext['clock'] {
    return this.#context.clock;
  }

  get nextId(): RelayContext['nextId'] {
    return this.#context.nextId;
  }

  get log(): RelayContext['log'] {
    return this.#context.log;
  }

  get live(): LiveConfig {
    return this.#shared.live;
  }

  get store(): ConfigStore {
    return this.#shared.store;
  }

  get logging(): Logging {
    return this.#shared.logging;
  }

  get ledger(): UsageLedger {
    return this.#shared.usage.ledger;
  }

  get metrics(): Metrics {
    return this.#shared.usage.metrics;
  }

  get version(): string {
    return version;
  }

  get startedAt(): number {
    return this.#shared.startedAt;
  }

  readonly relay = (request: FastifyRequest, reply: FastifyReply, { dialect, operation, address, framing }: Ask): Promise<void> => {
    const { inFlight } = this.#shared;
    if (inFlight.draining) throw new ProxyError('shutting-down', 'This proxy is shutting down.', { retryAfterSeconds: 1 });
    const inbound = {
      dialect,
      operation,
      address,
      framing,
      client: this.#client,
      method: request.method,
      path: pathOf(request),
      headers: oneText(request.headers),
      pieces: piecesOf(request.body),
    };
    return exchange(this.#context, inbound, newHttpSink(reply, this.#context.persona.answers), inFlight);
  };
}
