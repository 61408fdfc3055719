import { createHash, timingSafeEqual } from 'node:crypto';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { isLoopback } from '../../status-page/allowed-host.ts';
import type { Routes } from '../../status-page/serve.ts';

/** What the routes do. Texts are sentences for people. */
export interface ControlActions {
  readonly pause: (because: string) => Promise<void>;
  readonly resume: () => Promise<void>;
  /** What is wrong with the new configuration; nothing: it is in force. */
  readonly reload: () => Promise<readonly string[]>;
  /** Why nothing is sent now; nothing: rounds are run. */
  readonly paused: () => Promise<string | undefined>;
  /** Why rounds cannot be run and written now; nothing: they can. */
  readonly unready: () => Promise<string | undefined>;
}

export interface ControlOptions {
  /** The address that is served. */
  readonly host: string;
  /** Shown as `Authorization: Bearer`; without one, only a server on a loopback address takes orders. */
  readonly token?: string;
  readonly actions: ControlActions;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Takes the same time whatever is compared. */
const isSame = (shown: string, wanted: string): boolean => timingSafeEqual(digest(shown), digest(wanted));

/** A page of somebody else's, open in a browser on this machine, may send requests here too. */
const isFromElsewhere = ({ headers }: FastifyRequest): boolean => {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  return origin !== undefined && origin !== `http://${host ?? ''}` && origin !== `https://${host ?? ''}`;
};

interface Refusal {
  readonly status: 401 | 403;
  readonly error: string;
}

const refusal = (request: FastifyRequest, { host, token }: ControlOptions): Refusal | undefined => {
  if (isFromElsewhere(request)) return { status: 403, error: 'requests of other sites are not taken' };
  if (token === undefined) {
    return isLoopback(host) ? undefined : { status: 403, error: 'there is no control token, so this is served on a loopback address only' };
  }
  const [, shown = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  return isSame(shown, token) ? undefined : { status: 401, error: 'the control token is needed: Authorization: Bearer …' };
};

const answer = (reply: FastifyReply, status: number, body: Readonly<Record<string, unknown>>): FastifyReply =>
  reply.code(status).header('cache-control', 'no-store').send(body);

const longestReason = 200;

const reasonIn = ({ body }: FastifyRequest): string => {
  const given = (body as { readonly reason?: unknown } | undefined)?.reason;
  return typeof given === 'string' && given.trim() !== '' ? `paused: ${given.slice(0, longestReason)}` : 'paused through /-/pause';
};

/** `GET /-/healthy` and `/-/ready` for whoever watches the canary; `POST /-/pause`, `/-/resume`, `/-/reload` for who may command it. */
export const controlRoutes =
  (options: ControlOptions): Routes =>
  (app) => {
    const { actions } = options;
    const order = (path: string, act: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>): void => {
      app.post(path, async (request, reply) => {
        const refused = refusal(request, options);
        if (refused === undefined) return act(request, reply);
        if (refused.status === 401) reply.header('www-authenticate', 'Bearer realm="control"');
        return answer(reply, refused.status, { error: refused.error });
      });
    };
    const state = async (): Promise<Readonly<Record<string, unknown>>> => {
      const because = await actions.paused();
      return because === undefined ? { paused: false } : { paused: true, because };
    };
    app.get('/-/healthy', async (_request, reply) => answer(reply, 200, { healthy: true }));
    app.get('/-/ready', async (_request, reply) => {
      const because = await actions.unready();
      if (because !== undefined) return answer(reply, 503, { ready: false, because });
      return answer(reply, 200, { ready: true, ...(await state()) });
    });
    order('/-/pause', async (request, reply) => {
      await actions.pause(reasonIn(request));
      return answer(reply, 200, await state());
    });
    order('/-/resume', async (_request, reply) => {
      await actions.resume();
      return answer(reply, 200, await state());
    });
    order('/-/reload', async (_request, reply) => {
      const problems = await actions.reload();
      return problems.length === 0 ? answer(reply, 200, { reloaded: true }) : answer(reply, 422, { reloaded: false, problems });
    });
  };
