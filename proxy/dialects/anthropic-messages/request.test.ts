import { describe, expect, it } from 'vitest';
import type { ChatRequest, Turn } from '../../ir/chat.ts';
import anthropicMessages from './index.ts';

const decode = (body: object) => anthropicMessages.decodeRequest({ model: 'claude-sonnet-4-6', max_tokens: 16, messages: [], ...body }, {});
const base: ChatRequest = { model: 'claude-sonnet-4-6', stream: false, system: [], turns: [], tools: [], wantsUsage: true, extensions: {} };
const encode = (request: Partial<ChatRequest>) => {
  const { value, losses } = anthropicMessages.encodeRequest({ ...base, ...request });
  return { wire: JSON.parse(value) as Record<string, unknown>, losses: losses.map(({ path }) => path) };
};
const encodeTurns = (...turns: Turn[]) => {
  const { wire, losses } = encode({ turns });
  return { messages: wire['messages'], losses };
};

describe('reading a request', () => {
  it('reads the minimal body of row 3 (sheet R3 a)', () => {
    const body = {
      model: 'claude-opus-4-6-thinking',
      max_tokens: 16,
      tools: [{ name: 't', input_schema: { type: 'object', properties: {} } }],
      messages: [
        { role: 'user', content: 'go' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 't', input: {} }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
      ],
    };
    expect(anthropicMessages.decodeRequest(body, {})).toStrictEqual({
      value: {
        model: 'claude-opus-4-6-thinking',
        stream: false,
        system: [],
        turns: [
          { role: 'user', parts: [{ kind: 'text', text: 'go' }] },
          { role: 'assistant', parts: [{ kind: 'tool-call', id: 'toolu_1', name: 't', arguments: '{}' }] },
          { role: 'user', parts: [{ kind: 'tool-result', callId: 'toolu_1', name: 't', output: { form: 'missing' }, isError: false }] },
        ],
        tools: [{ name: 't', parameters: { type: 'object', properties: {} } }],
        maxOutputTokens: 16,
        wantsUsage: true,
        extensions: {},
      },
      losses: [],
    });
  });

  const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } };
  const image = { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', data: 'aGk=' } };
  it.each([
    ['missing', {}, { form: 'missing' }],
    ['null', { content: null }, { form: 'null' }],
    ['the empty string', { content: '' }, { form: 'text', text: '' }],
    ['text', { content: 'text' }, { form: 'text', text: 'text' }],
    ['no blocks', { content: [] }, { form: 'parts', parts: [] }],
    ['one text block', { content: [{ type: 'text', text: 'a' }] }, { form: 'parts', parts: [{ kind: 'text', text: 'a' }] }],
    ['text and an image', { content: [{ type: 'text', text: 'a' }, png] }, { form: 'parts', parts: [{ kind: 'text', text: 'a' }, image] }],
    ['one image without an array', { content: png }, { form: 'parts', parts: [image] }],
    [
      'an image without media type',
      { content: [{ type: 'image', source: { type: 'base64', data: 'aGk=' } }] },
      { form: 'parts', parts: [{ kind: 'image', source: { kind: 'inline', data: 'aGk=' } }] },
    ],
    [
      'an image by URL',
      { content: [{ type: 'image', source: { type: 'url', url: 'https://a/b.png' } }] },
      { form: 'parts', parts: [{ kind: 'image', source: { kind: 'url', url: 'https://a/b.png' } }] },
    ],
  ])('keeps the forms of a tool result apart: %s', (_form, content, output) => {
    const { value, losses } = decode({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', ...content }] }] });
    expect(value.turns).toStrictEqual([{ role: 'user', parts: [{ kind: 'tool-result', callId: 'c', output, isError: false }] }]);
    expect(losses).toStrictEqual([]);
  });

  it('keeps an unknown object in a tool result as its JSON text and says so', () => {
    const { value, losses } = decode({
      messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: { n: 1 } }] }],
    });
    expect(value.turns[0]?.parts).toStrictEqual([
      { kind: 'tool-result', callId: 'c', output: { form: 'parts', parts: [{ kind: 'text', text: '{"n":1}' }] }, isError: false },
    ]);
    expect(losses).toStrictEqual([
      { path: 'messages[0].content[0].content', why: 'has no neutral form in a tool result; kept as its JSON text' },
    ]);
  });

  it('keeps the order of parallel results and the text after them', () => {
    const content = [
      { type: 'tool_result', tool_use_id: 'b', is_error: true },
      { type: 'tool_result', tool_use_id: 'a', content: 'x' },
      { type: 'text', text: 'so?' },
    ];
    expect(decode({ messages: [{ role: 'user', content }] }).value.turns[0]?.parts).toStrictEqual([
      { kind: 'tool-result', callId: 'b', output: { form: 'missing' }, isError: true },
      { kind: 'tool-result', callId: 'a', output: { form: 'text', text: 'x' }, isError: false },
      { kind: 'text', text: 'so?' },
    ]);
  });

  it('reads every setting, and keeps the vendor-only ones in the extension', () => {
    const search = { type: 'web_search_20250305', name: 'web_search' };
    const body = {
      system: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b', cache_control: { type: 'ephemeral' } },
      ],
      tools: [{ name: 't', description: 'd', input_schema: { type: 'object' } }, search],
      tool_choice: { type: 'tool', name: 't', disable_parallel_tool_use: true },
      temperature: 0.5,
      top_p: 0.9,
      stop_sequences: ['END'],
      thinking: { type: 'enabled', budget_tokens: 2048 },
      stream: true,
      metadata: { user_id: 'u', team: 't' },
      top_k: 3,
    };
    expect(decode(body)).toStrictEqual({
      value: {
        ...base,
        stream: true,
        system: ['a', 'b'],
        tools: [{ name: 't', description: 'd', parameters: { type: 'object' } }],
        toolChoice: { kind: 'tool', name: 't' },
        maxOutputTokens: 16,
        temperature: 0.5,
        topP: 0.9,
        stop: ['END'],
        reasoningBudget: 2048,
        topK: 3,
        user: 'u',
        parallelToolCalls: false,
        extensions: { 'anthropic-messages': { metadata: { team: 't' }, tools: [search] } },
      },
      losses: [{ path: 'system[1].cache_control', why: 'has no neutral form on a content block' }],
    });
  });

  it.each([
    [{ type: 'disabled' }, undefined, { reasoningEffort: 'none' }, {}],
    [{ type: 'adaptive' }, { effort: 'low' }, { reasoningEffort: 'low' }, {}],
    [{ type: 'adaptive' }, undefined, {}, { 'anthropic-messages': { thinking: { type: 'adaptive' } } }],
    [
      undefined,
      { effort: 'high', format: { type: 'x' } },
      { reasoningEffort: 'high' },
      { 'anthropic-messages': { output_config: { format: { type: 'x' } } } },
    ],
  ])('reads thinking %j with output_config %j', (thinking, output_config, reasoning, extensions) => {
    expect(decode({ thinking, output_config }).value).toStrictEqual({ ...base, maxOutputTokens: 16, ...reasoning, extensions });
  });

  it('tells thinking, redacted thinking and a signature carried for another dialect apart', () => {
    const carried = Buffer.from('wireproof-carried:gemini-generate:sig').toString('base64');
    const content = [
      { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
      { type: 'thinking', thinking: '', signature: carried },
      { type: 'redacted_thinking', data: 'eHh4' },
      { type: 'thinking', thinking: 'unsigned', signature: '' },
    ];
    expect(decode({ messages: [{ role: 'assistant', content }] }).value.turns[0]?.parts).toStrictEqual([
      { kind: 'reasoning', text: 'hm', signature: { issuer: 'anthropic-messages', value: 'c2ln' } },
      { kind: 'reasoning', text: '', signature: { issuer: 'gemini-generate', value: 'sig' } },
      { kind: 'reasoning', text: '', signature: { issuer: 'anthropic-messages', value: 'redacted_thinking:eHh4' } },
      { kind: 'reasoning', text: 'unsigned' },
    ]);
  });

  it.each([
    [[], 'body: expected an object, got an array'],
    [{ model: 'm' }, 'messages: expected an array, got nothing'],
    [{ messages: [] }, 'model: expected a string, got nothing'],
    [
      { model: 'm', messages: [{ role: 'tool', content: '' }] },
      'messages[0].role: expected "user" or "assistant", got a value of type string',
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: 4 }] },
      'messages[0].content: expected a string or an array of blocks, got a value of type number',
    ],
    [
      { model: 'm', messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] },
      'messages[0].content[0].tool_use_id: expected a string, got nothing',
    ],
    [{ model: 'm', messages: [], max_tokens: '5' }, 'max_tokens: expected a number, got a value of type string'],
    [{ model: 'm', messages: [], tools: [{ name: 't' }] }, 'tools[0].input_schema: expected an object, got nothing'],
  ])('refuses %j', (body, message) => {
    expect(() => anthropicMessages.decodeRequest(body, {})).toThrow(expect.objectContaining({ code: 'invalid-request', message }));
  });
});

