import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { loadSealed } from '#fixtures/catalogue';
import type { Exchange } from '#fixtures/exchange';
import { exchangesDirectory, fileOf } from '#fixtures/exchange-file';
import { lintFixtures } from '#fixtures/recordings/lint';
import { loadRecordings, recordingSuffix } from '#fixtures/recordings/recording-file';
import { sealed } from '#fixtures/recordings/seal-recording';
import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import type { Play, UpstreamRequest } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';

import { writePackage } from '../drift/testing/surface-of.ts';
import { filesIn } from '../drift/testing/files-in.ts';
import { json, startLiveUpstream } from '../drift/testing/live-upstream.ts';
import { startPassThrough } from '../record/pass-through.ts';
import { Placeholders } from '../record/placeholders.ts';
import { Recorder } from '../record/recorder.ts';
import { saidBy, type Surroundings } from './testing/said-by.ts';

const key = 'wp-live-key-of-nobody';
const goodKey = `Bearer ${key}`;
const exchanges = new Map(loadSealed().map((exchange) => [exchange.id, exchange]));
const named = (id: string): Exchange => {
  const exchange = exchanges.get(id);
  if (exchange === undefined) throw new Error(`no exchange ${id}`);
  return exchange;
};

/** The exchange with other words in its body. */
const edited = (id: string, from: string, to: string): Play => {
  const exchange = named(id);
  const chunks = exchange.response.chunks.map((chunk) => ('utf8' in chunk ? { ...chunk, utf8: chunk.utf8.replaceAll(from, to) } : chunk));
  expect(chunks).not.toEqual(exchange.response.chunks);
  return { exchange: id, made: { ...exchange, response: { ...exchange.response, chunks } } };
};

const asUsual = ({ stream }: UpstreamRequest): Play => ({ exchange: `openai-chat/text${stream ? '.stream' : ''}` });

let upstream: MockUpstream;
let says: (request: UpstreamRequest) => Play;
let keys: string[];
let cwd: string;

/** What the upstream says to one question and its stream, recorded as `wireproof record` does. */
const recordBaseline = async (): Promise<void> => {
  const options = { upstream: upstream.baseUrl('openai-chat'), tool: 'wireproof test', dropContent: false, allowed: new Set<string>() };
  const recorder = new Recorder({ ...options, directory: join(cwd, 'kept'), placeholders: new Placeholders(), onOutcome: () => undefined });
  const open = { ...options, host: '127.0.0.1', port: 0, mostBytes: 1_000_000, idleMs: 20_000, plain: true, now: () => 0 };
  const passThrough = await startPassThrough({ ...open, onCaptured: recorder.take });
  for (const stream of [false, true]) {
    const body = JSON.stringify({ model: 'gpt-4.1', max_tokens: 16, stream, messages: [{ role: 'user', content: 'Say ok.' }] });
    const headers = { 'content-type': 'application/json', authorization: goodKey };
    await (await fetch(`${passThrough.url}/chat/completions`, { method: 'POST', headers, body })).text();
  }
  await passThrough.close();
};

beforeEach(async () => {
  says = asUsual;
  keys = [];
  upstream = await startMockUpstream({
    otherwise: (request) => {
      const { authorization = '' } = request.headers;
      keys.push(authorization);
      return authorization === goodKey ? says(request) : { exchange: 'openai-chat/dead-key' };
    },
  });
  cwd = mkdtempSync(join(tmpdir(), 'drift-live-'));
  await recordBaseline();
  keys = [];
});
afterEach(async () => {
  await upstream.close();
  rmSync(cwd, { recursive: true });
});

type World = Partial<Omit<Surroundings, 'cwd'>>;

const cli = (argv: readonly string[], world: World = {}) =>
  saidBy(['drift', '--baseline', 'kept', '--upstream', upstream.baseUrl('openai-chat'), ...argv], {
    cwd,
    env: { LIVE_KEY: key },
    ...world,
  });
const live = (argv: readonly string[] = [], world: World = {}) => cli(['--key-env', 'LIVE_KEY', ...argv], world);

const plain = 'openai-chat/post-chat-completions-0001';
const streamed = 'openai-chat/post-chat-completions.stream-0001';
const spent = (requests: number): unknown =>
  expect.stringMatching(
    new RegExp(`^asked ${requests} request${requests === 1 ? '' : 's'}, at most \\d+ tokens: the worst case where usage was not told$`),
  );

