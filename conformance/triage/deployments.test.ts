import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { afterEach, describe, expect, it } from 'vitest';

import { triage, type Triage, type TriageOptions } from './triage.ts';
import { triageJson } from './triage-json.ts';

const key = 'wireproof-key-of-a-caller';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 };
const frames = [
  { choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
  { choices: [], usage },
];
const answers = { choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }], usage };

interface Deployment {
  /** What GET /v1/models says. */
  readonly list?: unknown;
  readonly hasPublicList?: true;
  /** Absent: nobody asks for one. */
  readonly key?: string;
  readonly zips?: true;
  /** Answers in the place of what follows. */
  readonly first?: (line: string, say: (status: number, body: unknown) => void) => boolean;
}

const keysOf = ({ headers }: IncomingMessage): readonly unknown[] => [
  headers.authorization?.replace('Bearer ', ''),
  headers['x-api-key'],
  headers['x-goog-api-key'],
];

/** A chat proxy in good health, but for what is said of it. Also told: requests that showed a key and were refused. */
const deployed = async (about: Deployment) => {
  const { list = { data: [{ id: 'gpt-4.1-mini' }] }, zips } = about;
  const refused: string[] = [];
  const sayOn = (res: ServerResponse) => (status: number, body: unknown, type: string) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    res.writeHead(status, { 'content-type': type, ...(zips && { 'content-encoding': 'gzip' }) });
    res.end(zips ? gzipSync(text) : text);
  };
  const answer = (req: IncomingMessage, res: ServerResponse, text: string): void => {
    const whole = sayOn(res);
    const say = (status: number, body: unknown): void => whole(status, body, 'application/json');
    const line = `${req.method} ${req.url}`;
    if (line === 'GET /health') return say(200, {});
    if (about.first?.(line, say) === true) return;
    if (line === 'GET /v1/models' && about.hasPublicList) return say(200, list);
    if (about.key !== undefined && !keysOf(req).includes(about.key)) {
      if (keysOf(req).includes(key)) refused.push(line);
      return say(401, { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } });
    }
    if (line === 'GET /v1/models') return say(200, list);
    if (line !== 'POST /v1/chat/completions') return say(404, { error: { message: 'no such route' } });
    const { model, stream = false } = JSON.parse(text) as { readonly model: string; readonly stream?: boolean };
    if (model === 'wireproof-no-such-model') return say(404, { error: { message: `no such model: ${model}`, code: 'model_not_found' } });
    if (!stream) return say(200, answers);
    whole(200, [...frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`), 'data: [DONE]\n\n'].join(''), 'text/event-stream');
  };
  const server = createServer((req, res) => {
    let text = '';
    req.on('data', (chunk: Buffer) => void (text += chunk.toString('utf8')));
    req.on('end', () => answer(req, res, text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, refused };
};

const look = async (about: Deployment, more: Partial<TriageOptions> = {}): Promise<Triage> =>
  triage({ url: (await deployed(about)).url, key, ...more });

const told = ({ verdict, named }: Triage) => [verdict.kind, ...named.map(({ row, weight, title }) => [row, weight, title])];
const listIsPublic = [1, 'possible', 'its list of models is given to anybody'];

describe('a proxy whose list of models anybody may read', () => {
  it('is healthy where the key is right', async () => {
    const found = await look({ hasPublicList: true, key });
    expect(told(found)).toEqual(['healthy', listIsPublic]);
    expect(found.answers.find(({ question }) => question.id === 'question-without-key')?.sight.status).toBe(401);
  });

  it('refuses a wrong key, which is not shown again then', async () => {
    const { url, refused } = await deployed({ hasPublicList: true, key: 'another-key' });
    expect(told(await triage({ url, key }))).toEqual(['named', [1, 'likely', 'the client key is refused'], listIsPublic]);
    expect(refused).toEqual(['POST /v1/chat/completions']);
  });

  it('refuses a wrong key in the one dialect that it speaks', async () => {
    const first: NonNullable<Deployment['first']> = (line, say) =>
      line.startsWith('POST') && line !== 'POST /v1/messages' && (say(404, { error: { message: 'no such route' } }), true);
    const { url, refused } = await deployed({ hasPublicList: true, key: 'another-key', first });
    expect(told(await triage({ url, key }))).toEqual(['named', [1, 'likely', 'the client key is refused'], listIsPublic]);
    expect(refused).toEqual(['POST /v1/messages']);
  });

  it('needs a key, where none was given', async () => {
    const { url } = await deployed({ hasPublicList: true, key });
    const { verdict } = await triage({ url });
    expect(verdict).toEqual({ kind: 'inconclusive', says: 'it asks for a key, and none was given: set WIREPROOF_KEY' });
  });

  it('is open to anyone where questions need no key either', async () => {
    expect(told(await look({}))).toEqual(['named', [1, 'certain', 'it answers without a key']]);
  });

  it('asks one question more than others, and others none', async () => {
    const ids = async (about: Deployment) => (await look(about)).answers.map(({ question }) => question.id);
    expect(await ids({ key })).not.toContain('question-without-key');
    expect((await ids({ hasPublicList: true, key })).length).toBe((await ids({ key })).length);
  });
});

describe('a list of models that is not read whole', () => {
  const models = (count: number) => Array.from({ length: count }, (_, index) => ({ id: `vendor-model-${index}` }));
  const wanted = { models: ['gpt-4.1-mini'] };

  it.each([
    ['has more pages, as Anthropic says it', { data: models(20), has_more: true }],
    ['has more pages, as Google says it', { models: models(20), nextPageToken: 'x' }],
    ['has entries whose name is not where we look', { data: [...models(20), { slug: 'gpt-4.1-mini' }] }],
  ])('misses nothing: it %s', async (_why, list) => {
    const found = await look({ key, list }, wanted);
    expect(told(found)).toEqual(['healthy']);
    expect(found.unseen.filter((each) => each.includes('could not be read whole'))).toHaveLength(1);
  });

  it('is told as such where it is larger than an answer may be', async () => {
    const list = { data: models(10_000).map((each) => ({ ...each, description: 'x'.repeat(120) })) };
    const found = await look({ key, list }, wanted);
    expect(told(found)).toEqual(['healthy']);
    expect(found.unseen.filter((each) => each.includes('could not be read whole'))).toHaveLength(1);
  });

  it('is not empty for that', async () => {
    expect(told(await look({ key, list: { data: [{ id: 'one\ttwo' }] } }))).toEqual(['inconclusive']);
    expect(told(await look({ key, list: { data: [] } }))).toEqual(['named', [5, 'certain', 'the list of models is empty']]);
  });

  it('is read whole with ten thousand names, and with names that have spaces', async () => {
    expect(told(await look({ key, list: { data: [...models(10_000), { id: 'gpt-4.1-mini' }] } }, wanted))).toEqual(['healthy']);
    const found = await look({ key, list: { data: [{ id: 'Llama 3 8B' }] } });
    expect(told(found)).toEqual(['healthy']);
    expect(found.answers.some(({ question }) => question.id === 'ask Llama 3 8B')).toBe(true);
  });
});

it('a proxy that compresses whatever it is asked is read like others', async () => {
  expect(told(await look({ key, zips: true }))).toEqual(['healthy']);
});

describe('a proxy of Google’s dialect alone', () => {
  const paths: string[] = [];
  /** Streams are refused, so that both questions to the model are spoken of. */
  const gemini = (name: string): Deployment => ({
    list: { models: [{ name: `models/${name}` }] },
    first: (line, say) => {
      if (!line.startsWith('POST /v1beta/')) return line.startsWith('POST') && (say(404, { message: 'nope' }), true);
      paths.push(line.slice('POST /v1beta/models/'.length));
      const refusal = (message: string): void => say(400, { error: { code: 400, message, status: 'INVALID_ARGUMENT' } });
      if (line.includes('no-such-model')) refusal('no such model');
      else if (line.includes(':stream')) refusal('no streams');
      else say(200, { candidates: [{ content: { role: 'model', parts: [{ text: 'ok' }] }, finishReason: 'STOP' }] });
      return true;
    },
  });

  it.each([
    ['gemini-2.5-pro%', 'gemini-2.5-pro%25'],
    ['gemini%zz?a=b#c', 'gemini%25zz%3Fa=b%23c'],
    ['../../v0/management', '..%2F..%2Fv0%2Fmanagement'],
    ['team/gemini-2.5-pro:free', 'team/gemini-2.5-pro:free'],
    ['Gemini 2.5', 'Gemini%202.5'],
  ])('is asked for %s and for nothing else', async (name, inPath) => {
    paths.length = 0;
    const found = await look(gemini(name), { key: 'wireproof-key-of-nobody' });
    expect(paths).toEqual(expect.arrayContaining([`${inPath}:generateContent`, `${inPath}:streamGenerateContent?alt=sse`]));
    expect(paths.filter((path) => !path.startsWith(inPath) && !path.includes('no-such-model'))).toEqual([]);
    const titles = triageJson(found).named.map(({ title }) => title);
    expect(titles).toContain(`${name} is answered plainly and refused as a stream`);
  });
});

it.each(['ключ-вызывающего', 'sk-caller\u0001abcdef', 'Bearer sk-caller'])(
  'a key that no header takes is refused before a question: %j',
  async (odd) => {
    const { url } = await deployed({ key });
    const error = await triage({ url, key: odd }).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('WIREPROOF_KEY') as string });
    expect(error?.message).not.toContain(odd);
  },
);
