import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyone } from '../clients/client.ts';
import type { Client } from '../clients/client.ts';
import { parseConfig } from '../config/parse.ts';
import { fixedCredentials } from '../credentials/credentials.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { loadFolders, loadModules } from '../discovery.ts';
import { ProxyError } from '../errors.ts';
import documented from '../personas/documented.ts';
import type { RoutingPolicy } from '../personas/persona.ts';
import type { Provider } from '../providers/provider.ts';
import type { Remedy } from '../remedies/remedy.ts';
import { createRouting, newRoutingMemory } from '../routing/routing.ts';
import { outcomeInfo } from './attempt.ts';
import type { RelayContext } from './context.ts';
import { dialectNamed } from './context.ts';
import { textOf } from '../json/json-body.ts';
import { findAnswer } from './find-answer.ts';
import { readQuestion } from './question.ts';
import { ExchangeRecord } from './record.ts';
import { transportError } from './send.ts';
import type { Outgoing, UpstreamAnswer } from './send.ts';

/** Routing as a whole, over upstreams and a clock that only exist here: time passes when somebody waits, or when a test says so. */

const folder = (name: string): URL => new URL(`../${name}/`, import.meta.url);
const dialects = await loadFolders<Dialect>(folder('dialects'));
const providers = await loadFolders<Provider>(folder('providers'));
const remedies = [...(await loadModules<Remedy>(folder('remedies'), 'remedy')).values()];

/** What an upstream saw of one attempt. */
interface Seen {
  readonly key: string;
  readonly model: string;
  readonly at: number;
}

