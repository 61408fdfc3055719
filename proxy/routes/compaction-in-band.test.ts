import { exchange, replay, startMockUpstream } from '#fixtures/index';
import type { MockUpstream } from '#fixtures/index';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { buildProxy } from '../app.ts';

let upstream: MockUpstream;
let app: FastifyInstance;
let url: string;
beforeAll(async () => {
  upstream = await startMockUpstream();
  const compatible = (name: 'openai-chat' | 'openai-responses', api: string) => ({
    name,
    'base-url': upstream.baseUrl(name),
    'wire-api': api,
    'api-key-entries': [{ 'api-key': 'k' }],
    models: [{ name }],
  });
  app = await buildProxy({
    config: { 'openai-compatibility': [compatible('openai-chat', 'chat'), compatible('openai-responses', 'responses')] },
    authFiles: [{ type: 'codex', base_url: upstream.baseUrl('codex'), access_token: 'codex-token', models: ['codex'] }],
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await upstream.close();
});

let tokens = 0;
const newToken = (): string => {
  const token = `wpt_${(tokens += 1).toString(36).padStart(16, '0')}`;
  upstream.script(token, replay('codex/compact-v2.stream'));
  return token;
};

const trigger = { type: 'compaction_trigger' };
const bodyOf = (model: string, text: string, stream: boolean): string =>
  JSON.stringify({ model, stream, input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }, trigger] });

const ask = async (body: string) => {
  const response = await fetch(`${url}/v1/responses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  return { status: response.status, text: await response.text() };
};

const recorded = exchange('codex/compact-v2.stream')
  .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : ''))
  .join('');

const lastInput = (token: string): unknown =>
  (upstream.calls(token)[0]?.body as { readonly input: readonly unknown[] } | undefined)?.input.at(-1);

describe('compaction in band', () => {
  it('passes a Responses upstream untouched both ways', async () => {
    const token = newToken();
    const body = bodyOf('openai-responses', token, true);
    expect(await ask(body)).toEqual({ status: 200, text: recorded });
    expect(upstream.calls(token).map(({ bodyBytes }) => bodyBytes.toString())).toEqual([body]);
  });

  it('keeps its trigger on the way to Codex and its item on the way back', async () => {
    const token = newToken();
    expect([await ask(bodyOf('codex', token, true)), lastInput(token)]).toEqual([{ status: 200, text: recorded }, trigger]);
  });

  it('keeps its item for a client that does not stream', async () => {
    const token = newToken();
    const { status, text } = await ask(bodyOf('codex', token, false));
    const { output } = JSON.parse(text) as { output: readonly { readonly type: string }[] };
    expect([status, output.map(({ type }) => type), lastInput(token)]).toEqual([200, ['compaction'], trigger]);
  });

  it.each([true, false])('is refused towards another dialect, never left out (stream: %s)', async (stream) => {
    const token = newToken();
    const { status, text } = await ask(bodyOf('openai-chat', token, stream));
    const message =
      'input[1]: "compaction_trigger" asks for a compaction, which only upstreams of the Responses API can make; this model\'s speaks another';
    const error = { message, type: 'invalid_request_error', param: 'input[1]', code: 'invalid_request' };
    expect([status, JSON.parse(text), upstream.calls(token)]).toEqual([400, { error }, []]);
  });
});
