import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { SurfaceId } from '#fixtures/exchange';
import type { MockUpstream } from '#fixtures/upstreams/mock-upstream';
import { answer } from '#fixtures/upstreams/script';
import { startMockUpstream } from '#fixtures/upstreams/serve';
import { toolResultsIn } from '#scenarios/kit/index';

import { referenceTarget } from '../targets/reference-proxy.ts';
import type { RunningTarget } from '../targets/target.ts';

/** The official SDKs' view: a whole tool call, streamed and not, through the reference proxy on a socket, towards every upstream. */

const upstreams: readonly SurfaceId[] = [
  'openai-chat',
  'openai-responses',
  'codex',
  'anthropic-messages',
  'gemini-generate',
  'antigravity',
];
const cases = upstreams.flatMap((surface) => [false, true].map((stream) => ({ surface, stream })));

/** Calls the tool until it has seen a result, then speaks. */
const toolLoop = answer('tool-call').when((request) => toolResultsIn(request).length > 0, answer('text'));
const finalText = 'Wireproof says ok.';
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const toolOutput = '21 °C';

let upstream: MockUpstream;
let proxy: RunningTarget;
let models: Readonly<Record<string, string>>;
let apiKey: string;

beforeAll(async () => {
  upstream = await startMockUpstream();
  const target = await referenceTarget();
  models = target.profile.models;
  proxy = await target.start({ remediesOff: [], config: {} }, upstream);
  const headers = proxy.headers({ client: 'openai-chat', upstream: 'openai-chat', stream: false });
  apiKey = (headers['authorization'] ?? '').replace(/^Bearer /, '');
});
afterAll(async () => {
  await proxy.stop();
  await upstream.close();
});

/** A token of its own per test, so that tests may run in any order. */
const question = (client: string, { surface, stream }: (typeof cases)[number]): { readonly text: string; readonly token: string } => {
  const token = `wpt_${`${client}${surface}${stream ? 's' : 'p'}`.replaceAll('-', '').padEnd(30, '0').slice(-16)}`;
  upstream.script(token, toolLoop);
  return { text: `What is the weather in Berlin? ${token}`, token };
};
const resultsSeen = (token: string): readonly string[] =>
  upstream.calls(token).flatMap((call) => toolResultsIn(call).map(({ output }) => JSON.stringify(output)));
const modelFor = (surface: SurfaceId): string => models[surface] ?? '';

describe('openai SDK, chat completions', () => {
  it.each(cases)('completes a tool call towards $surface (stream: $stream)', async (about) => {
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey, maxRetries: 0 });
    const { text, token } = question('c', about);
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: text }];
    const turn = async (): Promise<OpenAI.ChatCompletionMessage> => {
      const ask = {
        model: modelFor(about.surface),
        messages,
        tools: [{ type: 'function' as const, function: { name: 'lookup', parameters } }],
      };
      const completion = about.stream
        ? await client.chat.completions.stream(ask).finalChatCompletion()
        : await client.chat.completions.create(ask);
      expect(completion.choices).toHaveLength(1);
      return completion.choices[0]?.message ?? { role: 'assistant', content: null, refusal: null };
    };

    const called = await turn();
    const call = called.tool_calls?.[0];
    expect(call?.type === 'function' && [call.function.name, JSON.parse(call.function.arguments)]).toEqual(['lookup', { city: 'Berlin' }]);
    messages.push(called, { role: 'tool', tool_call_id: call?.id ?? '', content: toolOutput });
    expect((await turn()).content).toBe(finalText);
    expect(resultsSeen(token).join()).toContain(toolOutput);
  });
});

describe('openai SDK, responses', () => {
  it.each(cases)('completes a tool call towards $surface (stream: $stream)', async (about) => {
    const client = new OpenAI({ baseURL: `${proxy.url}/v1`, apiKey, maxRetries: 0 });
    const { text, token } = question('r', about);
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: text }];
    const turn = async (): Promise<OpenAI.Responses.Response> => {
      const tool = { type: 'function' as const, name: 'lookup', parameters, strict: false };
      const ask = { model: modelFor(about.surface), input, tools: [tool] };
      return about.stream ? client.responses.stream(ask).finalResponse() : client.responses.create(ask);
    };

    const call = (await turn()).output.find((item) => item.type === 'function_call');
    expect(call && [call.name, JSON.parse(call.arguments)]).toEqual(['lookup', { city: 'Berlin' }]);
    const callId = call?.call_id ?? '';
    input.push(
      { type: 'function_call', call_id: callId, name: 'lookup', arguments: call?.arguments ?? '' },
      { type: 'function_call_output', call_id: callId, output: toolOutput },
    );
    expect((await turn()).output_text).toBe(finalText);
    expect(resultsSeen(token).join()).toContain(toolOutput);
  });
});

describe('@anthropic-ai/sdk, messages', () => {
  it.each(cases)('completes a tool call towards $surface (stream: $stream)', async (about) => {
    const client = new Anthropic({ baseURL: proxy.url, apiKey, maxRetries: 0 });
    const { text, token } = question('m', about);
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: text }];
    const turn = async (): Promise<Anthropic.Message> => {
      const tools = [{ name: 'lookup', input_schema: { ...parameters, type: 'object' as const } }];
      const ask = { model: modelFor(about.surface), max_tokens: 64, messages, tools };
      return about.stream ? client.messages.stream(ask).finalMessage() : client.messages.create(ask);
    };

    const called = await turn();
    const call = called.content.find((block) => block.type === 'tool_use');
    expect([called.stop_reason, call?.name, call?.input]).toEqual(['tool_use', 'lookup', { city: 'Berlin' }]);
    messages.push(
      { role: 'assistant', content: called.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call?.id ?? '', content: toolOutput }] },
    );
    const answered = await turn();
    expect(answered.content.map((block) => (block.type === 'text' ? block.text : block.type)).join('')).toBe(finalText);
    expect(resultsSeen(token).join()).toContain(toolOutput);
  });
});
