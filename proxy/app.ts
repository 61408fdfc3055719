import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { dialectOfPath } from './client-dialect.ts';
import { newKeyCheck } from './client-keys.ts';
import { systemClock } from './clock.ts';
import { parseConfig } from './config/parse.ts';
import type { ParsedConfig } from './config/parse.ts';
import { describeProblem } from './config/problem.ts';
import type { Dialect } from './dialects/dialect.ts';
import { loadFolders, loadModules } from './discovery.ts';
import { ProxyError } from './errors.ts';
import type { ErrorInfo } from './ir/chat.ts';
import { didYouMean } from './nearest.ts';
import type { ProxyLogLine, ProxyOptions } from './options.ts';
import type { Provider } from './providers/provider.ts';
import { dialectNamed } from './relay/context.ts';
import type { RelayContext } from './relay/context.ts';
import { exchange } from './relay/exchange.ts';
import { newHttpSink } from './relay/http-sink.ts';
import { InFlight } from './relay/in-flight.ts';
import { sendError } from './relay/reply.ts';
import { openUpstreams } from './relay/send.ts';
import type { Remedy } from './remedies/remedy.ts';
import { readRequestBody } from './request-body.ts';
import type { Route, RouteContext } from './routes/route.ts';
import { createRouting } from './routing/routing.ts';
import { version } from './version.ts';
import { Sockets } from './websocket/sockets.ts';

const folder = (name: string): URL => new URL(`./${name}/`, import.meta.url);

const loadRemedies = (): Promise<ReadonlyMap<string, Remedy>> => loadModules<Remedy>(folder('remedies'), 'remedy');

const enabled = (remedies: ReadonlyMap<string, Remedy>, off: readonly string[]): readonly Remedy[] =>
  [...remedies.values()].filter(({ id }) => !off.includes(id));

const loadContext = async (parsed: ParsedConfig, options: Omit<ProxyOptions, 'config' | 'authFiles'>): Promise<RelayContext> => {
  const [dialects, providers, remedies] = await Promise.all([
    loadFolders<Dialect>(folder('dialects')),
    loadModules<Provider>(folder('providers'), 'provider'),
    loadRemedies(),
  ]);
  const { config } = parsed;
  const clock = options.clock ?? systemClock;
  return {
    config,
    dialects,
    remedies: enabled(remedies, config.remedies.off),
    routing: createRouting(parsed, providers, clock),
    upstreams: openUpstreams({ silenceMs: config['request-timeout-seconds'] * 1000 }),
    clock,
    nextId: options.nextId ?? randomUUID,
    log: options.onLog ?? ((_line: ProxyLogLine) => undefined),
  };
};

const logWarnings = ({ config, warnings }: ParsedConfig, log: RelayContext['log']): void => {
  for (const warning of warnings) log({ level: 'warn', message: describeProblem(warning), fields: { event: 'config-warning' } });
  if (config['api-keys'].length > 0) return;
  log({ level: 'warn', message: 'api-keys is empty: everybody who reaches this proxy may use it', fields: { event: 'open-proxy' } });
};

const logUnknownModels = ({ config, routing, log }: RelayContext): void => {
  const { fallback, 'body-limits': limits } = config;
  const known = routing.listed().map(({ id }) => id);
  for (const model of new Set([...Object.entries(fallback).flat(2), ...Object.keys(limits)])) {
    if (routing.knows(model)) continue;
    const { hint } = didYouMean(model, known);
    const message = `fallback and body-limits: expected models that are served, got "${model}"${hint === undefined ? '' : ` (${hint})`}`;
    log({ level: 'warn', message, fields: { event: 'config-warning' } });
  }
};

const pathOf = ({ raw }: FastifyRequest): string => (raw.url ?? '/').split('?', 1)[0] ?? '/';

const queryOf = (url: string | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams((url ?? '').split('?').slice(1).join('?')));

/** The answer to what failed outside of an exchange. Unforeseen errors keep their details to the log. */
const infoOf = (error: unknown): ErrorInfo => {
  if (error instanceof ProxyError) return error.toInfo();
  const status = (error as { readonly statusCode?: unknown }).statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) return { status, message: (error as Error).message };
  return { status: 500, code: 'internal_server_error', message: 'The proxy failed to handle this request.' };
};

