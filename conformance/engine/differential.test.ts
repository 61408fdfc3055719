import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import {
  answer,
  CLIENT_KEY,
  converse,
  defineScenario,
  deviates,
  holds,
  must,
  TOKEN,
  type ClientDialect,
  type Probe,
} from '#scenarios/kit/index';
import type { Scenario } from '#scenarios/kit/scenario';

import type { DirectUpstream, Target } from '../targets/target.ts';
import { urlTarget } from '../targets/url-target.ts';
import { reportSchema } from './records.ts';
import { runSuite, type RunOptions } from './run.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Seen {
  readonly path: string;
  readonly key: string | undefined;
  readonly model: unknown;
}

/** A server that gives every request this status, and what it was asked. */
const serverOf = async (status: number, answer = '{}'): Promise<{ readonly url: string; readonly seen: Seen[] }> => {
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body = (text === '' ? {} : JSON.parse(text)) as { model?: unknown };
      seen.push({ path: req.url ?? '', key: req.headers.authorization, model: body.model });
      res.writeHead(status, { 'content-type': 'application/json' }).end(answer);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
};

const probe = (model: string, changes: Partial<Probe> = {}): Probe => ({
  dialect: 'openai-chat',
  method: 'POST',
  path: '/v1/chat/completions',
  headers: {},
  body: { json: { model, messages: [{ role: 'user', content: TOKEN }] } },
  stream: false,
  encoding: 'identity',
  framing: 'content-length',
  timeoutMs: 5_000,
  after: [],
  maxOutputTokens: 10,
  ...changes,
});

type Steps = Scenario<'ask' | 'again'>['steps'];

const scenarioOf = (steps: Steps, client: ClientDialect = 'openai-chat'): Scenario =>
  defineScenario<'ask' | 'again'>({
    id: 'miniature/asks',
    title: 'The proxy answers a question',
    matrixRow: 3,
    requires: [],
    diagnosis: { symptom: 'A symptom here.', cause: 'A cause, here.', check: 'A check, here.', remediation: 'A remediation.' },
    cells: [{ client, upstream: 'openai-chat', stream: false }],
    upstream: () => answer('text'),
    steps,
    expectations: [
      must('it-answers', ['ask'], ({ ask }) => (ask.status === 200 ? holds() : deviates({ expected: 200, actual: ask.status }))),
      must('it-answers-again', ['again'], ({ again }) =>
        again.status === 502 || again.status === 200 ? holds() : deviates({ expected: 200, actual: again.status }),
      ),
    ],
    remedy: { proxy: ['answers'] },
    symptom: { violates: () => ['it-answers'] },
    live: { safe: true, idempotent: true, maxOutputTokens: 10, timeoutMs: 1_000 },
  });

const plain: Steps = ({ model }) => ({ ask: probe(model()), again: probe(model()) });

const profile = {
  name: 'miniature',
  claims: new Set<string>(['client:openai-chat', 'upstream:openai-chat']),
  models: { 'openai-chat': 'proxy-name' },
};

const canary = async (
  proxied: number,
  direct: Partial<DirectUpstream> | undefined,
  changes: Partial<RunOptions> = {},
  claims = profile,
) => {
  const proxy = await serverOf(proxied);
  const target: Target = {
    ...urlTarget({ url: proxy.url, profile: claims, key: 'key-of-the-proxys-callers' }),
    ...(direct !== undefined && {
      direct: {
        url: 'http://127.0.0.1:1',
        dialect: 'openai-chat',
        key: 'key-of-the-upstream',
        models: { 'openai-chat': 'vendor-name' },
        ...direct,
      },
    }),
  };
  const report = await runSuite({ target, scenarios: [scenarioOf(plain)], arms: ['canary'], seed: 7, ...changes });
  reportSchema.parse(JSON.parse(JSON.stringify(report)));
  const [result] = report.results;
  const attributions = result?.expectations.flatMap(({ id, attribution }) =>
    attribution ? [[id, attribution.at, attribution.because]] : [],
  );
  return { attributions, cost: result?.cost.requests, result, proxy };
};

