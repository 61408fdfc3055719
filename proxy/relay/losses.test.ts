import { answer, startMockUpstream } from '#fixtures/index';
import type { MockUpstream } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';
import type { ProxyLogLine } from '../options.ts';
import { lossesHeader, lossesRefusal } from './losses.ts';

let upstream: MockUpstream;
beforeAll(async () => {
  upstream = await startMockUpstream();
});
afterAll(() => upstream.close());

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

const token = (n: number): string => `wpt_losses${String(n).padStart(10, '0')}`;

const compatible = (base: 'openai-chat' | 'openai-responses', model: string): object => ({
  name: base,
  'base-url': upstream.baseUrl(base),
  'wire-api': base === 'openai-chat' ? 'chat' : 'responses',
  'api-key-entries': [{ 'api-key': `${base}-key` }],
  models: [{ name: model }],
});

interface Asked {
  readonly config?: object;
  readonly model?: string;
  readonly more?: object;
}

/** What came of one Chat request: status, header, body, the count in the log line, and how often an upstream was asked. */
const ask = async (n: number, { config = {}, model = 'claude', more = {} }: Asked) => {
  const logs: ProxyLogLine[] = [];
  upstream.script(token(n), answer('text'));
  const app = await buildProxy({
    config: {
      'claude-api-key': [{ 'api-key': 'claude-key', 'base-url': upstream.baseUrl('anthropic-messages'), models: [{ name: 'claude' }] }],
      'openai-compatibility': [compatible('openai-chat', 'gpt')],
      ...config,
    },
    onLog: (line) => logs.push(line),
  });
  apps.push(app);
  const response = await app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    payload: { model, messages: [{ role: 'user', content: token(n) }], ...more },
  });
  return {
    status: response.statusCode,
    header: response.headers['wireproof-losses'],
    body: response.body,
    count: logs.find(({ fields }) => fields['event'] === 'request')?.fields['lossCount'],
    calls: upstream.calls(token(n)).length,
  };
};

const lossy = { seed: 7, logit_bias: { 50: 1 } };
const paths = 'extensions.openai-chat.logit_bias, seed';

describe('losses: list', () => {
  it.each([false, true])('lists what the request lost, and counts it in the log (stream: %s)', async (stream) => {
    const { status, header, count, calls } = await ask(stream ? 1 : 2, { more: { ...lossy, stream } });
    expect([status, header, count, calls]).toEqual([200, paths, 2, 1]);
  });

  it('lists nothing for the same dialect, nor when all is carried', async () => {
    const same = await ask(3, { model: 'gpt', more: lossy });
    const carried = await ask(4, { more: { temperature: 0.5 } });
    expect([same, carried].map(({ status, header, count }) => [status, header, count])).toEqual([
      [200, undefined, undefined],
      [200, undefined, undefined],
    ]);
  });
});

describe('losses: refuse', () => {
  const refuse = { losses: 'refuse' };

  it("answers 400 in the client's envelope, names each path and why, and asks nobody", async () => {
    const { status, body, calls } = await ask(5, { config: refuse, more: lossy });
    expect([status, calls]).toEqual([400, 0]);
    expect(JSON.parse(body)).toEqual({
      error: {
        message:
          "The upstream's dialect anthropic-messages cannot carry: extensions.openai-chat.logit_bias (a field of openai-chat that has no neutral form); " +
          'seed (Anthropic has no seed).',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_request',
      },
    });
  });

  it('lets pass what is carried, and the same dialect', async () => {
    const carried = await ask(6, { config: refuse, more: { temperature: 0.5 } });
    const same = await ask(7, { config: refuse, model: 'gpt', more: lossy });
    expect([carried, same].map(({ status, calls }) => [status, calls])).toEqual([
      [200, 1],
      [200, 1],
    ]);
  });

  it('goes on to a credential whose dialect carries everything', async () => {
    const both = { 'openai-compatibility': [compatible('openai-responses', 'both'), compatible('openai-chat', 'both')] };
    const { status, header, count, calls } = await ask(8, { config: { ...refuse, ...both }, model: 'both', more: lossy });
    expect([status, header, count, calls]).toEqual([200, undefined, undefined, 1]);
  });
});

describe('the header', () => {
  it('is absent without losses, and names a path once', () => {
    expect(lossesHeader([])).toEqual({});
    expect(
      lossesHeader([
        { path: 'stop', why: 'a' },
        { path: 'stop', why: 'b' },
      ]),
    ).toEqual({ 'wireproof-losses': 'stop' });
  });

  it('holds no sign that would end it, divide a path or leave ASCII', () => {
    expect(lossesHeader([{ path: 'extensions.a\r\nx: 1,é', why: '' }])).toEqual({ 'wireproof-losses': 'extensions.a__x:_1__' });
  });

  it('stays below 2 KiB and counts what does not fit', () => {
    const losses = Array.from({ length: 500 }, (_, index) => ({ path: `turns[${index}].parts[0].isError`, why: '' }));
    const value = lossesHeader(losses)['wireproof-losses'] ?? '';
    const listed = value.split(', ');
    expect(value.length).toBeLessThanOrEqual(2048);
    expect(listed.at(-1)).toBe(`and ${500 - (listed.length - 1)} more`);
    expect(listed.slice(0, -1)).toEqual(losses.slice(0, listed.length - 1).map(({ path }) => path));
  });
});

it('refuses with a message that does not grow with the request', () => {
  const losses = Array.from({ length: 5000 }, (_, index) => ({ path: `p${index}`, why: 'w' }));
  expect(lossesRefusal(losses, 'gemini-generate').message).toMatch(/; p199 \(w\); and 4800 more\.$/);
});
