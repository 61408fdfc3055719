import { randomUUID } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { dialectOfPath } from './client-dialect.ts';
import { ClientErrors } from './client-errors.ts';
import { parseConfig } from './config/parse.ts';
import type { ParsedConfig } from './config/parse.ts';
import { loadModules } from './discovery.ts';
import { ProxyError } from './errors.ts';
import type { ErrorInfo } from './ir/chat.ts';
import { authDirectoryIn, memorySource } from './live/config-source.ts';
import type { ConfigSource } from './live/config-source.ts';
import type { ConfigStore } from './live/config-store.ts';
import type { LiveConfig } from './live/live-config.ts';
import { openLive } from './live/open-live.ts';
import type { LiveParts } from './live/open-live.ts';
import { readOnlyPlaces } from './live/read-only.ts';
import type { ReadOnlyPlace } from './live/read-only.ts';
import { closeShared } from './live/shared.ts';
import type { OpenOptions } from './live/shared.ts';
import type { Logging } from './logs/logging.ts';
import { LateWrites } from './late-writes.ts';
import { Masks } from './management/masks.ts';
import { serveManagement } from './management/serve.ts';
import type { ProxyOptions } from './options.ts';
import { nothingHere } from './nothing-here.ts';
import { nothingThere } from './personas/acting/nothing-there.ts';
import type { NothingThere } from './personas/acting/nothing-there.ts';
import { mannered } from './personas/acting/reply-policy.ts';
import { dialectNamed } from './relay/context.ts';
import type { RelayContext } from './relay/context.ts';
import { InFlight } from './relay/in-flight.ts';
import { sendError } from './relay/reply.ts';
import { aboutRequest, pathOf, RequestContext, rememberClient } from './route-context.ts';
import type { Circumstances } from './route-context.ts';
import type { Route } from './routes/route.ts';
import { newServer } from './server.ts';
import type { TlsFiles } from './server.ts';
import type { Usage } from './usage/usage.ts';
import { Sockets } from './websocket/sockets.ts';

const folder = (name: string): URL => new URL(`./${name}/`, import.meta.url);

const queryOf = (url: string | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams((url ?? '').split('?').slice(1).join('?')));