const addErrorAnswers = (app: FastifyInstance, context: RelayContext): void => {
  const answer = (request: FastifyRequest, reply: FastifyReply, info: ErrorInfo): Promise<void> => {
    const path = pathOf(request);
    context.log({
      level: 'info',
      message: 'request',
      fields: { event: 'request', method: request.method, path, status: info.status, end: 'refused', error: info.code },
    });
    return sendError(reply, dialectNamed(context, dialectOfPath(path, request.headers)), info);
  };
  app.setErrorHandler(async (error, request, reply) => {
    const info = infoOf(error);
    if (info.status >= 500)
      context.log({
        level: 'error',
        message: 'unforeseen error',
        fields: { event: 'internal-error', error: String((error as Error).stack) },
      });
    await answer(request, reply, info);
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `There is no ${request.method} ${pathOf(request).slice(0, 200)} here.`;
    return answer(request, reply, new ProxyError('not-found', message).toInfo());
  });
};

const addRoute = (app: FastifyInstance, route: Route, context: RouteContext, checkKey: ReturnType<typeof newKeyCheck>): void => {
  app.route({
    method: route.method,
    url: route.url,
    onRequest: async ({ headers, query }) => {
      if (!route.open) checkKey({ headers, query: query as Readonly<Record<string, unknown>> });
    },
    handler: (request, reply) => route.handle(context, request, reply),
  });
};

const oneText = (headers: FastifyRequest['headers']): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));

const newRouteContext = (context: RelayContext, inFlight: InFlight): RouteContext => ({
  ...context,
  version,
  startedAt: context.clock.now(),
  relay: (request, reply, ask) => {
    if (inFlight.draining) throw new ProxyError('shutting-down', 'This proxy is shutting down.', { retryAfterSeconds: 1 });
    const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const inbound = { ...ask, method: request.method, path: pathOf(request), headers: oneText(request.headers), bytes };
    return exchange(context, inbound, newHttpSink(reply), inFlight);
  },
});

const newServer = (config: ParsedConfig['config']): FastifyInstance => {
  const app = Fastify({
    logger: false,
    forceCloseConnections: true,
    requestTimeout: 300_000,
    routerOptions: { maxParamLength: 1_000 },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage) =>
    readRequestBody(payload, config['max-request-body-bytes']),
  );
  return app;
};

export interface RunningProxy {
  readonly app: FastifyInstance;
  readonly config: ParsedConfig['config'];
  /** Turns new exchanges away; resolves when those that run are done. */
  readonly drain: () => Promise<void>;
}

/** The proxy from a configuration that has been checked. */
export const openProxy = async (parsed: ParsedConfig, options: Omit<ProxyOptions, 'config' | 'authFiles'>): Promise<RunningProxy> => {
  const context = await loadContext(parsed, options);
  logWarnings(parsed, context.log);
  logUnknownModels(context);
  const inFlight = new InFlight();
  const app = newServer(parsed.config);
  addErrorAnswers(app, context);
  const routes = await loadModules<Route>(folder('routes'), 'route');
  const checkKey = newKeyCheck(parsed.config['api-keys']);
  const routeContext = newRouteContext(context, inFlight);
  for (const route of routes.values()) addRoute(app, route, routeContext, checkKey);
  const sockets = new Sockets({ context, inFlight, checkKey: ({ headers, url }) => checkKey({ headers, query: queryOf(url) }) });
  sockets.listen(app.server);
  app.addHook('preClose', async () => {
    const closed = sockets.close();
    inFlight.abortAll();
    await Promise.all([closed, context.upstreams.close()]);
  });
  return { app, config: parsed.config, drain: () => inFlight.drain() };
};

/**
 * Builds the proxy; call `listen` or `inject` on what it returns. Closing it ends every request in flight and every upstream connection.
 * @throws ConfigError with all problems of the configuration.
 */
export const buildProxy = async (options: ProxyOptions): Promise<FastifyInstance> => {
  const authFiles = (options.authFiles ?? []).map((tree, index) => ({ where: `authFiles[${index}]`, tree }));
  return (await openProxy(parseConfig(options.config, { authFiles }), options)).app;
};