interface Reply {
  /** 0: no connection. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const good = '{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"ok"}}]}';

const asAnswer = ({ status, headers, body }: Reply): UpstreamAnswer => {
  if (status === 0) throw transportError(Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), 'before the answer');
  const text = body ?? (status === 200 ? good : '{"error":{"message":"no"}}');
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    // oxlint-disable-next-line typescript/require-await -- a body is read asynchronously
    body: (async function* () {
      yield Buffer.from(text);
    })(),
  };
};

interface WorldParts {
  readonly tree: object;
  readonly answer: (seen: Seen) => Reply;
  readonly credentials?: Partial<Credentials>;
  readonly client?: Client;
  readonly off?: readonly string[];
  readonly policy?: Partial<RoutingPolicy>;
}

const start = 1_770_000_000_000;

const newWorld = ({ tree, answer, credentials, client = anyone, off = [], policy = {} }: WorldParts) => {
  const persona = { ...documented, routing: { ...documented.routing, ...policy } };
  let now = start;
  const waits: number[] = [];
  const seen: Seen[] = [];
  const clock: RelayContext['clock'] = {
    now: () => now,
    after: (ms, then) => {
      let stopped = false;
      waits.push(ms);
      queueMicrotask(() => {
        if (stopped) return;
        now += ms;
        then();
      });
      return { restart: () => undefined, stop: () => void (stopped = true) };
    },
  };
  const memory = newRoutingMemory(clock, () => 1);
  const parsed = parseConfig(tree);
  const context: RelayContext = {
    config: parsed.config,
    persona,
    dialects,
    remedies: remedies.filter(({ id }) => !off.includes(id)),
    routing: createRouting(parsed, providers, memory, persona.routing),
    credentials: { ...fixedCredentials, ...credentials },
    clientLimits: { admit: () => undefined },
    usage: { requestEnded: () => undefined, attemptEnded: () => undefined, bodyParsed: () => undefined },
    upstreams: {
      send: ({ call }: Outgoing) => {
        const one = {
          key: (call.headers.authorization ?? '').replace('Bearer ', ''),
          model: (JSON.parse(textOf(call.body)) as { readonly model: string }).model,
          at: now,
        };
        seen.push(one);
        return Promise.resolve().then(() => asAnswer(answer(one)));
      },
      close: () => Promise.resolve(),
    },
    clock,
    nextId: () => 'id',
    log: () => undefined,
  };
  const ask = async (model: string, more: object = {}, signal = new AbortController().signal) => {
    const body = { model, messages: [{ role: 'user', content: 'hi' }], ...more };
    const inbound = {
      client,
      dialect: dialectNamed(context, 'openai-chat'),
      operation: 'generate' as const,
      address: {},
      framing: 'sse' as const,
      method: 'POST',
      path: '/v1/chat/completions',
      headers: {},
      pieces: [Buffer.from(JSON.stringify(body))],
    };
    const question = await readQuestion(context, inbound);
    const from = seen.length;
    const record = new ExchangeRecord();
    const found = await findAnswer({ context, question, signal, record });
    const told: Record<string, unknown> = {};
    record.tellTo(told);
    const calls = seen.slice(from).map(({ key, model }) => `${key} ${model}`);
    if (found.kind === 'opened')
      return { status: 200, message: '', retryAfterSeconds: 0, model: found.model, calls, fallbacks: told['fallbacks'] };
    return { ...outcomeInfo(found), model: undefined, calls, fallbacks: told['fallbacks'] };
  };
  return { ask, seen, waits, context, pass: (ms: number) => (now += ms), now: () => now };
};

const entry = (keys: readonly string[], models: readonly string[], more: object = {}): object => ({
  name: `x-${keys.join('-')}`,
  'base-url': 'http://x',
  'api-key-entries': keys.map((key) => ({ 'api-key': key })),
  models: models.map((name) => ({ name })),
  ...more,
});
const pool = (keys: readonly string[], more: object = {}): object => ({ 'openai-compatibility': [entry(keys, ['m'])], ...more });

const error = (fields: object): string => JSON.stringify({ error: { message: 'no', ...fields } });

describe('one round', () => {
  it.each<[string, Reply, readonly string[], number]>([
    ['a dead key of OpenAI', { status: 401, body: error({ type: 'invalid_request_error', code: 'invalid_api_key' }) }, ['a m', 'b m'], 200],
    ['a forbidden account', { status: 403 }, ['a m', 'b m'], 200],
    ['an unpaid account', { status: 402 }, ['a m', 'b m'], 200],
    ['a quota', { status: 429 }, ['a m', 'b m'], 200],
    ['an outage', { status: 503 }, ['a m', 'b m'], 200],
    ['no connection', { status: 0 }, ['a m', 'b m'], 200],
    ['a model that is not served', { status: 404 }, ['a m', 'b m'], 200],
    ['a wrong Gemini key', { status: 400, body: error({ details: [{ reason: 'API_KEY_INVALID' }] }) }, ['a m', 'b m'], 200],
    ['a wrong request', { status: 400 }, ['a m'], 400],
    ['a conflict', { status: 409 }, ['a m'], 409],
    ['a large request', { status: 413 }, ['a m'], 413],
    ['an unprocessable request', { status: 422 }, ['a m'], 422],
    ['a prompt that is too long, in a 500', { status: 500, body: error({ code: 'context_length_exceeded' }) }, ['a m'], 500],
    ['something else', { status: 405 }, ['a m'], 405],
  ])('after %s', async (_about, reply, calls, status) => {
    const { ask } = newWorld({ tree: pool(['a', 'b']), answer: ({ key }) => (key === 'a' ? reply : { status: 200 }) });
    expect(await ask('m')).toMatchObject({ status, calls });
  });

  it('asks no more than max-retry-credentials', async () => {
    const { ask } = newWorld({ tree: pool(['a', 'b', 'c'], { 'max-retry-credentials': 2 }), answer: () => ({ status: 500 }) });
    expect(await ask('m')).toMatchObject({ status: 500, calls: ['a m', 'b m'] });
  });

  it('stays with a used-up quota where switch-project is off, as far as its provider is concerned', async () => {
    const tree = { 'openai-compatibility': [entry(['a', 'b'], ['m']), entry(['c'], ['m'])], 'quota-exceeded': { 'switch-project': false } };
    const { ask } = newWorld({ tree, answer: ({ key }) => ({ status: key === 'c' ? 503 : 429 }) });
    expect((await ask('m')).calls).toEqual(['a m', 'c m']);
  });

  it('asks an upstream in trouble last, and turns nobody away for it', async () => {
    let healthy = false;
    const { ask } = newWorld({
      tree: pool(['a', 'b'], { 'circuit-breaker': { failures: 2 } }),
      answer: ({ key }) => ({ status: key === 'b' || healthy ? 200 : 503 }),
    });
    expect([(await ask('m')).calls, (await ask('m')).calls]).toEqual([['a m', 'b m'], ['b m']]);
    const alone = newWorld({ tree: pool(['a'], { 'circuit-breaker': { failures: 2 } }), answer: () => ({ status: healthy ? 200 : 503 }) });
    for (let count = 0; count < 4; count += 1) expect(await alone.ask('m')).toMatchObject({ status: 503, calls: ['a m'] });
    healthy = true;
    expect(await alone.ask('m')).toMatchObject({ status: 200 });
  });

  it('keeps a conversation with its credential while that works', async () => {
    let broken = '';
    const { ask, pass } = newWorld({
      tree: pool(['a', 'b', 'c'], { routing: { 'session-affinity': true } }),
      answer: ({ key }) => (key === broken ? { status: 429, headers: { 'retry-after': '60' } } : { status: 200 }),
    });
    const turns = async (user: string) => [(await ask('m', { user })).calls, (await ask('m', { user })).calls];
    expect([await turns('one'), await turns('two')]).toEqual([
      [['a m'], ['a m']],
      [['b m'], ['b m']],
    ]);
    broken = 'a';
    expect(await turns('one')).toEqual([['a m', 'c m'], ['c m']]);
    pass(60_000);
    expect(await turns('one')).toEqual([['c m'], ['c m']]);
  });
});

describe('at the same time', () => {
  const together = <T>(times: number, once: () => Promise<T>): Promise<readonly T[]> => Promise.all(Array.from({ length: times }, once));

  it('a burst of refusals is one step of the schedule, and the next window begins with one request', async () => {
    const { ask, seen, pass } = newWorld({ tree: pool(['a']), answer: () => ({ status: 429 }) });
    await together(10, () => ask('m'));
    expect([seen.length, (await ask('m')).retryAfterSeconds]).toEqual([10, 1]);
    pass(1_000);
    await together(10, () => ask('m'));
    expect([seen.length, (await ask('m')).retryAfterSeconds]).toEqual([11, 2]);
  });

  it('one request tries whether a circuit may close', async () => {
    let healthy = false;
    const tree = pool(['a', 'b'], { 'disable-cooling': true, 'circuit-breaker': { failures: 1, 'open-seconds': 30 } });
    const { ask, seen, pass } = newWorld({ tree, answer: ({ key }) => ({ status: key === 'b' || healthy ? 200 : 500 }) });
    await ask('m');
    await together(6, () => ask('m'));
    pass(30_000);
    healthy = true;
    const from = seen.length;
    await together(6, () => ask('m'));
    const keys = seen.slice(from).map(({ key }) => key);
    const after = [...(await ask('m')).calls, ...(await ask('m')).calls];
    expect([keys.filter((key) => key === 'a').length, after.sort()]).toEqual([1, ['a m', 'b m']]);
  });
});

describe('nobody is left', () => {
  it('because of quota: 429 with the time, until it is over', async () => {
    const { ask, pass } = newWorld({
      tree: pool(['a', 'b']),
      answer: ({ key }) => ({ status: 429, headers: { 'retry-after': key === 'a' ? '90' : '3700' }, body: error({ code: 'rate_limit' }) }),
    });
    expect(await ask('m')).toMatchObject({ status: 429, calls: ['a m', 'b m'] });
    pass(500);
    const provider = 'x-a-b';
    expect(await ask('m')).toEqual({
      status: 429,
      code: 'model_cooldown',
      message: `All credentials for model m are cooling down via provider ${provider} (last error: status 429 (rate_limit))`,
      retryAfterSeconds: 90,
      data: { model: 'm', provider, reset_time: '1m30s', reset_seconds: 90 },
      model: undefined,
      calls: [],
      fallbacks: undefined,
    });
    pass(89_500);
    expect((await ask('m')).calls).toEqual(['a m']);
  });

  it('for mixed reasons: 503 with providers and model, and nothing that the upstream wrote', async () => {
    const { ask, context } = newWorld({
      tree: pool(['a', 'b']),
      answer: ({ key }) => ({ status: key === 'a' ? 429 : 401, body: error({ message: 'private words', code: 'bad key!' }) }),
    });
    await ask('m');
    const { message, ...rest } = await ask('m');
    expect([message, rest]).toEqual([
      'No usable credential (providers=x-a-b, model=m): the last answer of the upstream was status 429. It is asked again in 1 s.',
      { status: 503, code: 'no_usable_credential', retryAfterSeconds: 1, model: undefined, calls: [], fallbacks: undefined },
    ]);
    expect(context.routing.listed().map(({ id }) => id)).toEqual(['m']);
  });

  it('with disable-cooling everybody is asked each time, except for what a remedy took out', async () => {
    let status = 401;
    const { ask } = newWorld({ tree: pool(['a'], { 'disable-cooling': true }), answer: () => ({ status }) });
    for (const next of [429, 503, 404]) {
      expect((await ask('m')).calls).toEqual(['a m']);
      status = next;
    }
    expect([(await ask('m')).calls, (await ask('m')).calls]).toEqual([['a m'], []]);
  });

  it('an entry decides about its own cooling', async () => {
    const tree = {
      'disable-cooling': true,
      'openai-compatibility': [entry(['a'], ['m'], { 'disable-cooling': false }), entry(['b'], ['m'])],
    };
    const { ask } = newWorld({ tree, answer: () => ({ status: 401 }) });
    expect([(await ask('m')).calls, (await ask('m')).calls]).toEqual([['a m', 'b m'], ['b m']]);
  });
});

describe('builds differ', () => {
  const openAiDeadKey = { status: 401, body: error({ type: 'invalid_request_error', code: 'invalid_api_key' }) };

  it.each<[string, Partial<RoutingPolicy>, Reply, readonly string[]]>([
    ["in whose fault OpenAI's answer to a dead key is", { deadKeyBody: 'request' }, openAiDeadKey, ['a m']],
    ['in asking all after a wrong request', { requestFaults: 'ask-all' }, { status: 400 }, ['a m', 'b m']],
    [
      'but not after one that says so',
      { requestFaults: 'ask-all' },
      { status: 400, body: error({ type: 'invalid_request_error' }) },
      ['a m'],
    ],
    ['in which statuses cool down', { otherStatusMs: 60_000 }, { status: 529 }, ['a m', 'b m']],
  ])('%s', async (_about, policy, reply, calls) => {
    const { ask } = newWorld({ tree: pool(['a', 'b']), answer: ({ key }) => (key === 'a' ? reply : { status: 200 }), policy });
    expect((await ask('m')).calls).toEqual(calls);
  });

  it('in what they answer when nobody is left, and in when a model is listed again', async () => {
    const noCredential = { ...documented.routing.noCredential, status: 500, namesProvidersAndModel: false } as const;
    const policy = { noCredential, unhidesOnExpiry: false };
    const { ask, context, pass } = newWorld({ tree: pool(['a']), answer: () => ({ status: 401 }), policy });
    await ask('m');
    expect(await ask('m')).toMatchObject({
      status: 500,
      message: 'No usable credential: the last answer of the upstream was status 401. It is asked again in 30 min.',
    });
    pass(30 * 60_000);
    expect([context.routing.listed(), (await ask('m')).calls]).toEqual([[], ['a m']]);
  });
});

describe('further rounds', () => {
  const rounds = { 'request-retry': 3, 'max-retry-interval': 30 };

  it('wait for the nearest cooldown, and a quarter more at most', async () => {
    let asked = 0;
    const { ask, waits } = newWorld({ tree: pool(['a'], rounds), answer: () => ({ status: (asked += 1) === 1 ? 429 : 200 }) });
    expect([await ask('m'), waits]).toMatchObject([{ status: 200, calls: ['a m', 'a m'] }, [1_250]]);
  });

  it('jitter is never more than two seconds', async () => {
    let asked = 0;
    const answer = (): Reply => ((asked += 1) === 1 ? { status: 429, headers: { 'retry-after': '20' } } : { status: 200 });
    const { ask, waits } = newWorld({ tree: pool(['a'], rounds), answer });
    expect([(await ask('m')).status, waits]).toEqual([200, [22_000]]);
  });

  it('also for a request that comes while everybody cools down', async () => {
    let limited = true;
    const { ask, waits } = newWorld({
      tree: pool(['a'], { ...rounds, 'request-retry': 1 }),
      answer: () => (limited ? { status: 429, headers: { 'retry-after': '40' } } : { status: 200 }),
    });
    expect((await ask('m')).status).toBe(429);
    limited = false;
    const later = newWorld({ tree: pool(['a'], rounds), answer: () => ({ status: 200 }) });
    const [candidate] = later.context.routing.candidates('m');
    if (candidate === undefined) throw new Error('a candidate');
    const cooling = { kind: 'quota', forMs: 4_000, hinted: true, failureClass: 'quota', error: { status: 429 } } as const;
    later.context.routing.cooldowns.start(candidate, cooling);
    expect([await later.ask('m'), later.waits, waits]).toMatchObject([{ status: 200, calls: ['a m'] }, [5_000], []]);
  });

  it.each<[string, object, Reply, number]>([
    ['a wait that is too long', rounds, { status: 429, headers: { 'retry-after': '60' } }, 1],
    ['no interval', { 'request-retry': 3 }, { status: 429 }, 1],
    ['no interval and nothing to wait for', { 'request-retry': 3 }, { status: 503 }, 4],
    ['a status that promises nothing', rounds, { status: 501 }, 1],
    ['a dead key', rounds, { status: 401 }, 1],
    ['no connection', rounds, { status: 0 }, 4],
    ['a rule of its own', { ...rounds, 'request-retry': 0 }, { status: 503 }, 1],
    ['an upstream that wants more time', rounds, { status: 503, headers: { 'retry-after': '31' } }, 1],
    ['a budget that is used up', { ...rounds, 'retry-budget': { ratio: 0, minimum: 2 } }, { status: 503 }, 3],
  ])('%s', async (_about, more, reply, attempts) => {
    const { ask, seen } = newWorld({ tree: pool(['a'], more), answer: () => reply });
    await ask('m');
    expect(seen).toHaveLength(attempts);
  });

  it('pause longer each time without a word of the upstream', async () => {
    const { ask, waits } = newWorld({ tree: pool(['a'], rounds), answer: () => ({ status: 502 }) });
    await ask('m');
    expect(waits).toEqual([625, 1_250, 2_500]);
  });

  it("are an entry's own, and a stream has more of them", async () => {
    const own = { 'openai-compatibility': [entry(['a'], ['m'], { 'request-retry': 2 }), entry(['b'], ['m'])] };
    const { ask } = newWorld({ tree: own, answer: () => ({ status: 500 }) });
    expect((await ask('m')).calls).toEqual(['a m', 'b m', 'a m', 'a m']);
    const streaming = { streaming: { 'bootstrap-retries': 1 } };
    const streamed = newWorld({ tree: pool(['a'], streaming), answer: () => ({ status: 500 }) });
    expect([(await streamed.ask('m', { stream: true })).calls.length, (await streamed.ask('m')).calls.length]).toEqual([2, 1]);
  });

  it('leave out who failed for good', async () => {
    const { ask } = newWorld({
      tree: pool(['a', 'b'], { 'request-retry': 1, 'disable-cooling': true }),
      answer: ({ key }) => ({ status: key === 'a' ? 401 : 503 }),
    });
    expect((await ask('m')).calls).toEqual(['a m', 'b m', 'b m']);
  });

  it('end when the client leaves', async () => {
    const controller = new AbortController();
    const { ask } = newWorld({
      tree: pool(['a'], rounds),
      answer: () => {
        controller.abort();
        return { status: 503 };
      },
    });
    expect((await ask('m', {}, controller.signal)).calls).toEqual(['a m']);
  });
});

describe('tokens', () => {
  const renewing = (works: boolean): Partial<Credentials> => ({
    renewed: ({ credential }) => Promise.resolve(works ? { ...credential, secret: 'new' } : undefined),
  });
  const kiro = { status: 403, body: '{"message":"The bearer token included in the request is invalid."}' };

  it.each<[string, Reply, boolean, readonly string[], number]>([
    ['a 401 is renewed once', { status: 401 }, true, ['a m', 'new m'], 200],
    ['a 403 of a dead token too', kiro, true, ['a m', 'new m'], 200],
    ['another 403 is not', { status: 403 }, true, ['a m', 'b m'], 200],
    ['what cannot be renewed rotates', { status: 401 }, false, ['a m', 'b m'], 200],
  ])('%s', async (_about, reply, works, calls, status) => {
    const answer = ({ key }: Seen): Reply => (key === 'a' ? reply : { status: 200 });
    const { ask } = newWorld({ tree: pool(['a', 'b']), answer, credentials: renewing(works) });
    expect(await ask('m')).toMatchObject({ calls, status });
  });

  it('that are renewed in vain cool down like dead ones', async () => {
    const { ask } = newWorld({ tree: pool(['a']), answer: () => ({ status: 401 }), credentials: renewing(true) });
    expect([(await ask('m')).calls, (await ask('m')).status]).toEqual([['a m', 'new m'], 503]);
  });

  it('that cannot be had any more send the request elsewhere', async () => {
    const expired = new ProxyError('credential-expired', 'over');
    const { ask } = newWorld({
      tree: pool(['a', 'b']),
      answer: () => ({ status: 200 }),
      credentials: { fresh: (credential) => (credential.secret === 'a' ? Promise.reject(expired) : Promise.resolve(credential)) },
    });
    expect([(await ask('m')).calls, (await ask('m')).calls]).toEqual([['b m'], ['b m']]);
  });

  it('that can be had again are asked at once, also when nobody else is there', async () => {
    let isOver = true;
    const fresh: Credentials['fresh'] = (credential) =>
      isOver ? Promise.reject(new ProxyError('credential-expired', 'over')) : Promise.resolve(credential);
    const { ask } = newWorld({ tree: pool(['a']), answer: () => ({ status: 200 }), credentials: { fresh } });
    const before = await ask('m');
    isOver = false;
    expect([before, await ask('m')]).toMatchObject([
      { calls: [], status: 503 },
      { calls: ['a m'], status: 200 },
    ]);
  });
});

describe('fallback', () => {
  const two = (fallback: unknown): object => ({
    'openai-compatibility': [entry(['a'], ['m', 'n'])],
    fallback: { m: fallback },
  });
  const failing =
    (reply: Reply) =>
    ({ model }: Seen): Reply =>
      model === 'm' ? reply : { status: 200 };

  it.each<[string, Reply, readonly string[], boolean]>([
    ['quota', { status: 429 }, ['quota'], true],
    ['quota, not allowed', { status: 429 }, ['model-refused'], false],
    ['forbidden', { status: 403 }, ['forbidden'], true],
    ['a dead key', { status: 401 }, ['forbidden'], true],
    ['unavailable', { status: 503 }, ['unavailable'], true],
    ['no connection', { status: 0 }, ['unavailable'], true],
    ['model refused', { status: 404 }, ['model-refused'], true],
    ['model refused, not allowed', { status: 404 }, ['quota'], false],
    ['a wrong request', { status: 400 }, ['model-refused', 'quota', 'forbidden', 'unavailable'], false],
    ['a wrong request with any-failure', { status: 400 }, ['any-failure'], true],
  ])('%s', async (_about, reply, on, falls) => {
    const { ask } = newWorld({ tree: two({ to: 'n', on }), answer: failing(reply) });
    expect(await ask('m')).toMatchObject(falls ? { model: 'n', calls: ['a m', 'a n'] } : { model: undefined, calls: ['a m'] });
    // While it cools down the same holds, without asking; what does not cool down is asked again.
    expect((await ask('m')).model).toBe(falls ? 'n' : undefined);
  });

  it('is visible in the record', async () => {
    const { ask } = newWorld({ tree: two({ to: 'n', on: ['quota'] }), answer: failing({ status: 429 }) });
    expect([(await ask('m')).fallbacks, (await ask('m')).fallbacks]).toEqual([['m: quota with status 429'], ['m: quota with status 429']]);
  });

  it('for a refused model is a remedy, and off with it', async () => {
    for (const on of [['model-refused'], ['any-failure']]) {
      const { ask } = newWorld({ tree: two({ to: 'n', on }), answer: failing({ status: 404 }), off: ['model-fallback'] });
      expect(await ask('m')).toMatchObject({ status: 404, calls: ['a m'] });
    }
  });

  it('of a used-up quota leads to the preview twin, unless that is switched off', async () => {
    const tree = { 'openai-compatibility': [entry(['a'], ['m', 'm-preview'])] };
    const answer = ({ model }: Seen): Reply => ({ status: model === 'm' ? 429 : 200 });
    const off = { ...tree, 'quota-exceeded': { 'switch-preview-model': false } };
    expect([(await newWorld({ tree, answer }).ask('m')).model, (await newWorld({ tree: off, answer }).ask('m')).model]).toEqual([
      'm-preview',
      undefined,
    ]);
    const back = newWorld({ tree, answer: ({ model }) => ({ status: model === 'm' ? 200 : 429 }) });
    expect((await back.ask('m-preview')).model).toBe('m');
  });

  it("does not lead out of a client key's scope", async () => {
    const client = { id: 'c', scope: { models: ['m'] } };
    const { ask } = newWorld({ tree: two({ to: 'n', on: ['quota'] }), answer: failing({ status: 429 }), client });
    expect(await ask('m')).toMatchObject({ status: 429, calls: ['a m'] });
  });
});

describe('whatever happens', () => {
  const keys = ['a', 'b', 'c', 'd', 'e'] as const;
  const replies: readonly Reply[] = [
    { status: 200 },
    { status: 401 },
    { status: 402 },
    { status: 403 },
    { status: 404 },
    { status: 400 },
    { status: 429 },
    { status: 429, headers: { 'retry-after': '30' } },
    { status: 429, headers: { 'retry-after': '9999999' } },
    { status: 429, headers: { 'retry-after': '-3' } },
    { status: 503, headers: { 'retry-after': '30' } },
    { status: 0 },
  ];
  const [minutes, hours] = [60_000, 3_600_000];

  /** Until when an answer rules a credential out for a model, told independently of the proxy. */
  const ruledOut = ({ status, headers }: Reply, at: number, level: number): number => {
    if (status === 401 || status === 402 || status === 403) return at + 30 * minutes;
    if (status === 404) return at + 12 * hours;
    if (status !== 429) return 0;
    const hint = Number(headers?.['retry-after']);
    return at + (hint > 0 ? Math.min(hint * 1000, 24 * hours) : Math.min(1000 * 2 ** level, 30 * minutes));
  };

