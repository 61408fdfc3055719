import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../ir/chat.ts';
import openaiChat from './index.ts';

const decode = (wire: unknown) => openaiChat.decodeRequest(wire, {});
const encode = (request: ChatRequest) => {
  const { value, losses } = openaiChat.encodeRequest(request);
  return { body: JSON.parse(value) as unknown, losses };
};

const bare: ChatRequest = { model: 'm', stream: false, system: [], turns: [], tools: [], wantsUsage: false, extensions: {} };
const lookup = { name: 'lookup', description: 'Looks up.', parameters: { type: 'object', properties: { city: { type: 'string' } } } };

/** Sheet P13's request, with what else a client may say. */
const fullWire = {
  model: 'gpt-5.4',
  messages: [
    { role: 'system', content: 's' },
    { role: 'developer', content: [{ type: 'text', text: 'd' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'what is this?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
        { type: 'image_url', image_url: { url: 'https://example.test/cat.webp' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'c1', type: 'function', function: { name: 'lookup', arguments: '{"city":"Berlin"}' } },
        { id: 'c2', type: 'function', function: { name: 'lookup', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'c1', content: 'sunny' },
    { role: 'tool', tool_call_id: 'c2' },
    { role: 'user', content: 'and now?' },
  ],
  tools: [{ type: 'function', function: lookup }],
  tool_choice: { type: 'function', function: { name: 'lookup' } },
  max_completion_tokens: 1,
  temperature: 0,
  top_p: 0.5,
  stop: ['END'],
  reasoning_effort: 'high',
  stream: true,
  stream_options: { include_usage: true },
  response_format: { type: 'json_object' },
  seed: 7,
  logit_bias: { 50: 1 },
};

const full: ChatRequest = {
  model: 'gpt-5.4',
  stream: true,
  system: ['s', 'd'],
  turns: [
    {
      role: 'user',
      parts: [
        { kind: 'text', text: 'what is this?' },
        { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', data: 'iVBORw0KGgo=' } },
        { kind: 'image', source: { kind: 'url', url: 'https://example.test/cat.webp' } },
      ],
    },
    {
      role: 'assistant',
      parts: [
        { kind: 'tool-call', id: 'c1', name: 'lookup', arguments: '{"city":"Berlin"}' },
        { kind: 'tool-call', id: 'c2', name: 'lookup', arguments: '{}' },
      ],
    },
    {
      role: 'user',
      parts: [
        { kind: 'tool-result', callId: 'c1', name: 'lookup', output: { form: 'text', text: 'sunny' }, isError: false },
        { kind: 'tool-result', callId: 'c2', name: 'lookup', output: { form: 'missing' }, isError: false },
        { kind: 'text', text: 'and now?' },
      ],
    },
  ],
  tools: [lookup],
  toolChoice: { kind: 'tool', name: 'lookup' },
  maxOutputTokens: 1,
  temperature: 0,
  topP: 0.5,
  stop: ['END'],
  reasoningEffort: 'high',
  wantsUsage: true,
  format: { kind: 'json' },
  seed: 7,
  extensions: { 'openai-chat': { logit_bias: { 50: 1 } } },
};

describe('a Chat Completions request', () => {
  it('is read whole', () => {
    expect(decode(fullWire)).toStrictEqual({ value: full, losses: [] });
  });

  it('is written whole', () => {
    const [, , ...messages] = fullWire.messages;
    const instructions = [
      { role: 'system', content: 's' },
      { role: 'system', content: 'd' },
    ];
    expect(encode(full)).toStrictEqual({ body: { ...fullWire, messages: [...instructions, ...messages] }, losses: [] });
  });

  it.each([
    ['missing', {}, { form: 'missing' }],
    ['null', { content: null }, { form: 'null' }],
    ['an empty text', { content: '' }, { form: 'text', text: '' }],
    ['an empty list', { content: [] }, { form: 'parts', parts: [] }],
    ['text', { content: 'x' }, { form: 'text', text: 'x' }],
    ['parts', { content: [{ type: 'text', text: 'x' }] }, { form: 'parts', parts: [{ kind: 'text', text: 'x' }] }],
  ])('keeps a tool output that is %s apart from the others', (_, content, output) => {
    const messages = [{ role: 'tool', tool_call_id: 'c', ...content }];
    const { value } = decode({ model: 'm', messages });
    expect(value.turns).toStrictEqual([{ role: 'user', parts: [{ kind: 'tool-result', callId: 'c', output, isError: false }] }]);
    expect(encode(value).body).toStrictEqual({ model: 'm', messages });
  });

  it('moves images of tool results behind the run of results, in front of what the user says', () => {
    const image = { kind: 'image', source: { kind: 'url', url: 'https://example.test/a.png' } } as const;
    const output = { form: 'parts', parts: [{ kind: 'text', text: 'seen' }, image] } as const;
    const request: ChatRequest = {
      ...bare,
      turns: [
        {
          role: 'user',
          parts: [
            { kind: 'tool-result', callId: 'a', output, isError: false },
            { kind: 'tool-result', callId: 'b', output: { form: 'parts', parts: [image] }, isError: false },
            { kind: 'text', text: 'well?' },
          ],
        },
      ],
    };
    const written = { type: 'image_url', image_url: { url: 'https://example.test/a.png' } };
    expect(encode(request)).toStrictEqual({
      body: {
        model: 'm',
        messages: [
          { role: 'tool', tool_call_id: 'a', content: [{ type: 'text', text: 'seen' }] },
          { role: 'tool', tool_call_id: 'b', content: '' },
          { role: 'user', content: [written, written, { type: 'text', text: 'well?' }] },
        ],
      },
      losses: [
        {
          path: 'turns[0].parts[0].output',
          why: 'a tool message carries text only; its images and files are sent in the user message that follows',
        },
        {
          path: 'turns[0].parts[1].output',
          why: 'a tool message carries text only; its images and files are sent in the user message that follows',
        },
      ],
    });
  });

  it('declares what it cannot say', () => {
    const signature = { issuer: 'anthropic-messages', value: 'sig' } as const;
    const request: ChatRequest = {
      ...bare,
      reasoningBudget: 1024,
      turns: [
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: 'hm', signature },
            { kind: 'tool-call', id: 'c', name: 'f', arguments: '' },
            { kind: 'text', text: 'x' },
          ],
        },
        { role: 'user', parts: [{ kind: 'tool-result', callId: 'c', name: 'g', output: { form: 'text', text: 'boom' }, isError: true }] },
      ],
      extensions: { 'anthropic-messages': { metadata: { user_id: 'u' } } },
    };
    const { body, losses } = encode(request);
    expect(body).toStrictEqual({
      model: 'm',
      messages: [
        { role: 'assistant', content: 'x', tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c', content: 'boom' },
      ],
    });
    expect(losses.map(({ path }) => path)).toStrictEqual([
      'extensions.anthropic-messages.metadata',
      'reasoningBudget',
      'turns[0].parts[0]',
      'turns[0].parts[2]',
      'turns[1].parts[0].name',
      'turns[1].parts[0].isError',
    ]);
  });

  it('declares what of the wire has no neutral form', () => {
    const { losses } = decode({
      model: 'm',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'input_audio', input_audio: { data: '', format: 'wav' } },
            { type: 'text', text: 'x' },
          ],
        },
        { role: 'system', content: 'late' },
        { role: 'assistant', content: '', tool_calls: [{ id: 'c', type: 'mcp' }] },
        { role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] },
      ],
      tools: [{ type: 'browser' }, { type: 'custom', custom: { name: 'p', format: { type: 'shape' } } }],
      tool_choice: { type: 'allowed_tools' },
    });
    expect(losses).toStrictEqual([
      { path: 'messages[0].content[0]', why: 'content of type "input_audio" has no neutral form' },
      { path: 'messages[1]', why: 'instructions in the middle of a conversation are moved to its front' },
      { path: 'messages[2].tool_calls[0]', why: 'a call of type "mcp" has no neutral form' },
      { path: 'messages[3].content[0].file', why: 'a file by its id has no neutral form' },
      { path: 'tools[0]', why: 'a tool of type "browser" has no neutral form' },
      { path: 'tools[1].custom.format', why: 'a format of type "shape" has no neutral form' },
      { path: 'tool_choice', why: 'a choice of type "allowed_tools" has no neutral form' },
    ]);
  });

  it('reads max_tokens and writes the name that the model takes', () => {
    const { value } = decode({ model: 'gpt-4.1-mini', messages: [], max_tokens: 9 });
    expect(encode(value).body).toStrictEqual({ model: 'gpt-4.1-mini', messages: [], max_tokens: 9 });
    expect(encode({ ...value, model: 'o3' }).body).toStrictEqual({ model: 'o3', messages: [], max_completion_tokens: 9 });
  });

  it('always asks a streaming upstream for usage, and keeps the other stream options', () => {
    const { value } = decode({ model: 'm', messages: [], stream: true, stream_options: { include_obfuscation: false } });
    expect(value.wantsUsage).toBe(false);
    expect(encode(value).body).toStrictEqual({
      model: 'm',
      messages: [],
      stream: true,
      stream_options: { include_obfuscation: false, include_usage: true },
    });
  });

  it.each([
    [[], 'body', 'an object, got an array'],
    [{ model: 'm' }, 'messages', 'an array, got nothing'],
    [{ messages: [] }, 'model', 'a string, got nothing'],
    [{ model: 'm', messages: [null] }, 'messages[0]', 'an object, got null'],
    [{ model: 'm', messages: [{ role: 'user' }] }, 'messages[0].content', 'an array, got nothing'],
    [{ model: 'm', messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id', 'a string, got nothing'],
    [{ model: 'm', messages: [], temperature: 'hot' }, 'temperature', 'a number, got a value of type string'],
    [
      { model: 'm', messages: [], tool_choice: 'maybe' },
      'tool_choice',
      '"auto", "none", "required" or an object, got a value of type string',
    ],
  ])('refuses %j', (wire, param, expected) => {
    expect(() => decode(wire)).toThrow(
      expect.objectContaining({ code: 'invalid-request', param, message: `${param}: expected ${expected}` }),
    );
  });

  it('refuses an unknown role by name', () => {
    expect(() => decode({ model: 'm', messages: [{ role: 'robot', content: 'x' }] })).toThrow(
      expect.objectContaining({ code: 'invalid-request', message: 'messages[0].role: "robot" is not a role that can be read' }),
    );
  });
});
