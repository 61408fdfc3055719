import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { ConfigError } from '../config/problem.ts';
import type { ConfigProblem } from '../config/problem.ts';
import { loadModules } from '../discovery.ts';
import { ProxyError } from '../errors.ts';
import { BrokenFileError } from '../live/config-store.ts';
import { Bans } from '../personas/acting/ban.ts';
import type { ManagementPolicy } from '../personas/persona.ts';
import { piecesOf } from '../request-body.ts';
import { BackOff } from './back-off.ts';
import { admit, refuseWhenOff } from './gate.ts';
import { KeyVerifier } from './key-verifier.ts';
import { PlainText } from './management-route.ts';
import type { ManagementContext, ManagementHandler, ManagementMethod, ManagementRequest, ManagementRoute } from './management-route.ts';

const root = '/v0/management';
const endpoints = new URL('./endpoints/', import.meta.url);

/** The management API's own envelope: the words of the page's product where it has some, and a code to match on. */
interface Problem {
  readonly error: string;
  readonly code?: string;
  readonly problems?: readonly ConfigProblem[];
}

const problemOf = (error: ProxyError, errors: ManagementPolicy['errors']): Problem => ({
  ...error.data,
  error: error.message,
  ...(errors === 'with-code' && { code: error.code.replaceAll('-', '_') }),
});

const asRefusal = (error: unknown): { readonly refusal: ProxyError; readonly problems?: readonly ConfigProblem[] } | undefined => {
  if (error instanceof ProxyError) return { refusal: error };
  if (error instanceof BrokenFileError) {
    const message = 'the configuration file on the disk is wrong, so it cannot be edited; mend it, or replace it with PUT config.yaml';
    return { refusal: new ProxyError('config-file-broken', message), problems: error.problems };
  }
  if (!(error instanceof ConfigError)) return undefined;
  return { refusal: new ProxyError('config-invalid', 'the configuration would be wrong; nothing was changed'), problems: error.problems };
};

const queryOf = (query: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(query as Readonly<Record<string, unknown>>).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );

const requestOf = (raw: FastifyRequest): ManagementRequest => ({
  query: queryOf(raw.query),
  text: Buffer.concat(piecesOf(raw.body)).toString('utf8'),
  raw,
});

export interface ManagementParts {
  readonly context: (request: FastifyRequest) => ManagementContext;
  readonly now: () => number;
  /** Logs what nobody foresaw, and answers 500. */
  readonly unforeseen: (error: unknown) => void;
}

/** Nothing that comes from the management API may be kept by a cache, and nothing in it be taken for a page. */
const answerHeaders = (version: string, { headers }: ManagementPolicy): Readonly<Record<string, string>> => ({
  ...(headers === 'wireproof-version' ? { 'x-wireproof-version': version } : headers),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
});

const giveProblem = async (reply: FastifyReply, { context, unforeseen }: ManagementParts, error: unknown): Promise<void> => {
  const refused = asRefusal(error);
  if (refused === undefined) unforeseen(error);
  const { refusal, problems } = refused ?? { refusal: undefined, problems: undefined };
  const { log, live, version, persona } = context(reply.request);
  const policy = persona.management;
  const status = refusal?.status ?? 500;
  const retryAfter = refusal?.retryAfterSeconds;
  // Switched off, it must look as if it were not there.
  const off = live.current.parsed.config['remote-management']['secret-key'] === '';
  const path = (reply.request.raw.url ?? '').split('?', 1)[0];
  const about = { method: reply.request.method, path, status, code: refusal?.code };
  log({ level: 'info', message: 'management request', fields: { event: 'management', ...about } });
  if (off && policy.whenOff === 'empty') return void (await reply.code(404).send(''));
  await reply
    .code(status)
    .headers({
      ...(off ? {} : answerHeaders(version, policy)),
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      'content-type': 'application/json; charset=utf-8',
    })
    .send(
      JSON.stringify({
        ...(refusal === undefined
          ? { error: 'The proxy failed to handle this request.', code: 'internal_server_error' }
          : problemOf(refusal, policy.errors)),
        ...(problems !== undefined && { problems }),
      }),
    );
};

const giveAnswer = async (reply: FastifyReply, { version, log, persona }: ManagementContext, answer: unknown): Promise<void> => {
  const path = (reply.request.raw.url ?? '').split('?', 1)[0];
  log({ level: 'info', message: 'management request', fields: { event: 'management', method: reply.request.method, path, status: 200 } });
  const [contentType, text] =
    answer instanceof PlainText ? [answer.contentType, answer.text] : ['application/json', JSON.stringify(answer)];
  await reply
    .code(200)
    .headers({ ...answerHeaders(version, persona.management), 'content-type': `${contentType}; charset=utf-8` })
    .send(text);
};

const methodsOf = (routes: readonly ManagementRoute[]): ManagementMethod[] => [
  ...new Set(routes.flatMap(({ methods }) => Object.keys(methods) as ManagementMethod[])),
];

/** Of the endpoint that is meant, whichever characters of it were escaped. */
const pathOf = ({ raw }: FastifyRequest): string => {
  const path = (raw.url ?? '').split('?', 1)[0] ?? '';
  try {
    return path.includes('%') ? decodeURI(path) : path;
  } catch {
    return path;
  }
};

/** Adds the management API to a server. Whether it answers is looked up in the configuration in force at each request. */
export const serveManagement = async (app: FastifyInstance, parts: ManagementParts): Promise<void> => {
  const backOff = new BackOff(parts.now);
  const bans = new Bans(parts.now);
  const verifier = new KeyVerifier();
  const gate = (request: FastifyRequest): Promise<void> =>
    admit(
      {
        config: () => parts.context(request).live.current.parsed.config,
        guessing: () => parts.context(request).persona.management.guessing,
        backOff,
        bans,
        verifier,
      },
      request,
    );
  const routes = [...(await loadModules<ManagementRoute>(endpoints, '')).values()];
  const byPath = new Map(routes.map((route) => [`${root}/${route.path}`, route]));
  const endpointOf = (request: FastifyRequest): ManagementRoute | undefined => byPath.get(pathOf(request));
  const handlerOf = (request: FastifyRequest): ManagementHandler | undefined => {
    const endpoint = endpointOf(request);
    if (endpoint === undefined || parts.context(request).persona.management.absent.includes(endpoint.path)) return undefined;
    return endpoint.methods[request.method === 'HEAD' ? 'GET' : (request.method as ManagementMethod)];
  };
  app.route({
    // One route for all: a server with a route per endpoint and method takes three times as long to start.
    method: methodsOf(routes),
    url: `${root}/*`,
    // Before the body is read, and before anything else of the request is looked at.
    onRequest: async (request, reply) => {
      if (handlerOf(request) === undefined) reply.callNotFound();
      else if (endpointOf(request)?.isOpen) refuseWhenOff(parts.context(request).live.current.parsed.config);
      else await gate(request);
    },
    errorHandler: (error, _request, reply) => void giveProblem(reply, parts, error),
    handler: async (request, reply) => {
      const handle = handlerOf(request);
      if (handle === undefined) return reply.callNotFound();
      const context = parts.context(request);
      await giveAnswer(reply, context, await handle(context, requestOf(request)));
      return reply;
    },
  });
};