describe('writing a request', () => {
  it('names max_tokens, which Anthropic requires', () => {
    expect(encode({})).toStrictEqual({ wire: { model: 'claude-sonnet-4-6', messages: [], max_tokens: 4096 }, losses: [] });
  });

  it('joins neighbours of one role and puts tool results first', () => {
    const written = encodeTurns(
      { role: 'user', parts: [{ kind: 'text', text: 'first' }] },
      { role: 'user', parts: [{ kind: 'tool-result', callId: 'c', output: { form: 'null' }, isError: true }] },
    );
    expect(written).toStrictEqual({
      messages: [
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'c', content: null, is_error: true },
            { type: 'text', text: 'first' },
          ],
        },
      ],
      losses: ['turns[0].parts'],
    });
  });

  it('leaves a missing output out', () => {
    const written = encodeTurns({
      role: 'user',
      parts: [{ kind: 'tool-result', callId: 'c', output: { form: 'missing' }, isError: false }],
    });
    expect(written).toStrictEqual({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c' }] }], losses: [] });
  });

  it('writes the digits of arguments as the model wrote them', () => {
    const parts = [{ kind: 'tool-call', id: 'c', name: 't', arguments: '{"n": 12345678901234567890}' }] as const;
    expect(anthropicMessages.encodeRequest({ ...base, turns: [{ role: 'assistant', parts }] }).value).toBe(
      '{"model":"claude-sonnet-4-6","messages":[{"role":"assistant","content":[{"type":"tool_use","id":"c","name":"t","input":{"n": 12345678901234567890}}]}],"max_tokens":4096}',
    );
  });

  it.each([
    ['{"city":"Ber', { _raw: '{"city":"Ber' }, ['turns[0].parts[0].arguments']],
    ['[1]', { _raw: '[1]' }, ['turns[0].parts[0].arguments']],
    ['', {}, []],
  ])('makes an object of the arguments %j', (text, input, losses) => {
    const written = encodeTurns({ role: 'assistant', parts: [{ kind: 'tool-call', id: 'c', name: 't', arguments: text }] });
    expect(written).toStrictEqual({
      messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 't', input }] }],
      losses,
    });
  });

  it.each([
    [
      'claude-opus-4-6',
      { reasoningEffort: 'low' },
      { max_tokens: 4096, thinking: { type: 'adaptive' }, output_config: { effort: 'low' } },
      [],
    ],
    [
      'claude-opus-4-6',
      { reasoningEffort: 'xhigh' },
      { max_tokens: 4096, thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
      ['reasoningEffort'],
    ],
    [
      'claude-opus-4-7',
      { reasoningEffort: 'xhigh' },
      { max_tokens: 4096, thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } },
      [],
    ],
    [
      'claude-sonnet-4-20250514',
      { reasoningEffort: 'medium' },
      { max_tokens: 12288, thinking: { type: 'enabled', budget_tokens: 8192 } },
      [],
    ],
    [
      'claude-3-7-sonnet',
      { reasoningEffort: 'high', maxOutputTokens: 9000 },
      { max_tokens: 9000, thinking: { type: 'enabled', budget_tokens: 8999 } },
      ['reasoningBudget'],
    ],
    ['claude-opus-4-6', { reasoningEffort: 'none' }, { max_tokens: 4096, thinking: { type: 'disabled' } }, []],
    ['claude-opus-4-6', { reasoningBudget: 2000 }, { max_tokens: 6096, thinking: { type: 'enabled', budget_tokens: 2000 } }, []],
    ['claude-opus-4-6', { reasoningEffort: 'zzz' }, { max_tokens: 4096 }, ['reasoningEffort']],
  ])('%s with %j', (model, reasoning, expected, losses) => {
    expect(encode({ model, ...reasoning })).toStrictEqual({ wire: { model, messages: [], ...expected }, losses });
  });

  it('declares what only other dialects understand', () => {
    const { losses } = encode({ extensions: { 'openai-chat': { seed: 4 }, 'anthropic-messages': { inference_geo: 'eu' } } });
    expect(losses).toStrictEqual(['extensions.openai-chat.seed']);
  });
});