describe('drift --upstream', () => {
  it('asks everything again with the key and finds nothing where nothing changed', async () => {
    const { code, out, err } = await live();
    expect([code, out.split('\n'), err]).toEqual([0, ['0 breaking, 0 additive, 0 cosmetic; 6 answers against 2', spent(6), ''], '']);
    expect(keys).toEqual(Array.from({ length: 6 }, () => goodKey));
  });

  it('names what changed, and ends in 1', async () => {
    says = (request) => (request.stream ? asUsual(request) : edited('openai-chat/text', '"usage":', '"used":'));
    const { code, out } = await live(['--samples', '1', '--format', 'json']);
    const { changes, live: asked } = JSON.parse(out) as { changes: Record<string, unknown>[]; live: Record<string, unknown> };
    expect([code, changes.map(({ severity, kind, path, seenIn }) => [severity, kind, path, seenIn])]).toEqual([
      1,
      [
        ['breaking', 'field-removed', 'body.usage', [plain]],
        ['additive', 'field-added', 'body.used', [plain]],
      ],
    ]);
    expect(asked).toMatchObject({ upstream: upstream.baseUrl('openai-chat'), wanted: 1, requests: 2, gaps: [] });
  });

  it('says whether the types of an SDK allow what changed, before it asks anything', async () => {
    const store = join(cwd, 'cache');
    const text = 'export interface ChatCompletion { id: string; choices: unknown[]; usage: { prompt_tokens: number } }';
    writePackage(join(store, 'openai_1.0.0'), 'openai', '1.0.0', { 'resources/chat/completions.d.ts': text });
    mkdirSync(join(store, 'typescript_6.0.3', 'node_modules'), { recursive: true });
    const compiler = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
    symlinkSync(compiler, join(store, 'typescript_6.0.3', 'node_modules', 'typescript'));
    says = (request) => (request.stream ? asUsual(request) : edited('openai-chat/text', '"usage":', '"used":'));
    const env = { LIVE_KEY: key, WIREPROOF_CACHE: store };
    const { code, out } = await live(['--three-way', 'openai@1.0.0', '--samples', '1', '--format', 'json'], { env });
    const { changes, sdk } = JSON.parse(out) as { changes: { path: string; sdk: { who: string } }[]; sdk: unknown };
    expect([code, sdk, changes.map(({ path, sdk: said }) => [path, said.who])]).toEqual([
      1,
      { package: 'openai', version: '1.0.0' },
      [
        ['body.usage', 'upstream moved away from the SDK'],
        ['body.used', 'upstream moved away from the SDK'],
      ],
    ]);
    const missing = await live(['--three-way', 'openia@1.0.0'], { env });
    expect([missing.code, missing.out, keys.length]).toEqual([2, '', 2]);
  });

  it('ends in 3 at a ceiling, and names what was not asked', async () => {
    const { code, out } = await live(['--budget-requests', '1', '--samples', '1']);
    expect([code, keys.length, out.split('\n')]).toEqual([
      3,
      1,
      [
        'only a part could be compared: 0 breaking, 0 additive, 0 cosmetic; 1 answer against 2',
        spent(1),
        'not everything was asked: the 1 request is spent',
        `not compared: ${streamed}: the 1 request is spent`,
        '',
      ],
    ]);
  });

  it('asks only what is named', async () => {
    const { code, out } = await live(['--only', '!*.stream*', '--samples', '1']);
    expect([code, out.split('\n')[0]]).toEqual([0, '0 breaking, 0 additive, 0 cosmetic; 1 answer against 2']);
  });

  it('ends in 3 where something can never be asked again', async () => {
    const [first] = loadRecordings(join(cwd, 'kept'));
    if (first?.answer === undefined) throw new Error('no recording');
    const limited = sealed({ ...first, id: 'openai-chat/limited', answer: { ...first.answer, status: 429 } });
    writeFileSync(join(cwd, 'kept', `${limited.id}${recordingSuffix}`), JSON.stringify(limited));
    const { code, out } = await live(['--samples', '1']);
    expect([code, out.split('\n')[2]]).toEqual([
      3,
      'not compared: openai-chat/limited: its 429 is of its moment: the same request is answered otherwise now',
    ]);
  });

  it.each([
    [['--key-env', 'NO_KEY'], 'environment variable NO_KEY'],
    [[], 'name the variable that holds the key: --key-env NAME'],
    [['--key-env', 'LIVE_KEY', '--only', 'nothing/*'], '--only nothing/*'],
    [['--key-env', 'LIVE_KEY', '--against', 'kept'], 'one of --upstream URL and --against DIR'],
    [['--key-env', 'LIVE_KEY', '--update', '--format', 'json'], 'write it to a file: --format json=drift.json'],
    [['--upstream', 'https://user:secret@api.openai.com'], 'its address without user, password or query'],
  ])('%j ends in 2', async (argv, message) => {
    const { code, out, err } = await cli(argv);
    expect([code, out, err.includes(message) ? '' : err]).toEqual([2, '', '']);
  });

  it('shows where it is on a terminal, and clears the line', async () => {
    const { err } = await live(['--samples', '1'], { errIsTerminal: true });
    expect(err).toBe(`\r\u001b[2K0 of 2 asked: ${plain}\r\u001b[2K1 of 2 asked: ${streamed}\r\u001b[2K`);
  });

  it('reports what came until a signal, and ends as shells expect', async () => {
    const stop = new AbortController();
    says = (request) => {
      if (request.stream) stop.abort('SIGINT');
      return asUsual(request);
    };
    const { code, out, err } = await live([], { signal: stop.signal });
    expect([code, out.split('\n')[2], err]).toEqual([130, 'not everything was asked: it was interrupted', 'stopped by SIGINT: exit 130\n']);
  });

  it('never tells the key, whatever the upstream says', async () => {
    says = () => edited('openai-chat/text', 'Wireproof says ok.', key);
    const { code, out, err } = await live(['--update', '--format', 'json=drift.json', '--format', 'html=drift.html']);
    expect([code, out]).toEqual([3, '']);
    expect([err, ...Object.values(filesIn(cwd))].filter((text) => text.includes(key))).toEqual([]);
  });
});

