import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { triageSchema } from '../triage/triage-schema.ts';
import { saidBy } from './testing/said-by.ts';

const key = 'a-key-of-this-test';

interface Mood {
  models: readonly string[];
  /** What every question to a model is answered with. */
  fails?: { readonly status: number; readonly message: string };
}

const json = (res: ServerResponse, status: number, body: unknown): void => {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 };

const answered = { choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }], usage };

const stream = (res: ServerResponse): void => {
  const chunks = [
    { choices: [{ index: 0, delta: { role: 'assistant', content: 'ok' }, finish_reason: null }] },
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { choices: [], usage },
  ].map((chunk) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', ...chunk })}\n\n`);
  res.writeHead(200, { 'content-type': 'text/event-stream' }).end(`${chunks.join('')}data: [DONE]\n\n`);
};

/** A chat proxy that wants a key. */
const startProxy = async () => {
  const mood: Mood = { models: ['gpt-4.1-mini'] };
  const asksModels: string[] = [];
  const chat = (res: ServerResponse, body: { readonly model: string; readonly stream?: boolean }): void => {
    if (!mood.models.includes(body.model)) return json(res, 404, { error: { message: `no model ${body.model}`, code: 'model_not_found' } });
    asksModels.push(body.model);
    if (mood.fails !== undefined) return json(res, mood.fails.status, { error: { message: mood.fails.message } });
    return body.stream === true ? stream(res) : json(res, 200, answered);
  };
  const server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')));
    req.on('end', () => {
      const line = `${req.method ?? ''} ${req.url ?? ''}`;
      if (line === 'GET /health') return json(res, 200, { status: 'ok' });
      if (req.headers.authorization !== `Bearer ${key}`) return json(res, 401, { error: { message: 'no such key' } });
      if (line.startsWith('GET /v1/models')) return json(res, 200, { data: mood.models.map((id) => ({ id, owned_by: 'openai' })) });
      if (line === 'POST /v1/chat/completions') return chat(res, JSON.parse(text) as { model: string });
      return json(res, 404, { error: { message: 'no such route' } });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, mood, asksModels, stop };
};

let proxy: Awaited<ReturnType<typeof startProxy>>;
beforeEach(async () => {
  proxy = await startProxy();
});
afterEach(() => proxy.stop());

const cli = async (argv: readonly string[], { env = { WIREPROOF_KEY: key }, terminal = false } = {}) => {
  const { code, ...said } = await saidBy(argv, { cwd: '/', env, outIsTerminal: terminal, errIsTerminal: terminal });
  const steady = (text: string): string => text.replaceAll(proxy.url, 'http://127.0.0.1:8317');
  return { code, out: steady(said.out), err: steady(said.err) };
};

const golden = (name: string): string => new URL(`golden/triage-${name}.txt`, import.meta.url).pathname;

describe('wireproof triage', () => {
  it('tells of a healthy proxy what it asked, and ends in 0', async () => {
    const { code, out, err } = await cli(['triage', proxy.url]);
    await expect(out).toMatchFileSnapshot(golden('healthy'));
    expect({ code, err }).toEqual({
      code: 0,
      err: 'Asks http://127.0.0.1:8317 at most 60 questions; those to models have room for 16 or 32 tokens, and all together end at 2500 tokens.\n',
    });
  });

  it('names the row of a used-up quota, with curl lines that hold no key, and ends in 1', async () => {
    proxy.mood.fails = { status: 429, message: 'You exceeded your current quota.\u001b[2J' };
    const { code, out } = await cli(['triage', proxy.url]);
    await expect(out).toMatchFileSnapshot(golden('quota'));
    expect([code, out.includes(key), out.includes('\u001b')]).toEqual([1, false, false]);
  });

  it('is live and coloured on a terminal', async () => {
    const { out, err } = await cli(['triage', proxy.url], { terminal: true });
    expect(out).toContain('\u001b[32m✓\u001b[39m health');
    expect(err).toContain('\r\u001b[2Khealth: whether it says that it lives');
    expect(err.endsWith('\r\u001b[2K')).toBe(true);
  });

  it('gives machines wireproof.triage/v1, which says the same and holds no key', async () => {
    proxy.mood.models = [];
    const { code, out } = await cli(['triage', proxy.url, '--format', 'json']);
    const report = triageSchema.parse(JSON.parse(out));
    expect(report.verdict).toEqual({ kind: 'named', says: 'the list of models is empty', exitCode: code });
    expect(report.named.map(({ row, weight, questions }) => [row, weight, questions])).toEqual([[5, 'certain', ['models']]]);
    expect(report.steps[1]).toMatchObject({
      id: 'models',
      key: 'shown',
      status: 200,
      curl: `curl -sS -i -N -g --path-as-is --http1.1 --max-time 5 http://127.0.0.1:8317/v1/models -H 'user-agent: wireproof' -H 'accept: application/json' -H 'authorization: Bearer '"$WIREPROOF_KEY"`,
    });
    expect(out).not.toContain(key);
  });

  it('asks no model for an answer with --no-tokens, says so, and ends in 3', async () => {
    const { code, out, err } = await cli(['triage', proxy.url, '--no-tokens']);
    expect(proxy.asksModels).toEqual([]);
    expect(err).toBe('Asks http://127.0.0.1:8317 at most 60 questions, none of which can be answered by generating.\n');
    expect(out).toContain('Not asked: ask gpt-4.1-mini (it would cost tokens).');
    expect(code).toBe(3);
  });

  it('sends nothing whose worst case would pass the tokens it was given', async () => {
    await cli(['triage', proxy.url, '--tokens', '10']);
    expect(proxy.asksModels).toEqual([]);
  });

  it('finds a model that callers use and nobody lists', async () => {
    const { code, out } = await cli(['triage', proxy.url, '--model', 'gpt-4.1', '--format', 'json']);
    const [first] = triageSchema.parse(JSON.parse(out)).named;
    expect([code, first?.row, first?.evidence]).toEqual([1, 5, 'GET /v1/models has 1 models, and not gpt-4.1']);
  });

  it.each([
    ['no URL', ['triage', 'localhost:8317'], /not an http or https URL/],
    ['a key in the URL', ['triage', 'http://me:secret@127.0.0.1:1'], /holds no credentials/],
    ['a profile that is none', ['triage', 'http://127.0.0.1:1', '--profile', 'referense'], /did you mean "?reference/],
    ['an unknown flag', ['triage', 'http://127.0.0.1:1', '--modell', 'x'], /--model/],
    ['half a token', ['triage', 'http://127.0.0.1:1', '--tokens', '1.5'], /whole number/],
    ['a direct address that is none', ['triage', 'http://127.0.0.1:1', '--direct', 'ftp://x'], /not an http or https URL/],
  ])('refuses %s before it asks anything', async (_name, argv, words) => {
    const { code, out, err } = await cli(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(words);
    expect(err).not.toContain('secret');
  });
});

describe('what a user typed wrongly', () => {
  it.each(['user:s3cretpw@host:8317', 'htps://user:s3cretpw@host', '127.0.0.1:8317/?key=s3cretpw', 'http://[s3cretpw'])(
    'is not repeated: %s',
    async (url) => {
      const { code, out, err } = await cli(['triage', url]);
      expect([code, out]).toEqual([2, '']);
      expect(err).toContain('not an http or https URL');
      expect(err).not.toContain('s3cretpw');
    },
  );

  it('as a key is told before a question is announced, and not repeated', async () => {
    const { code, out, err } = await cli(['triage', proxy.url], { env: { WIREPROOF_KEY: 'Bearer a-key-of-this-test' } });
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^error: the key of WIREPROOF_KEY cannot be sent/);
    expect(err).not.toContain(key);
  });
});

describe('wireproof triage --confirm', () => {
  it('runs the canaries of the rows that were named, and no others', async () => {
    const { code, out, err } = await cli(['triage', proxy.url, '--profile', 'openai-compatible', '--confirm', '--format', 'json'], {
      env: { WIREPROOF_KEY: 'a-key-of-somebody-else' },
    });
    const { canaries = [], verdict } = triageSchema.parse(JSON.parse(out));
    expect([code, verdict.says]).toEqual([1, 'the client key is refused']);
    // That profile does not claim that it asks for keys, so that there is nothing to confirm.
    expect(canaries).toEqual([]);
    expect(err).toContain('Then at most 40 requests of canaries, with the tokens that are left.');
  });

  it('says what deviates', async () => {
    const { out } = await cli(['triage', proxy.url, '--profile', 'reference', '--confirm', '--tokens', '0']);
    expect(out).toContain('Canaries of what was named\n');
    expect(out).toMatch(/^ {2}(?:fail|inconclusive) {2}row 5 {2}models\//m);
  });

  it('wants a profile', async () => {
    const { code, err } = await cli(['triage', proxy.url, '--confirm']);
    expect(code).toBe(2);
    expect(err).toContain('--confirm goes with --profile');
  });
});
