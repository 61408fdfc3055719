import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { hostileTargets } from '../suite/canary/hostile-target.ts';
import { exitCodeOf } from './verdict.ts';
import { triage, type Triage, type TriageOptions } from './triage.ts';
import { triageJson } from './triage-json.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const listening = async (server: Server): Promise<string> => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** Answers whatever it is asked with these bytes, and hangs up unless it is to keep the line. */
const raw = (bytes: string | Buffer, ending: 'end' | 'keep' = 'end'): Promise<string> =>
  listening(
    createServer((socket) => {
      socket.once('data', () => (ending === 'end' ? socket.end(bytes) : socket.write(bytes)));
    }),
  );

const http = (handle: RequestListener): Promise<string> => listening(createHttpServer(handle));

const look = (url: string, more: Partial<TriageOptions> = {}): Promise<Triage> =>
  triage({ url, key: 'wireproof-key-of-a-caller', ...more });

const verdict = (found: Triage) => ({ exit: exitCodeOf(found.verdict), says: found.verdict.says });

describe('a target that is no proxy', () => {
  it('refuses the connection', async () => {
    const url = await raw('');
    await closers.pop()?.();
    const found = await look(url);
    expect(verdict(found)).toEqual({ exit: 3, says: 'no answer: GET /health → nothing listens there (ECONNREFUSED)' });
    expect(found.named.map(({ row, weight }) => [row, weight])).toEqual([
      ['startup', 'possible'],
      [4, 'possible'],
    ]);
    expect(found.spent.requests).toBe(1);
  });

  it('answers with garbage instead of HTTP', async () => {
    const found = await look(await raw('\x1b[31mSSH-2.0-OpenSSH_9.6\r\n'));
    expect(verdict(found)).toEqual({ exit: 3, says: 'no answer: GET /health → what it answers is not HTTP (HTTPParserError)' });
  });

  it('answers with ten megabytes of headers', async () => {
    const found = await look(await raw(`HTTP/1.1 200 OK\r\n${`x-filler: ${'a'.repeat(1000)}\r\n`.repeat(10_000)}\r\n`));
    expect(verdict(found)).toEqual({
      exit: 3,
      says: 'no answer: GET /health → its headers are larger than 64 KiB (UND_ERR_HEADERS_OVERFLOW)',
    });
  });

  it('never answers', async () => {
    const found = await look(await raw('', 'keep'), { oneWithinMs: 200 });
    expect(verdict(found)).toEqual({ exit: 3, says: 'no answer: GET /health → its answer did not end in time' });
    expect(found.spent.requests).toBe(2);
  });

  it('speaks plain HTTP where TLS was asked for', async () => {
    const url = await http((_req, res) => res.end('{}'));
    const found = await look(url.replace('http:', 'https:'));
    expect(verdict(found)).toEqual({
      exit: 3,
      says: expect.stringMatching(/^no answer: GET \/health → what listens there does not speak TLS/) as string,
    });
  });

  it('streams without an end', async () => {
    let sent = 0;
    const url = await http((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json' });
      const piece = Buffer.alloc(64 * 1024, '[');
      const more = (): void => {
        while (!res.destroyed && res.write(piece)) sent += piece.byteLength;
        if (!res.destroyed) res.once('drain', more);
      };
      more();
    });
    const found = await look(url);
    expect(verdict(found)).toEqual({
      exit: 3,
      says: 'no more was asked after: GET /health → 200 its answer is larger than 1 MiB (ANSWER_TOO_LARGE)',
    });
    // A few questions of 1 MiB each, and what sockets hold.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  it('answers everything with an event stream without an end', async () => {
    const target = await hostileTargets['a stream without an end']();
    closers.push(target.stop);
    const found = await look(target.url);
    expect(verdict(found)).toEqual({
      exit: 3,
      says: 'no more was asked after: GET /health → 200 its answer is larger than 1 MiB (ANSWER_TOO_LARGE)',
    });
    expect(target.sentBytes()).toBeLessThan(64 * 1024 * 1024);
  });

  it('ends the TLS handshake, because it has no certificate', async () => {
    const target = await hostileTargets['TLS without a certificate']();
    closers.push(target.stop);
    const found = await look(target.url);
    expect(verdict(found)).toEqual({ exit: 3, says: expect.stringMatching(/^no answer: GET \/health → .*\(ERR_SSL_\w+\)$/) as string });
    expect(found.unseen).toContain('What stands behind the TLS connection, which did not come about.');
  });

  it('redirects in a circle, which nobody follows', async () => {
    const paths: string[] = [];
    const url = await http((req, res) => {
      paths.push(`${req.method} ${req.url}${req.headers.authorization === undefined ? ' without the key' : ''}`);
      res.writeHead(307, { location: req.url ?? '/' }).end();
    });
    const found = await look(url);
    expect(found.named.map(({ row, weight, cause }) => [row, weight, cause.slice(0, 27)])).toEqual([
      ['startup', 'likely', 'It redirects to /v1/models;'],
    ]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('sends binary with terminal escapes, of which none gets out', async () => {
    const bytes = Buffer.concat([Buffer.from('\x1b]0;owned\x07\x1b[2J'), Buffer.from([0, 255, 254, 128])]);
    const url = await http((_req, res) => res.writeHead(404, { 'content-type': 'application/octet-stream' }).end(bytes));
    const found = await look(url);
    expect(found.verdict).toEqual({ kind: 'named', says: 'something else than an LLM proxy answers here' });
    // eslint-disable-next-line no-control-regex
    expect(JSON.stringify(triageJson(found)).match(/\\u00(?:1b|07|00)/g)).toBeNull();
    expect(triageJson(found).steps[0]?.answer).toMatch(/^404 \\x1b\]0;owned\\x07\\x1b\[2J\\x00/);
  });

  it('is an ingress whose backend is not there', async () => {
    const url = await http((_req, res) =>
      res.writeHead(502, { 'content-type': 'text/html', server: 'nginx' }).end('<html><h1>502 Bad Gateway</h1></html>'),
    );
    expect(verdict(await look(url))).toEqual({ exit: 1, says: 'what stands in front cannot reach the proxy' });
  });

  it('is a web page', async () => {
    const url = await http((_req, res) => res.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'));
    expect(verdict(await look(url))).toEqual({ exit: 1, says: 'a web page answers, and no proxy' });
  });

  it('says {} to everything, which is no health', async () => {
    const management: unknown[] = [];
    const url = await http((req, res) => {
      if (req.url?.startsWith('/v0/') === true) management.push([req.method, req.url, req.headers.authorization]);
      res.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    expect(verdict(await look(url))).toEqual({ exit: 1, says: 'something else than an LLM proxy answers here' });
    expect(management).toEqual([['GET', '/v0/management/oauth-callback', undefined]]);
  });

  it('is asked no more when all the time is over', async () => {
    const url = await raw('', 'keep');
    const found = await look(url, { allWithinMs: 100, oneWithinMs: 30_000 });
    expect(verdict(found).exit).toBe(3);
    expect(found.unasked.map(({ because }) => because)).toEqual(['the time was over']);
  });
});

describe('what is asked of any target', () => {
  it('shows a refused key once, asks the management API nothing then, and tells the key to nobody', async () => {
    const key = 'wireproof-key-of-a-caller';
    const shown: string[] = [];
    const management: (string | undefined)[] = [];
    const url = await http((req, res) => {
      if (JSON.stringify(req.headers).includes(key)) shown.push(`${req.method} ${req.url}`);
      if (JSON.stringify(req.headers).includes('your-api-key')) shown.push('a key of the example file');
      if (req.url?.startsWith('/v0/') === true) management.push(req.headers.authorization);
      res.writeHead(401, { 'content-type': 'application/json' }).end(JSON.stringify({ error: `Invalid API key ${key}` }));
    });
    const found = await look(url);
    expect(verdict(found)).toEqual({ exit: 1, says: 'the client key is refused' });
    expect(shown).toEqual(['GET /v1/models']);
    expect(management).toEqual([]);
    expect(JSON.stringify(triageJson(found))).not.toContain(key);
  });

  it('stays within its tokens where answers are longer than they have room for', async () => {
    const usage = { prompt_tokens: 4, completion_tokens: 500 };
    const lists = { data: ['gpt-4.1', 'a/gpt-4.1', 'b/gpt-4.1', 'c/gpt-4.1', 'd/gpt-4.1'].map((id) => ({ id, owned_by: 'openai' })) };
    const answers = { choices: [{ message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }], usage };
    const url = await http((req, res) => {
      const say = (status: number, json: unknown): void =>
        void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
      let asked = '';
      req.on('data', (chunk: Buffer) => void (asked += chunk.toString('utf8')));
      req.on('end', () => {
        if (req.url === '/v1/models') return say(200, lists);
        if (req.url !== '/v1/chat/completions') return say(404, { error: { message: 'no such route' } });
        const unknown = asked.includes('wireproof-no-such-model');
        return unknown ? say(404, { error: { message: 'no such model', code: 'model_not_found' } }) : say(200, answers);
      });
    });
    const found = await look(url);
    expect(found.spent.tokens).toBe(4 * 504);
    expect(found.unasked[0]?.because).toMatch(/^484 of 2500 tokens are left, this request may cost 5\d\d$/);
  });

  it.each([
    ['its own', (key: string) => key.endsWith('-of-a-caller'), ['models-with-example-keys']],
    ['any', (key: string) => key !== '', ['models-with-example-keys', 'models-with-invented-key']],
    ['none', () => true, []],
  ] as const)('tries keys that everybody knows on a proxy that wants %s key', async (_name, isTaken, asked) => {
    const url = await http((req, res) => {
      const key = (req.headers.authorization ?? '').replace('Bearer ', '');
      res.writeHead(isTaken(key) ? 200 : 401, { 'content-type': 'application/json' }).end('{"data":[{"id":"gpt-4.1"}]}');
    });
    const found = await look(url, { limits: { tokens: 0 } });
    const ids = found.answers.map(({ question }) => question.id);
    expect(ids.filter((id) => /example|invented-key/.test(id))).toEqual(asked);
  });

  it('ends without a verdict where a key is needed and none is there', async () => {
    const url = await http((_req, res) => res.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"Missing API key"}'));
    expect(verdict(await triage({ url }))).toEqual({ exit: 3, says: 'it asks for a key, and none was given: set WIREPROOF_KEY' });
  });
});
