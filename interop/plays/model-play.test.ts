import { beforeEach, describe, expect, it } from 'vitest';

import type { Exchange, SurfaceId } from '#fixtures/exchange';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { type ModelPlay, newModelPlay } from './model-play.ts';

let play: ModelPlay;
beforeEach(() => {
  play = newModelPlay();
});

const pathOf: Readonly<Partial<Record<SurfaceId, string>>> = {
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  'anthropic-messages': '/v1/messages',
  'gemini-generate': '/v1beta/models/gemini-2.5-pro:generateContent',
};

const requestOf = (surface: SurfaceId, body: object, more: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  surface,
  operation: 'generate',
  stream: 'stream' in body && body.stream === true,
  method: 'POST',
  path: pathOf[surface] ?? '/',
  query: '',
  headers: {},
  bodyBytes: Buffer.alloc(0),
  wireBytes: 0,
  body: surface === 'gemini-generate' ? body : { model: 'a-model', ...body },
  token: '',
  at: 0,
  callIndex: 0,
  ...more,
});

const said = (exchange: Exchange | undefined): string =>
  (exchange?.response.chunks ?? []).map((chunk) => ('utf8' in chunk ? chunk.utf8 : '')).join('');

const answerTo = (surface: SurfaceId, body: object, more: Partial<UpstreamRequest> = {}) => {
  const { made } = play.script(requestOf(surface, body, more));
  return { status: made?.response.status, text: said(made) };
};

const ask = (surface: SurfaceId, body: object): unknown => JSON.parse(answerTo(surface, body).text);

const city = { type: 'object', properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } } };
const person = { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } } };
const weather = "What's the weather in Berlin?";

/** The same questions in each dialect: words, a cut answer, thinking, a tool call, structured output, a conversation with a tool's result. */
const questions: Readonly<Partial<Record<SurfaceId, Readonly<Record<string, object>>>>> = {
  'openai-chat': {
    words: { messages: [{ role: 'user', content: 'Count from 1 to 5.' }], logprobs: true, n: 2, stream_options: { include_usage: true } },
    cut: { messages: [{ role: 'user', content: 'Write a long essay.' }], max_completion_tokens: 3 },
    thinking: { messages: [{ role: 'user', content: 'What is 2 + 2?' }], reasoning_effort: 'low' },
    call: {
      messages: [{ role: 'user', content: weather }],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: city } }],
      tool_choice: 'required',
    },
    structured: {
      messages: [{ role: 'user', content: 'Invent.' }],
      response_format: { type: 'json_schema', json_schema: { schema: person } },
    },
    result: {
      messages: [
        { role: 'user', content: weather },
        { role: 'tool', tool_call_id: 'a', content: '18' },
      ],
    },
  },
  'openai-responses': {
    words: { input: 'Count from 1 to 5.', include: ['message.output_text.logprobs'] },
    cut: { input: 'Write a long essay.', max_output_tokens: 3 },
    thinking: { input: 'What is 2 + 2?', reasoning: { effort: 'low' } },
    call: { input: weather, tools: [{ type: 'function', name: 'get_weather', parameters: city }], tool_choice: 'required' },
    structured: { input: 'Invent.', text: { format: { type: 'json_schema', name: 'person', schema: person } } },
    result: {
      input: [
        { role: 'user', content: weather },
        { type: 'function_call_output', call_id: 'a', output: '18' },
      ],
    },
  },
  'anthropic-messages': {
    words: { max_tokens: 64, messages: [{ role: 'user', content: 'Count from 1 to 5.' }] },
    cut: { max_tokens: 3, messages: [{ role: 'user', content: 'Write a long essay.' }] },
    thinking: {
      max_tokens: 4096,
      thinking: { type: 'enabled', budget_tokens: 1024 },
      messages: [{ role: 'user', content: 'What is 2 + 2?' }],
    },
    call: {
      max_tokens: 64,
      messages: [{ role: 'user', content: weather }],
      tools: [{ name: 'get_weather', input_schema: city }],
      tool_choice: { type: 'any' },
    },
    structured: {
      max_tokens: 64,
      messages: [{ role: 'user', content: 'Invent.' }],
      output_config: { format: { type: 'json_schema', schema: person } },
    },
    result: { max_tokens: 64, messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: '18' }] }] },
  },
  'gemini-generate': {
    words: { contents: [{ role: 'user', parts: [{ text: 'Count from 1 to 5.' }] }], generationConfig: { responseLogprobs: true } },
    cut: { contents: [{ role: 'user', parts: [{ text: 'Write a long essay.' }] }], generationConfig: { maxOutputTokens: 3 } },
    thinking: {
      contents: [{ role: 'user', parts: [{ text: 'What is 2 + 2?' }] }],
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    },
    call: {
      contents: [{ role: 'user', parts: [{ text: weather }] }],
      tools: [{ functionDeclarations: [{ name: 'get_weather', parameters: city }] }],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
    },
    structured: {
      contents: [{ role: 'user', parts: [{ text: 'Invent.' }] }],
      generationConfig: { responseMimeType: 'application/json', responseJsonSchema: person },
    },
    result: { contents: [{ role: 'user', parts: [{ functionResponse: { name: 'get_weather', response: { output: '18' } } }] }] },
  },
};