/** The answer to what failed outside of an exchange. Unforeseen errors keep their details to the log. */
const infoOf = (error: unknown): ErrorInfo => {
  if (error instanceof ProxyError) return error.toInfo();
  const status = (error as { readonly statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, message: (error as Error).message };
  return { status: 500, code: 'internal_server_error', message: 'The proxy failed to handle this request.' };
};

interface ErrorAnswers {
  readonly failed: (error: unknown, request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  readonly nothingHere: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

const errorAnswers = (current: () => RelayContext): ErrorAnswers => {
  const answer = (request: FastifyRequest, reply: FastifyReply, info: ErrorInfo): Promise<void> => {
    const path = pathOf(request);
    const context = current();
    context.log({
      level: 'info',
      message: 'request',
      fields: {
        event: 'request',
        requestId: request.id,
        method: request.method,
        path,
        status: info.status,
        end: 'refused',
        error: info.code,
      },
    });
    const hidden = info.code === 'not_found' ? nothingThere(context.persona) : undefined;
    if (hidden !== undefined) return giveNothing(reply, hidden);
    const dialect = dialectNamed(context, dialectOfPath(path, request.headers));
    const told = mannered(context, { dialect: dialect.id, info });
    return sendError(reply, dialect, told.info, told.body, told.headers);
  };
  const failed: ErrorAnswers['failed'] = async (error, request, reply) => {
    const info = infoOf(error);
    if (info.status >= 500 && !(error instanceof ProxyError))
      current().log({
        level: 'error',
        message: 'unforeseen error',
        fields: { event: 'internal-error', requestId: request.id, error: String((error as Error).stack) },
      });
    await answer(request, reply, info);
  };
  return { failed, nothingHere: (request, reply) => answer(request, reply, nothingHere(request).toInfo()) };
};

const giveNothing = async (reply: FastifyReply, { contentType, text }: NothingThere): Promise<void> => {
  if (contentType !== undefined) void reply.header('content-type', contentType);
  await reply.code(404).send(text);
};

/** Some builds let every page of every site read every answer (sheet S7). */
const addCrossOrigin = (app: FastifyInstance, current: () => RelayContext): void => {
  app.addHook('onRequest', (request, reply, done) => {
    if (current().persona.surface.crossOrigin === 'none') return done();
    reply.raw.setHeader('access-control-allow-origin', '*');
    if (request.method !== 'OPTIONS') return done();
    void reply.code(204).send();
  });
};

const addRoute = (app: FastifyInstance, route: Route, circumstances: Circumstances): void => {
  const { live } = circumstances;
  const admit = (request: FastifyRequest): void => {
    const { headers, query } = request;
    const isOpen = typeof route.open === 'function' ? route.open(live.current.context.persona) : route.open;
    if (!isOpen) rememberClient(request, live.current.checkKey({ headers, query: query as Readonly<Record<string, unknown>> }));
  };
  app.route({
    method: route.method,
    url: route.url,
    onRequest: (request, _reply, done) => {
      try {
        admit(request);
      } catch (error) {
        return done(error as Error);
      }
      done();
    },
    handler: (request, reply) => route.handle(new RequestContext(circumstances, request), request, reply),
  });
};

export interface RunningProxy {
  readonly app: FastifyInstance;
  readonly live: LiveConfig;
  readonly store: ConfigStore;
  readonly logging: Logging;
  readonly usage: Usage;
  /** Turns new exchanges away; resolves when those that run are done. */
  readonly drain: () => Promise<void>;
}

/** Where the configuration came from, and what only a process has. */
export interface OpenedFrom {
  readonly source: ConfigSource;
  /** The text that was parsed; default: what the source reads. */
  readonly text?: () => string;
  readonly tls?: TlsFiles | undefined;
}

const readOnlyNow = ({ live, store }: LiveParts): readonly ReadOnlyPlace[] =>
  store.path === undefined ? [] : readOnlyPlaces(store.path, authDirectoryIn(live.current.parsed, store.path));

const addManagement = (app: FastifyInstance, parts: LiveParts, circumstances: Circumstances, { source }: OpenedFrom): Promise<void> => {
  const masks = new Masks(randomUUID(), source.env ?? {});
  const readOnly = (): readonly ReadOnlyPlace[] => readOnlyNow(parts);
  return serveManagement(app, {
    now: parts.shared.clock.now,
    context: (request) => Object.assign(new RequestContext(circumstances, request), { masks, readOnly, providers: parts.shared.providers }),
    unforeseen: (error) => {
      const fields = { event: 'internal-error', error: String((error as Error).stack) };
      parts.logging.log({ level: 'error', message: 'unforeseen error', fields });
    },
  });
};

/** The source of a configuration of which nothing is left but what its check made of it. */
const sourceOf = ({ config, authFiles }: ParsedConfig): ConfigSource =>
  memorySource(config, (changed) => ({ ...parseConfig(changed), authFiles }));

/** The proxy from a configuration that has been checked. */
export const openProxy = async (
  parsed: ParsedConfig,
  options: OpenOptions,
  from: OpenedFrom = { source: sourceOf(parsed) },
): Promise<RunningProxy> => {
  const inFlight = new InFlight();
  const { source, text = source.read } = from;
  const parts = await openLive(parsed, { options, source, text, inFlight: () => inFlight.count });
  const { live, shared, store, logging } = parts;
  const clientErrors = new ClientErrors({
    envelope: (dialectId, info) => dialectNamed(shared, dialectId).encodeError(info),
    log: logging.log,
  });
  const maxBodyBytes = (): number => live.current.context.config['max-request-body-bytes'];
  const lateWrites = new LateWrites();
  const answers = errorAnswers(() => live.current.context);
  const app = newServer({
    maxBodyBytes,
    clientErrors,
    lateWrites,
    tls: from.tls,
    nextRequestId: options.nextRequestId,
    unroutable: answers.failed,
  });
  app.setErrorHandler(answers.failed);
  app.setNotFoundHandler(answers.nothingHere);
  addCrossOrigin(app, () => live.current.context);
  const routes = await loadModules<Route>(folder('routes'), 'route');
  const circumstances = { live, store, logging, usage: shared.usage, startedAt: shared.clock.now(), inFlight };
  for (const route of routes.values()) addRoute(app, route, circumstances);
  await addManagement(app, parts, circumstances, from);
  const sockets = new Sockets({
    context: () => aboutRequest(live.current.context, (options.nextRequestId ?? randomUUID)()),
    inFlight,
    checkKey: ({ headers, url }) => live.current.checkKey({ headers, query: queryOf(url) }),
    isOwed: clientErrors.isOwed,
  });
  sockets.listen(app.server);
  app.addHook('preClose', async () => {
    lateWrites.flush();
    // First, so that nobody takes what the sockets do next for a leaving of their clients.
    inFlight.abortAll();
    await sockets.close();
    await closeShared(shared);
  });
  return { app, live, store, logging, usage: shared.usage, drain: () => inFlight.drain().then(lateWrites.flush) };
};

/**
 * Builds the proxy; call `listen` or `inject` on what it returns. Closing it ends every request in flight and every upstream connection.
 * @throws ConfigError with all problems of the configuration.
 */
export const buildProxy = async (options: ProxyOptions): Promise<FastifyInstance> => {
  const authFiles = (options.authFiles ?? []).map((tree, index) => ({ where: `authFiles[${index}]`, tree }));
  const parse = (tree: unknown): ParsedConfig => parseConfig(tree, { authFiles });
  return (await openProxy(parse(options.config), options, { source: memorySource(options.config, parse) })).app;
};
