/** The one HTTP server of a canary: status page, metrics and control are handed in as routes (issue 8). */
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';

import { isAllowedHost, isLoopback } from './allowed-host.ts';
import { securityHeaders } from './security-headers.ts';

/** Adds routes to the server. Called once, before it listens. */
export type Routes = (app: FastifyInstance) => void;

export interface ServeOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Of the installation; answers without a page of their own begin with it. */
  readonly title: string;
  readonly routes: readonly Routes[];
  /** Closes the server when it is aborted. */
  readonly signal: AbortSignal;
}

export interface Served {
  /** Origin without a trailing slash. */
  readonly url: string;
  /** Ends open streams too. May be called more than once. */
  readonly close: () => Promise<void>;
}

const bodyLimitBytes = 64 * 1_024;
const longestParameter = 1_000;
/** All times in milliseconds. A live stream says something every 15 s, so that it is never idle for so long. */
const timeouts = { requestTimeout: 10_000, connectionTimeout: 60_000, keepAliveTimeout: 10_000 };

const plainText = (reply: FastifyReply, status: number, title: string, text: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${title}: ${text}\n`);

const buildServer = ({ host, title, routes }: ServeOptions): FastifyInstance => {
  const loopback = isLoopback(host);
  const guard = (request: FastifyRequest, reply: FastifyReply): FastifyReply | undefined => {
    for (const [name, value] of securityHeaders) reply.header(name, value);
    if (loopback && !isAllowedHost(request.headers.host))
      return plainText(reply, 421, title, 'this address is served to this machine only');
    return undefined;
  };
  const refuse = (error: FastifyError, reply: FastifyReply): FastifyReply => {
    const status = error.statusCode ?? 500;
    // What went wrong inside is not for whoever asks: it can hold paths, or words of a target.
    return plainText(reply, status, title, status < 500 ? 'this request cannot be answered' : 'something went wrong here');
  };
  const app = Fastify({
    ...timeouts,
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: longestParameter },
    // An address that cannot be read comes past all hooks.
    frameworkErrors: (error, request, reply: FastifyReply) => void (guard(request, reply) ?? refuse(error, reply)),
  });
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => guard(request, reply));
  app.setNotFoundHandler((_request, reply) => plainText(reply, 404, title, 'there is nothing here'));
  app.setErrorHandler((error: FastifyError, _request, reply) => refuse(error, reply));
  for (const add of routes) add(app);
  return app;
};

const originOf = ({ address, port, family }: { readonly address: string; readonly port: number; readonly family: string }): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;

/** Serves until `close` or `signal`. Rejects with the system's error when the port cannot be had. */
export const serveCanary = async (options: ServeOptions): Promise<Served> => {
  options.signal.throwIfAborted();
  const app = buildServer(options);
  const close = async (): Promise<void> => {
    options.signal.removeEventListener('abort', closeSoon);
    await app.close();
  };
  const closeSoon = (): void => void close();
  try {
    await app.listen({ host: options.host, port: options.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  options.signal.addEventListener('abort', closeSoon, { once: true });
  if (options.signal.aborted) await close();
  const address = app.addresses()[0];
  if (address === undefined || typeof address === 'string') throw new Error('the server listens nowhere');
  return { url: originOf(address), close };
};