const expected: Readonly<Record<string, string>> = {
  words: '1, 2, 3, 4, 5',
  thinking: '4',
  call: '"Berlin"',
  structured: String.raw`{\"name\":\"CANARY_OK\",\"age\":36}`,
  result: 'The tool says: 18',
};

const surfaces = Object.keys(questions) as SurfaceId[];
const cases = surfaces.flatMap((surface) => Object.keys(questions[surface] ?? {}).map((name) => [surface, name] as const));

describe.each(cases)('%s: %s', (surface, name) => {
  const body = questions[surface]?.[name] ?? {};

  it('is answered, and within the wire rules', async () => {
    const { status, text } = answerTo(surface, body);
    expect(status).toBe(200);
    expect(text.replaceAll(String.raw`\"Berlin\"`, '"Berlin"')).toContain(expected[name] ?? 'The sea');
    expect(await play.brokenRules()).toEqual([]);
  });

  it('is streamed within the wire rules', async () => {
    const streamed = { ...body, ...(surface !== 'gemini-generate' && { stream: true }) };
    const { text } = answerTo(surface, streamed, { stream: true, query: surface === 'gemini-generate' ? 'alt=sse' : '' });
    expect(text.match(/^data: /gm)?.length).toBeGreaterThan(1);
    expect(await play.brokenRules()).toEqual([]);
    expect(play.answered()).toBe(1);
  });
});

describe('what the vendors refuse', () => {
  const thinking = { type: 'enabled', budget_tokens: 1_024 };
  const messages = [{ role: 'user', content: 'Hello.' }];
  it.each<[SurfaceId, object]>([
    ['openai-chat', { messages: 'not-an-array' }],
    ['openai-chat', { messages: [] }],
    ['openai-responses', { input: 42 }],
    ['openai-responses', { input: 'Hello.', previous_response_id: 'resp_unknown' }],
    ['anthropic-messages', { messages }],
    ['anthropic-messages', { max_tokens: 4_096, thinking, temperature: 0, messages }],
    ['anthropic-messages', { max_tokens: 1_024, thinking, messages }],
    ['anthropic-messages', { max_tokens: 4_096, thinking, tool_choice: { type: 'any' }, messages }],
    [
      'anthropic-messages',
      { max_tokens: 9, messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'a', signature: '' }] }, ...messages] },
    ],
    ['anthropic-messages', { max_tokens: 4_096, thinking: { type: 'adaptive' }, temperature: 0, messages }],
    ['anthropic-messages', { max_tokens: 4_096, messages: [...messages, { role: 'assistant', content: 'It is' }] }],
    ['gemini-generate', { contents: [{ role: 'user', parts: [] }] }],
  ])('%s %j', async (surface, body) => {
    expect(answerTo(surface, body).status).toBe(400);
    expect(await play.brokenRules()).toEqual([]);
  });
});

it('remembers a conversation by the id of its last response', () => {
  const { id } = ask('openai-responses', { input: 'My name is Ada.' }) as { readonly id: string };
  const { output } = ask('openai-responses', { input: 'What is my name?', previous_response_id: id }) as { readonly output: unknown };
  expect(output).toMatchObject([{ content: [{ text: 'Ada' }] }]);
});

it('queues what is to run in the background', async () => {
  expect(ask('openai-responses', { input: 'Hello.', background: true })).toMatchObject({ status: 'queued', output: [] });
  expect(await play.brokenRules()).toEqual([]);
});

it('stops at a stop sequence, and says which where the vendor does', () => {
  const content = 'Say exactly: alpha beta gamma';
  expect(ask('openai-chat', { messages: [{ role: 'user', content }], stop: 'beta' })).toMatchObject({
    choices: [{ message: { content: 'alpha ' }, finish_reason: 'stop' }],
  });
  expect(ask('anthropic-messages', { max_tokens: 64, stop_sequences: ['beta'], messages: [{ role: 'user', content }] })).toMatchObject({
    content: [{ text: 'alpha ' }],
    stop_reason: 'stop_sequence',
    stop_sequence: 'beta',
  });
});

it('embeds as many dimensions as asked for', async () => {
  const { text } = answerTo('openai-chat', { input: 'hello', dimensions: 3 }, { operation: 'embeddings', path: '/v1/embeddings' });
  expect(JSON.parse(text)).toMatchObject({ data: [{ embedding: [-0.3, -0.2, -0.1] }] });
  expect(await play.brokenRules()).toEqual([]);
});

it.each<[SurfaceId, object, object]>([
  ['anthropic-messages', { messages: [{ role: 'user', content: 'Two words' }] }, { input_tokens: 3 }],
  ['gemini-generate', { contents: [{ role: 'user', parts: [{ text: 'Two words' }] }] }, { totalTokens: 3 }],
])('counts tokens for %s', (surface, body, counted) => {
  expect(JSON.parse(answerTo(surface, body, { operation: 'count-tokens' }).text)).toMatchObject(counted);
});

it('notices an answer of its own that breaks a rule', async () => {
  play.script(requestOf('openai-chat', { messages: [{ role: 'user', content: 'Hello.' }] }, { path: '/v1/embeddings' }));
  expect((await play.brokenRules()).length).toBeGreaterThan(0);
});
