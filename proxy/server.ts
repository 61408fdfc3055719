import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';

import Fastify from 'fastify';
import type { FastifyError, FastifyHttpOptions, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ClientErrors } from './client-errors.ts';
import { ProxyError } from './errors.ts';
import { limitHeads, unreadableHeadBytes } from './header-limits.ts';
import type { LateWrites } from './late-writes.ts';
import { readRequestBody } from './request-body.ts';

/** Certificate and key in PEM. */
export interface TlsFiles {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface ServerOptions {
  readonly maxBodyBytes: () => number;
  readonly clientErrors: ClientErrors;
  readonly lateWrites: LateWrites;
  readonly tls?: TlsFiles | undefined;
  readonly nextRequestId?: (() => string) | undefined;
  /** Answers a request whose path cannot be read, so that no route and no hook ever has it. */
  readonly unroutable: (error: Error, request: FastifyRequest, reply: FastifyReply) => Promise<void>;
}

/** A client's own id is taken when it is short and plain: it goes into log lines and an answer's header. */
const plainId = /^[\w.-]{1,64}$/;

/** The id that log lines and the header `wireproof-request-id` tell. The answer's `x-request-id` stays the upstream's. */
const requestIdOf = (request: IncomingMessage, next: () => string): string => {
  const own = request.headers['x-request-id'];
  return typeof own === 'string' && plainId.test(own) ? own : next();
};

const tellId = (request: FastifyRequest, reply: FastifyReply): void => {
  reply.raw.setHeader('wireproof-request-id', request.id);
};

/** What Fastify says of a path, in words that do not repeat it: it may be of any length. */
const pathProblem = (error: FastifyError): Error => {
  if (error.code !== 'FST_ERR_BAD_URL') return error;
  return new ProxyError('invalid-request', 'The path is no valid URL: expected UTF-8 with two hexadecimal digits behind each "%".');
};

const noSchemas = (): never => {
  throw new Error('routes of this proxy have no schemas');
};

/** A server without routes: its limits, its request ids, its way to read bodies. */
export const newServer = (parts: ServerOptions): FastifyInstance => {
  const { maxBodyBytes, clientErrors, lateWrites, tls, nextRequestId = randomUUID, unroutable } = parts;
  const http = { headersTimeout: 60_000, maxHeaderSize: unreadableHeadBytes, insecureHTTPParser: false };
  const options: FastifyHttpOptions<Server> = {
    logger: false,
    forceCloseConnections: true,
    requestTimeout: 300_000,
    genReqId: (request) => requestIdOf(request, nextRequestId),
    frameworkErrors: (error, request, reply) => {
      tellId(request, reply);
      void unroutable(pathProblem(error), request, reply);
    },
    clientErrorHandler: (error: Error, socket) => clientErrors.answer(error, socket),
    routerOptions: { maxParamLength: 1_000 },
    // Without it Fastify loads a compiler of schemas that nothing here uses: a sixth of the time to the first answer, and 4 MB.
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    http,
  };
  // The types of a server with TLS differ in nothing that is used of it.
  const app = Fastify(tls === undefined ? options : ({ ...options, https: { ...http, ...tls } } as FastifyHttpOptions<Server>));
  app.addHook('onRequest', (request, reply, done) => {
    tellId(request, reply);
    done();
  });
  clientErrors.watch(app.server);
  lateWrites.watch(app.server, tls !== undefined);
  limitHeads(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage, done) =>
    readRequestBody(payload, maxBodyBytes(), done),
  );
  return app;
};