  const step = fc.record({
    model: fc.constantFrom('m', 'n'),
    passMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 26 * hours })),
    reply: fc.array(fc.constantFrom(...replies), { minLength: keys.length, maxLength: keys.length }),
  });

  it('nobody is asked who is out, disabled or does not offer the model, and everybody comes back on time', async () => {
    const tree = {
      'request-retry': 2,
      'max-retry-interval': 5,
      'openai-compatibility': [
        entry(['a', 'b'], ['m', 'n']),
        entry(['c'], ['m'], { priority: 5 }),
        entry(['d'], ['m', 'n'], { disabled: true }),
        entry(['e'], ['n'], { weight: 3 }),
      ],
    };
    const offering: Readonly<Record<string, string>> = { m: 'abc', n: 'abe' };
    const run = async (steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): Promise<void> => {
      const out = new Map<string, number>();
      const levels = new Map<string, number>();
      let reply: readonly Reply[] = [];
      const world = newWorld({
        tree,
        answer: ({ key, model, at }) => {
          const name = `${key} ${model}`;
          expect(offering[model]).toContain(key);
          expect(at, `${name} is out`).toBeGreaterThanOrEqual(out.get(name) ?? 0);
          const given = reply[keys.indexOf(key as 'a')] ?? { status: 200 };
          const isGuess = given.status === 429 && !(Number(given.headers?.['retry-after']) > 0);
          out.set(name, ruledOut(given, at, levels.get(name) ?? 0));
          if (isGuess) levels.set(name, (levels.get(name) ?? 0) + 1);
          if (given.status === 200) levels.delete(name);
          return given;
        },
      });
      for (const { model, passMs, reply: next } of steps) {
        world.pass(passMs);
        reply = next;
        const usable = (offering[model] ?? '').split('').filter((key) => (out.get(`${key} ${model}`) ?? 0) <= world.now());
        const { calls } = await world.ask(model);
        expect(calls.length === 0, 'asked when somebody is usable').toBe(usable.length === 0 && calls.length === 0);
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), run), { numRuns: 60 });
  });

  it('fallbacks end, and ask each model once', async () => {
    const models = ['m0', 'm1', 'm2', 'm3', 'm4'];
    const conditions = ['model-refused', 'quota', 'forbidden', 'unavailable', 'any-failure'];
    const rule = fc.record({
      to: fc.array(fc.constantFrom(...models), { minLength: 1, maxLength: 4 }),
      on: fc.uniqueArray(fc.constantFrom(...conditions), { minLength: 1 }),
    });
    const graph = fc.array(rule, { minLength: models.length, maxLength: models.length });
    const statuses = fc.array(fc.constantFrom(404, 429, 403, 503, 400, 200), { minLength: models.length, maxLength: models.length });
    await fc.assert(
      fc.asyncProperty(graph, statuses, async (rules, status) => {
        const fallback = Object.fromEntries(models.map((model, index) => [model, rules[index]]));
        const tree = { 'openai-compatibility': [entry(['a', 'b'], models)], fallback };
        const { ask } = newWorld({ tree, answer: ({ model }) => ({ status: status[models.indexOf(model)] ?? 200 }) });
        const { calls, model } = await ask('m0');
        const asked = calls.map((call) => call.split(' ')[1]).filter((name, index, all) => name !== all[index - 1]);
        expect(asked).toEqual([...new Set(asked)]);
        expect(model === undefined || status[models.indexOf(model)] === 200).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
