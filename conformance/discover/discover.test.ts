import { createServer, type IncomingMessage, type RequestListener, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { ToolError } from '../errors.ts';
import { claimPort } from '../targets/free-port.ts';
import { discover, type DiscoverOptions, type Discovery } from './discover.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

const listening = async (server: Server | HttpServer): Promise<string> => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** An HTTP server, and the lines of the requests that it got. */
const httpStub = async (answer: RequestListener) => {
  const seen: string[] = [];
  const server = createServer((req, res) => {
    seen.push(`${req.method ?? ''} ${req.url ?? ''}`);
    req.resume();
    req.on('end', () => answer(req, res));
  });
  const place = await listening(server);
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://${place}`, place, seen };
};

/** A socket that says whatever it likes. */
const rawStub = async (talk: (socket: Socket) => void): Promise<string> => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => talk(socket));
  });
  const place = await listening(server);
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  );
  return place;
};

const problemsOf = async (url: string, options: Partial<DiscoverOptions> = {}) => {
  const error = await discover({ url, ...options }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ToolError)) throw new Error(`no ToolError but ${String(error)}`);
  return { code: error.code, exit: error.exitCode, message: error.message, first: error.problems[0], count: error.problems.length };
};

const claimsOf = ({ claims }: Discovery): readonly string[] => claims.map(({ claim }) => claim);

const json =
  (body: unknown, status = 200): RequestListener =>
  (_req, res) =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const routed =
  (routes: Readonly<Record<string, RequestListener>>, otherwise: RequestListener): RequestListener =>
  (req: IncomingMessage, res) =>
    (routes[`${req.method ?? ''} ${req.url ?? ''}`] ?? otherwise)(req, res);

const unknownModel = json({ error: { message: 'The model `wireproof-no-such-model` does not exist', type: 'invalid_request_error' } }, 404);
const notFound = json({ detail: 'Not Found' }, 404);

describe('a proxy of one dialect', () => {
  const stub = () =>
    httpStub(
      routed(
        {
          'GET /v1/models': json({
            object: 'list',
            data: [{ id: 'text-embedding-3' }, { id: 'llama-3.3-70b', owned_by: 'meta' }, { id: 'bad\u202ename' }, { id: 7 }],
          }),
          'POST /v1/chat/completions': unknownModel,
        },
        notFound,
      ),
    );

  it('is proposed with what was seen, and is asked a dozen questions at most, none twice', async () => {
    const { url, seen } = await stub();
    const found = await discover({ url: `${url}/` });
    expect(claimsOf(found)).toEqual(['client:openai-chat', 'upstream:openai-chat', 'model-registry', 'gzip-requests']);
    expect(found.models).toEqual({ 'openai-chat': 'llama-3.3-70b' });
    expect(found.complete).toBe(true);
    expect(seen).toEqual([
      'GET /v1/models',
      'GET /health',
      'POST /v1/wireproof/no/such/endpoint',
      'POST /v1/chat/completions',
      'POST /v1/responses',
      'POST /v1/messages',
      'POST /v1beta/models/wireproof-no-such-model:generateContent',
      'POST /v1/chat/completions',
      'GET /v1/metrics/providers',
    ]);
    expect(found.notSeen.slice(0, 3)).toEqual([
      { claim: 'client:openai-responses', because: '404: no such endpoint' },
      { claim: 'client:anthropic-messages', because: '404: no such endpoint' },
      { claim: 'client:gemini-generate', because: '404: no such endpoint' },
    ]);
    expect(found.notes).toEqual([
      'GET /health → 404: no such endpoint, which does not mean that it is down',
      'Its list of models was not read whole: it has further pages, entries without a usable name, or too many of them.',
    ]);
  });
});

describe('a gateway that forwards whatever it is asked', () => {
  it('shows no dialect, because a path that does not exist is answered alike', async () => {
    const { url } = await httpStub(
      routed(
        { 'GET /v1/models': json({ data: [{ id: 'gpt-4.1-mini' }] }) },
        json({ error: { message: 'either x-config or x-provider header is required' } }, 400),
      ),
    );
    expect(await problemsOf(url)).toMatchObject({
      code: 'discovery-failed',
      exit: 3,
      message: 'nothing that the target answers shows a dialect',
      first: { where: 'GET /v1/models', actual: '200' },
      count: 8,
    });
  });
});

describe('a target that asks for a key', () => {
  const wantsKey =
    (right: string): RequestListener =>
    (req, res) =>
      req.headers.authorization === `Bearer ${right}`
        ? json({ data: [{ id: 'gpt-4.1-mini' }] })(req, res)
        : json({ error: { message: 'no' } }, 401)(req, res);

  it('is proposed with client-keys and as incomplete when there is none', async () => {
    const { url, seen } = await httpStub(wantsKey('right'));
    const found = await discover({ url });
    expect({ claims: claimsOf(found), complete: found.complete, notes: found.notes[0] }).toEqual({
      claims: ['client-keys'],
      complete: false,
      notes: 'The target asks for a key. Set WIREPROOF_KEY and run this again to see more.',
    });
    expect(seen).toEqual(['GET /v1/models', 'GET /health']);
  });

  it('is asked nothing more when it refuses the one that there is', async () => {
    const { url, seen } = await httpStub(wantsKey('right'));
    expect(await problemsOf(url, { key: 'wrong' })).toMatchObject({ code: 'discovery-failed', message: 'the target refuses the key' });
    expect(seen).toEqual(['GET /v1/models']);
  });
});