describe('drift --upstream with other baselines', () => {
  it('asks what exchanges ask', async () => {
    for (const id of ['openai-chat/text', 'openai-chat/model-not-found']) {
      const file = join(cwd, 'written', `${id}.exchange.json`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, readFileSync(fileOf(exchangesDirectory, id)));
    }
    says = ({ body }) => ({
      exchange: JSON.stringify(body).includes('no-such-model') ? 'openai-chat/model-not-found' : 'openai-chat/text',
    });
    const mount = upstream.baseUrl('openai-chat').replace(/\/v1$/, '');
    const { code, out } = await live(['--baseline', 'written', '--upstream', mount, '--samples', '1']);
    expect([code, out.split('\n')[0], keys]).toEqual([0, '0 breaking, 0 additive, 0 cosmetic; 2 answers against 2', [goodKey, goodKey]]);
    const updated = await live(['--baseline', 'written', '--upstream', mount, '--update']);
    expect([updated.code, updated.err.includes('exchanges are written by hand'), keys.length]).toEqual([2, true, 2]);
  });

  it('compares which models there are', async () => {
    let models = ['m-1', 'm-2'];
    const list = await startLiveUpstream((res, request, call) =>
      json(200, { object: 'list', data: models.map((id) => ({ id, object: 'model', created: 1, owned_by: 'nobody' })) })(
        res,
        request,
        call,
      ),
    );
    const options = { upstream: list.url, tool: 'wireproof test', dropContent: false, allowed: new Set<string>() };
    const recorder = new Recorder({
      ...options,
      directory: join(cwd, 'list'),
      placeholders: new Placeholders(),
      onOutcome: () => undefined,
    });
    const open = { ...options, host: '127.0.0.1', port: 0, mostBytes: 1_000_000, idleMs: 20_000, plain: true, now: () => 0 };
    const passThrough = await startPassThrough({ ...open, onCaptured: recorder.take });
    await (await fetch(`${passThrough.url}/v1/models`, { headers: { authorization: goodKey } })).text();
    await passThrough.close();
    models = ['m-2', 'm-3'];
    const { code, out } = await live(['--baseline', 'list', '--upstream', list.url, '--format', 'json']);
    await list.close();
    const { changes } = JSON.parse(out) as { changes: Record<string, unknown>[] };
    expect([
      code,
      changes.map(({ severity, kind, path }) => [severity, kind, path]),
      list.seen.map(({ method, url, headers }) => [method, url, headers.authorization]),
    ]).toEqual([
      1,
      [
        ['breaking', 'model-gone', 'models.m-1'],
        ['additive', 'model-added', 'models.m-3'],
      ],
      Array.from({ length: 4 }, () => ['GET', '/v1/models', goodKey]),
    ]);
  });
});

