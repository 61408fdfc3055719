import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CLIENT_KEY, TOKEN, type Probe } from '#scenarios/kit/probe';

import type { RunningTarget } from '../targets/target.ts';
import { createHttpCaller } from '../transport/http-caller.ts';
import { showing } from '../transport/shown-key.ts';
import { redactor } from './redact.ts';
import { repeatLine } from './repeat.ts';

const clientKey = 'sk-it\'s $HOME `id` \\ "quoted" %s';
const routingSecret = 'upstream-secret-of-the-router';
const token = 'wpt_abcdefabcdefabcd';
const cell = { client: 'openai-chat', upstream: 'codex', stream: false } as const;

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

const received: Received[] = [];
const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const { host: _host, connection: _connection, ...headers } = req.headers;
    received.push({ method: req.method, url: req.url, headers, body: Buffer.concat(chunks).toString('base64') });
    res.end('ok');
  });
});
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const targetAt = (changes: Partial<RunningTarget> = {}): RunningTarget => ({
  url: origin,
  clientKey,
  headers: () => ({ authorization: `Bearer ${clientKey}`, 'x-router': 'to: codex; q="1"', 'x-router-token': routingSecret }),
  path: (_cell, path) => `/gateway${path}`,
  logs: () => Promise.resolve(undefined),
  stop: () => Promise.resolve(),
  ...changes,
});

const probe = (changes: Partial<Probe> = {}): Probe => ({
  dialect: 'openai-chat',
  method: 'POST',
  path: '/v1/chat/completions',
  headers: {},
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 5_000,
  after: [],
  maxOutputTokens: 8,
  ...changes,
});

const lineFor = (sent: Probe, target = targetAt(), addressStays = true) =>
  repeatLine(
    { probe: sent, token },
    { target, cell, addressStays, redact: redactor([]), otherwise: 'wireproof run --scenario a/b --arm remedy' },
  );

/** Runs the line as a person would, in a POSIX shell. */
const inShell = async (line: string, url = ''): Promise<void> => {
  const env = {
    PATH: process.env['PATH'],
    LC_ALL: 'C',
    WIREPROOF_KEY: clientKey,
    WIREPROOF_X_ROUTER_TOKEN: routingSecret,
    WIREPROOF_URL: url,
  };
  await promisify(execFile)('sh', ['-euc', line], { env, maxBuffer: 1024 * 1024 });
};

/** What our own caller sends for it. */
const sentByUs = async (sent: Probe, target: RunningTarget): Promise<void> => {
  const caller = createHttpCaller();
  const wanted = { path: target.path(cell, sent.path), headers: target.headers(cell) };
  await caller.send(sent, { url: target.url, ...showing(sent.credential, target.clientKey, wanted), token });
  await caller.close();
};

const text = (body: string): Partial<Probe> => ({ body: { text: body } });
const nastyJson = { a: `it's "$WIREPROOF_KEY" \`id\` $(id) \\n \n\t! %s ${TOKEN}`, 'b\u202e': 'Zürich 東京 🚀\u0000\u009b2J' };