describe('a server that gives every request the same answer', () => {
  const same = async (answer: RequestListener) => {
    const { url } = await httpStub(answer);
    return problemsOf(url);
  };

  it('shows no dialect: 200, 404, 400, HTML, and the error that a proxy would give', async () => {
    const html: RequestListener = (_req, res) => void res.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>');
    const all = [
      json({}),
      json({}, 404),
      json({ error: { message: 'bad' } }, 400),
      html,
      unknownModel,
      json({ error: { message: 'x' } }, 502),
    ];
    expect(await Promise.all(all.map(async (answer) => (await same(answer)).message))).toEqual(
      all.map(() => 'nothing that the target answers shows a dialect'),
    );
  });

  it('shows no dialect: a redirect to itself, which is not followed', async () => {
    const { url, seen } = await httpStub((req, res) => void res.writeHead(302, { location: req.url ?? '/' }).end());
    expect((await problemsOf(url)).first).toMatchObject({ where: 'GET /v1/models', actual: '302 to /v1/models (not followed)' });
    expect(seen.length).toBe(8);
  });
});

it('an answer to what can only be refused shows no dialect, whatever it says', async () => {
  const { url } = await httpStub(routed({ 'POST /v1/chat/completions': json({ error: { message: 'not really' } }) }, notFound));
  expect((await problemsOf(url)).message).toBe('nothing that the target answers shows a dialect');
});

describe('what is no proxy at all', () => {
  it('a closed port', async () => {
    const { code, first } = await problemsOf(`http://127.0.0.1:${await claimPort(0)}`);
    expect([code, first?.actual, first?.hint]).toEqual(['discovery-failed', 'nothing listens there (ECONNREFUSED)', 'check host and port']);
  });

  it('bytes that are no HTTP', async () => {
    const place = await rawStub((socket) => socket.end(Buffer.from(Array.from({ length: 512 }, (_, index) => (index * 7) % 256))));
    const { first } = await problemsOf(`http://${place}`);
    expect([first?.actual.replace(/\(.*/, ''), first?.hint]).toEqual([
      'what it answers is not HTTP ',
      'if it speaks TLS, write https://; else this is no HTTP server',
    ]);
  });

  it('bytes that are no TLS', async () => {
    const place = await rawStub((socket) => socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'));
    const { first } = await problemsOf(`https://${place}`);
    expect([first?.actual, first?.hint]).toEqual([
      'what listens there does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
      'write http:// instead of https://',
    ]);
  });

  it('a header of ten megabytes', async () => {
    const place = await rawStub((socket) => socket.write(`HTTP/1.1 200 OK\r\nx-large: ${'x'.repeat(10 * 1024 * 1024)}`));
    const { first } = await problemsOf(`http://${place}`);
    expect(first?.actual).toBe('its headers are larger than 64 KiB (UND_ERR_HEADERS_OVERFLOW)');
  });

  it('answers without end are cut off at a megabyte, each', async () => {
    let written = 0;
    const endless: RequestListener = (_req, res) => {
      const chunk = 'x'.repeat(64 * 1024);
      const more = (): void => {
        while (!res.destroyed) {
          written += chunk.length;
          if (!res.write(chunk)) break;
        }
      };
      res.writeHead(200, { 'content-type': 'application/json' });
      res.on('drain', more);
      more();
    };
    const { url, seen } = await httpStub(endless);
    expect((await problemsOf(url)).first?.actual).toBe('200, its answer is larger than 1 MiB (ANSWER_TOO_LARGE)');
    expect(written).toBeLessThan(seen.length * 16 * 1024 * 1024);
  });

  it('silence is left after the bound of one question', async () => {
    const place = await rawStub(() => undefined);
    expect((await problemsOf(`http://${place}`, { oneWithinMs: 50 })).first?.actual).toBe('its answer did not end in time');
  });

  it('a server that hangs up', async () => {
    const place = await rawStub((socket) => socket.resetAndDestroy());
    expect((await problemsOf(`http://${place}`)).first?.actual).toBe('it reset the connection (ECONNRESET)');
  });

  it('is asked no more when it was stopped, and the question in flight ends then', async () => {
    const stop = new AbortController();
    const silent: RequestListener = () => stop.abort();
    const { url, seen } = await httpStub(routed({ 'GET /v1/models': json({ data: [] }) }, silent));
    const { message, count } = await problemsOf(url, { signal: stop.signal });
    expect([message, count, seen]).toEqual(['nothing that the target answers shows a dialect', 2, ['GET /v1/models', 'GET /health']]);
  });

  it('is asked no more when the time for all questions is over', async () => {
    const { url } = await httpStub(() => undefined);
    const { first, count } = await problemsOf(url, { allWithinMs: 50 });
    expect([first?.actual, count]).toEqual(['its answer did not end in time', 1]);
  });

  it('a URL that is none, or holds a key', async () => {
    expect((await problemsOf('ftp://example.org')).code).toBe('usage');
    expect((await problemsOf('http://user:secret@example.org')).message).not.toContain('secret');
  });
});