describe('a failed canary beside a direct upstream', () => {
  it('is the fault of the proxy when the same check holds there; asked once, under its own name and key', async () => {
    const upstream = await serverOf(200);
    const { attributions, cost, result } = await canary(502, { url: upstream.url });
    expect(attributions).toEqual([
      ['it-answers', 'proxy', 'the same check holds when the upstream is asked directly (200 directly, 502 through the proxy)'],
    ]);
    expect(upstream.seen).toEqual([{ path: '/v1/chat/completions', key: 'Bearer key-of-the-upstream', model: 'vendor-name' }]);
    expect(cost).toBe(3);
    expect([...new Set(result?.trace?.map(({ step }) => step))].sort()).toEqual(['again', 'ask', 'ask (direct)']);
    expect(JSON.stringify(result)).not.toContain('key-of-the-upstream');
  });

  it('keeps the key of the upstream out of the report, also when the upstream says it', async () => {
    const upstream = await serverOf(200, '{"echo":"key-of-the-upstream"}');
    const { result } = await canary(502, { url: upstream.url });
    const said = result?.trace?.filter(({ step }) => step === 'ask (direct)').map(({ what }) => what);
    expect(said?.at(-1)).toBe('end {"echo":"[redacted]"}');
  });

  it('is the fault of the upstream when it deviates in the same way', async () => {
    const upstream = await serverOf(502);
    const { attributions } = await canary(502, { url: upstream.url });
    expect(attributions).toEqual([['it-answers', 'upstream', 'asked directly, the upstream deviates in the same way (502 both times)']]);
  });

  it('stays open when the upstream deviates otherwise, or gives no verdict', async () => {
    const upstream = await serverOf(401);
    expect((await canary(502, { url: upstream.url })).attributions).toEqual([
      ['it-answers', 'unknown', 'asked directly, the upstream deviates too, but otherwise (401 directly, 502 through the proxy)'],
    ]);
    expect((await canary(502, {})).attributions).toEqual([
      ['it-answers', 'unknown', 'proxy or upstream: the direct question gave no verdict: no connection to the target: ECONNREFUSED'],
    ]);
  });

  it('is not compared in another dialect, without a model, or past the budget', async () => {
    const upstream = await serverOf(200);
    const because = async (direct: Partial<DirectUpstream>, changes: Partial<RunOptions> = {}) =>
      (await canary(502, { url: upstream.url, ...direct }, changes)).attributions?.[0]?.[2];
    expect(await because({ dialect: 'gemini-generate' })).toBe(
      'proxy or upstream: the direct upstream speaks gemini-generate, and the one behind this question is openai-chat',
    );
    expect(await because({ models: {} })).toBe('proxy or upstream: no model of the direct upstream is known for openai-chat');
    expect(await because({}, { budget: { requests: 2 } })).toBe(
      'proxy or upstream: the direct question gave no verdict: budget-spent: all 2 requests are spent',
    );
    expect(upstream.seen).toEqual([]);
  });

  it('shows the upstream no key of the proxy, and asks it nothing that builds on the proxy or is about it', async () => {
    const upstream = await serverOf(200);
    const because = async (steps: Steps) =>
      (await canary(502, { url: upstream.url }, { scenarios: [scenarioOf(steps)] })).attributions?.[0]?.[2];
    const withKey: Steps = ({ model }) => ({
      ...plain({ model, cell: cellOf }),
      ask: probe(model(), { credential: { headers: { 'x-api-key': CLIENT_KEY } } }),
    });
    const list: Steps = ({ model }) => {
      const { body: _none, ...bodiless } = probe(model(), { method: 'GET', path: '/v1/models' });
      return { ...plain({ model, cell: cellOf }), ask: bodiless };
    };
    const later: Steps = ({ model }) => ({ ...plain({ model, cell: cellOf }), ask: probe(model(), { after: ['again'] }) });
    expect(await because(withKey)).toBe('proxy or upstream: the step is about the key of the proxy’s own callers');
    expect(await because(list)).toBe('proxy or upstream: the step asks the proxy about itself');
    expect(await because(later)).toBe('proxy or upstream: the step builds on what the proxy did before');
    expect(upstream.seen).toEqual([]);
  });

  it('asks the upstream in its own dialect when the caller spoke another', async () => {
    const upstream = await serverOf(200);
    const inItsDialect: Steps = ({ cell, model }) => {
      const question = converse(cell, { model: model(), text: 'Say ok.', maxOutputTokens: 8 });
      return { ask: question, again: question };
    };
    const translated = scenarioOf(inItsDialect, 'anthropic-messages');
    const target = { ...profile, claims: new Set([...profile.claims, 'client:anthropic-messages']) };
    const { attributions, proxy } = await canary(502, { url: upstream.url }, { scenarios: [translated] }, target);
    expect(attributions?.[0]?.slice(0, 2)).toEqual(['it-answers', 'proxy']);
    expect([proxy.seen[0]?.path, upstream.seen[0]?.path]).toEqual(['/v1/messages', '/v1/chat/completions']);
  });

  it('asks the upstream three questions at most', async () => {
    const upstream = await serverOf(200);
    const names = ['one', 'two', 'three', 'four'] as const;
    const four = defineScenario<(typeof names)[number]>({
      ...scenarioOf(plain),
      steps: ({ model }) => ({ one: probe(model()), two: probe(model()), three: probe(model()), four: probe(model()) }),
      expectations: names.map((name) =>
        must(`${name}-answers`, [name], ({ [name]: sight }) =>
          sight.status === 200 ? holds() : deviates({ expected: 200, actual: sight.status }),
        ),
      ),
      symptom: { violates: () => ['one-answers'] },
    });
    const { attributions } = await canary(502, { url: upstream.url }, { scenarios: [four] });
    expect(attributions?.map(([, at]) => at)).toEqual(['proxy', 'proxy', 'proxy', 'unknown']);
    expect(attributions?.[3]?.[2]).toBe('proxy or upstream: 3 direct questions for one arm are enough');
    expect(upstream.seen.length).toBe(3);
  });

  it('is not asked for when nothing failed', async () => {
    const upstream = await serverOf(200);
    expect((await canary(200, { url: upstream.url })).attributions).toEqual([]);
    expect(upstream.seen).toEqual([]);
  });
});

it('without a direct upstream, the verdict says what cannot be known', async () => {
  expect((await canary(502, undefined)).attributions).toEqual([
    ['it-answers', 'unknown', "proxy or upstream: only the caller's side was seen; --direct URL asks the upstream itself and compares"],
  ]);
});

const cellOf = { client: 'openai-chat', upstream: 'openai-chat', stream: false } as const;