describe('the line that repeats a request', () => {
  it.each<[string, Partial<Probe>]>([
    ['JSON', { body: { json: { model: 'm', messages: [{ role: 'user', content: `Say ok. ${TOKEN}` }] } } }],
    ['JSON with everything that a shell knows', { body: { json: nastyJson } }],
    ['quotes at the ends', text("'it''s'")],
    ['a text that looks like a file name', text('@/etc/hostname')],
    ['a text that looks like an option', text('--next -X')],
    ['letters of other scripts', text('{"q":"Zürich, 東京, 🚀"}')],
    ['line ends', text('{\r\n"a":\n1}\n')],
    ['a NUL', text('a\u0000b')],
    ['nothing', text('')],
    ['a lone surrogate', text('\ud800')],
    ['281,000 bytes', text(`{"a":"${'lorem ipsum '.repeat(23_400)}"}`)],
    ['gzip', { body: { json: nastyJson }, encoding: 'gzip' }],
    ['no length', { body: { json: nastyJson }, framing: 'chunked' }],
    ['a stream', { body: { json: { stream: true } }, stream: true }],
    ['a GET', { method: 'GET', path: '/v1/models' }],
    ['a path that curl would change', { method: 'GET', path: "/v1beta/models/a%2Fb/{x}[1-3]/it's:generate?alt=sse&x=%20" }],
    ['other headers', { headers: { 'X-Odd': `it's "q" $HOME; \\`, Accept: '*/*', 'anthropic-version': '2023-06-01' }, ...text('{}') }],
    ['a wrong key', { credential: { headers: { 'x-api-key': 'sk-wrong-key-of-a-scenario' } }, ...text('{}') }],
    ['an empty key', { credential: { headers: { 'x-api-key': '' } }, ...text('{}') }],
    ['no key', { credential: {}, ...text('{}') }],
    ['the key under another scheme', { credential: { headers: { authorization: `Basic ${CLIENT_KEY}` } }, ...text('{}') }],
  ])('sends the same bytes: %s', async (_name, changes) => {
    const sent = probe(changes);
    received.length = 0;
    const { line, note } = lineFor(sent);
    await sentByUs(sent, targetAt());
    await inShell(line);
    expect({ note, requests: received.length, byTheLine: received[1] }).toEqual({ note: undefined, requests: 2, byTheLine: received[0] });
  });

  it('is one printable line of bounded length without any secret', () => {
    const bodies = [nastyJson, `${clientKey} in the body`, 'x'.repeat(2_000_000), { authorization: `Bearer ${routingSecret}` }];
    const lines = bodies.map((json) => lineFor(probe({ body: { json }, credential: { query: { key: CLIENT_KEY } } })).line);
    expect(lines.filter((line) => /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(line))).toEqual([]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(7_000);
    expect(lines.filter((line) => line.includes(clientKey))).toEqual([]);
    expect(lines.slice(0, 3).filter((line) => line.includes(routingSecret))).toEqual([]);
  });

  it('says what it looks like, and where the target is', () => {
    const sent = probe({ body: { json: { model: "it's" } } });
    const end = `-H 'user-agent: wireproof' -H 'accept: application/json' -H 'content-type: application/json' -H 'authorization: Bearer '"$WIREPROOF_KEY" -H 'x-router: to: codex; q="1"' -H 'x-router-token: '"$WIREPROOF_X_ROUTER_TOKEN" --data-raw '{"model":"it'\\''s"}'`;
    const start = 'curl -sS -i -N -g --path-as-is --http1.1 --max-time 5 -X POST';
    expect(lineFor(sent).line).toBe(`${start} ${origin}/gateway/v1/chat/completions ${end}`);
    expect(lineFor(sent, targetAt(), false).line).toBe(`${start} "$WIREPROOF_URL"/gateway/v1/chat/completions ${end}`);
  });

  it('takes the address of a target that we started from a variable', async () => {
    received.length = 0;
    await inShell(lineFor(probe(text('{}')), targetAt(), false).line, origin);
    expect(received.map(({ url }) => url)).toEqual(['/gateway/v1/chat/completions']);
  });

  it('says how to send what is too long, and what it will not pack because of a secret', () => {
    const noise = Array.from({ length: 4_000 }, (_, index) => ((index * 7_919) ** 3).toString(36)).join('');
    const [long, secret] = [probe(text(noise)), probe(text(`${clientKey}\n`))].map((sent) => lineFor(sent));
    expect([long?.note, secret?.note]).toEqual([
      `the body has ${Buffer.byteLength(noise)} bytes, too many for a line: put it into body.json, or send it with wireproof run --scenario a/b --arm remedy`,
      'the body has 33 bytes, with a credential in them: put it into body.json, or send it with wireproof run --scenario a/b --arm remedy',
    ]);
    expect(long?.line.endsWith(' --data-binary @body.json')).toBe(true);
  });

  it('does without a key where the target wants none', () => {
    const { clientKey: _key, ...bare } = targetAt({ headers: () => ({}) });
    expect(lineFor(probe({ method: 'GET', path: '/v1/models' }), bare).line).toBe(
      `curl -sS -i -N -g --path-as-is --http1.1 --max-time 5 ${origin}/gateway/v1/models -H 'user-agent: wireproof' -H 'accept: application/json'`,
    );
  });
});
