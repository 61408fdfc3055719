/** The status page as routes for `serveCanary`: pages, their files, the live line, badges (issue 8). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { CanaryClock } from '../canary/clock.ts';
import { targetBadge } from './badge.ts';
import { newLiveStream, type LiveStream } from './live/live-stream.ts';
import { watchHistory } from './live/watch-history.ts';
import { loadPage } from './load-page.ts';
import { awayText, noticesOf } from './model/notices.ts';
import type { ReadHistory } from './model/source.ts';
import { ownFile, ownFiles } from './own-files.ts';
import { newPageCache, type PageCache } from './page-cache.ts';
import { servedLinks, type Place } from './place.ts';
import { renderPage } from './render.tsx';
import type { Routes } from './serve.ts';
import type { Watched } from './watched.ts';

export interface StatusPageOptions {
  readonly history: ReadHistory;
  /** Asked for each page, so that a reload of the configuration shows at once. */
  readonly watched: () => Watched;
  readonly clock: CanaryClock;
}

interface Parts extends StatusPageOptions {
  readonly live: LiveStream;
  readonly cache: PageCache;
}

/** Names of a query may come several times; then the first counts. */
const queryOf = (query: unknown): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries((query ?? {}) as Record<string, unknown>).flatMap(([name, value]) => {
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return typeof first === 'string' ? [[name, first]] : [];
    }),
  );

const knownNames = ['state', 'label', 'q', 'page', 'range', 'scenario', 'after', 'target'] as const;

/** No name in a history has it, and PostgreSQL would refuse the question: that must not look like a history that is away. */
const withoutNul = (text: string): string => text.replaceAll('\0', '\ufffd');

/** Only what pages understand: anything else would fill the cache with copies. */
const placeOf = (path: readonly string[], query: unknown): Place => {
  const given = queryOf(query);
  const known = knownNames.flatMap((name) => (given[name] === undefined ? [] : [[name, withoutNul(given[name])] as const]));
  return { path: path.map(withoutNul), query: Object.fromEntries(known) };
};

const makePage = async ({ history, watched, clock, live }: Parts, place: Place): Promise<string | undefined> => {
  const now = clock.now();
  const liveSince = live.id();
  const seen = watched();
  const [model, notices] = await Promise.all([loadPage({ history, watched: seen, now }, place), noticesOf(history, seen)]);
  return model === undefined ? undefined : renderPage(model, { links: servedLinks(place), now, title: seen.title, liveSince, notices });
};

const sendPage = async (parts: Parts, reply: FastifyReply, place: Place): Promise<FastifyReply> => {
  let page: string | undefined;
  try {
    page = await parts.cache.get(JSON.stringify([place.path, place.query]), () => makePage(parts, place));
  } catch {
    return reply.code(503).header('retry-after', '5').type('text/plain; charset=utf-8').send(awayText(parts.history));
  }
  if (page === undefined)
    return reply.code(404).type('text/plain; charset=utf-8').send('There is no such page, or it is not kept any more.\n');
  return reply.type('text/html; charset=utf-8').send(page);
};

const addPages = (app: FastifyInstance, parts: Parts): void => {
  app.get('/', (request, reply) => sendPage(parts, reply, placeOf([], request.query)));
  for (const list of ['incidents', 'rows']) app.get(`/${list}`, (request, reply) => sendPage(parts, reply, placeOf([list], request.query)));
  for (const kind of ['targets', 'rows', 'incidents', 'rounds', 'results'])
    app.get<{ Params: { id: string } }>(`/${kind}/:id`, (request, reply) =>
      sendPage(parts, reply, placeOf([kind, request.params.id], request.query)),
    );
};

const addOwnFiles = (app: FastifyInstance): void => {
  for (const name of ownFiles) {
    const file = ownFile(name);
    if (file !== undefined) app.get(`/assets/${name}`, (_request, reply) => reply.type(file.type).send(file.text));
  }
};

const lastSeen = (request: FastifyRequest): string | undefined => {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' ? header : queryOf(request.query)['since'];
};

const addLiveLine = (app: FastifyInstance, live: LiveStream): void => {
  app.get('/events', { exposeHeadRoute: false }, (request, reply) => {
    if (live.listeners() >= live.most) {
      void reply.code(503).header('retry-after', '30').type('text/plain; charset=utf-8').send('Too many pages are open.\n');
      return;
    }
    // It waits behind another answer of its connection, maybe for ever: nobody would tell us when the connection ends.
    if (reply.raw.socket === null) {
      void reply.code(503).type('text/plain; charset=utf-8').send('Ask for it on a connection of its own.\n');
      return;
    }
    reply.hijack();
    live.add(reply.raw, lastSeen(request));
  });
};

const addBadges = (app: FastifyInstance, { history, watched }: Parts): void => {
  app.get<{ Params: { file: string } }>('/badge/:file', async (request, reply) => {
    const name = request.params.file.replace(/\.svg$/, '');
    const badge = await targetBadge(history, watched(), name);
    if (badge === undefined) return reply.callNotFound();
    // A README stands elsewhere, and browsers ask for its pictures themselves.
    return reply.type('image/svg+xml').header('cross-origin-resource-policy', 'cross-origin').send(badge);
  });
};

/** Everything stops with the server. */
export const statusPageRoutes =
  (options: StatusPageOptions): Routes =>
  (app) => {
    const { clock, history } = options;
    const live = newLiveStream(clock);
    const cache = newPageCache(clock.now);
    const parts = { ...options, live, cache };
    const watch = watchHistory({
      history,
      clock,
      onRound: (target) => {
        cache.clear();
        live.changed(target);
      },
    });
    addPages(app, parts);
    addOwnFiles(app);
    addLiveLine(app, live);
    addBadges(app, parts);
    app.addHook('preClose', (done) => {
      watch.stop();
      live.close();
      done();
    });
  };