describe('drift --update', () => {
  it('makes what is new the baseline: sealed, linted, and without drift', async () => {
    says = (request) => (request.stream ? asUsual(request) : edited('openai-chat/text', '"usage":', '"used":'));
    const { code, out } = await live(['--update', '--samples', '2', '--format', 'json=drift.json']);
    const { changes } = JSON.parse(readFileSync(join(cwd, 'drift.json'), 'utf8')) as { changes: readonly { id: string }[] };
    expect([code, out.split('\n')]).toEqual([
      0,
      [
        'Upstream baseline: 1 breaking, 1 additive, 0 cosmetic',
        '',
        `breaking  ${changes[0]?.id}  openai-chat body.usage: it is gone`,
        `additive  ${changes[1]?.id}  openai-chat body.used: an object that is new`,
        '',
        expect.stringMatching(/^\d answers to 2 requests$/),
        expect.stringMatching(/^seal of the recordings: [0-9a-f]{64}$/),
        '',
      ],
    ]);
    expect((await lintFixtures([join(cwd, 'kept')])).problems).toEqual([]);
    expect([readdirSync(cwd).sort(), (await live(['--samples', '1'])).code]).toEqual([['drift.json', 'kept'], 0]);
    expect(Object.values(filesIn(cwd)).filter((text) => text.includes(key))).toEqual([]);
  });

  it('changes nothing where an answer is missing', async () => {
    const before = filesIn(cwd);
    says = (request) =>
      request.stream ? { exchange: 'openai-chat/text.stream', fault: { afterEvents: 0, ending: 'stall' } } : asUsual(request);
    const { code, out, err } = await live(['--update', '--samples', '1', '--idle-timeout', '1']);
    expect([code, out, err]).toEqual([
      3,
      '',
      `the baseline stays as it was, since not everything has a new answer:\n  ${streamed}: no byte from the upstream for 1000 ms\n`,
    ]);
    expect(filesIn(cwd)).toEqual(before);
  });

  it('refuses another directory that fixtures lint would refuse, and leaves the old baseline', async () => {
    const [first] = loadRecordings(join(cwd, 'kept')).filter(({ id }) => id === plain);
    if (first?.answer === undefined) throw new Error('no recording');
    const file = join(cwd, 'new', `${plain}${recordingSuffix}`);
    mkdirSync(dirname(file), { recursive: true });
    const answer = { ...first.answer, framing: 'length' as const, fields: [['content-length', '1'] as [string, string]] };
    writeFileSync(file, JSON.stringify(sealed({ ...first, answer })));
    const before = filesIn(join(cwd, 'kept'));
    const { code, out, err } = await saidBy(['drift', '--baseline', 'kept', '--against', 'new', '--update', '--only', plain], { cwd });
    expect([code, out, err.split('\n').slice(0, 2), filesIn(join(cwd, 'kept'))]).toEqual([
      2,
      '',
      [
        'error: the new baseline would not pass wireproof fixtures lint; the old one is as it was',
        `  ${join(cwd, 'kept', `${plain}${recordingSuffix}`)} at answer`,
      ],
      before,
    ]);
  });

  it('takes over another directory', async () => {
    const [first] = loadRecordings(join(cwd, 'kept'));
    if (first === undefined) throw new Error('no recording');
    const file = join(cwd, 'new', `${first.id}${recordingSuffix}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(sealed({ ...first, answer: { ...first.answer, status: 404 } as NonNullable<typeof first.answer> })));
    const run = (...more: readonly string[]) => saidBy(['drift', '--baseline', 'kept', '--against', 'new', '--update', ...more], { cwd });
    const before = filesIn(cwd);
    const kept = await run();
    expect([kept.code, kept.out, kept.err.split('\n')[1], filesIn(cwd)]).toEqual([3, '', `  ${streamed}`, before]);
    const replaced = await run('--only', plain);
    expect(replaced.code).toBe(0);
    expect([replaced.out.split('\n')[0], loadRecordings(join(cwd, 'kept')).map(({ answer }) => answer?.status)]).toEqual([
      'Upstream baseline: 1 breaking, 0 additive, 0 cosmetic',
      [404, 200],
    ]);
  });
});
