import { describe, expect, it } from 'vitest';
import type { ChatRequest } from '../../ir/chat.ts';
import { inputOnly } from '../custom-tools.ts';
import openaiResponses from './index.ts';

const decode = (wire: unknown) => openaiResponses.decodeRequest(wire, {});
const encode = (request: ChatRequest) => {
  const { value, losses } = openaiResponses.encodeRequest(request);
  return { body: JSON.parse(value) as unknown, losses };
};

const bare: ChatRequest = { model: 'm', stream: false, system: [], turns: [], tools: [], wantsUsage: true, extensions: {} };
const lookup = { name: 'lookup', description: 'Looks up.', parameters: { type: 'object', properties: { city: { type: 'string' } } } };

const fullWire = {
  model: 'gpt-5.4',
  input: [
    { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 's' }] },
    {
      type: 'message',
      role: 'user',
      content: [
        { type: 'input_text', text: 'what is this?' },
        { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' },
        { type: 'input_image', image_url: 'https://example.test/cat.webp', detail: 'auto' },
      ],
    },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], encrypted_content: 'sealed' },
    { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Looking.' }] },
    { type: 'function_call', call_id: 'c1', name: 'lookup', arguments: '{"city":"Berlin"}' },
    { type: 'function_call', call_id: 'c2', name: 'lookup', arguments: '{}' },
    { type: 'function_call_output', call_id: 'c1', output: 'sunny' },
    { type: 'function_call_output', call_id: 'c2' },
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'and now?' }] },
  ],
  tools: [{ type: 'function', ...lookup, strict: false }],
  tool_choice: { type: 'function', name: 'lookup' },
  max_output_tokens: 1,
  temperature: 0,
  top_p: 0.5,
  reasoning: { summary: 'auto', effort: 'high' },
  stream: true,
  store: false,
  include: ['reasoning.encrypted_content'],
  text: { format: { type: 'json_object' } },
};

const full: ChatRequest = {
  model: 'gpt-5.4',
  stream: true,
  system: ['s'],
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
        { kind: 'reasoning', text: 'hm', signature: { issuer: 'openai-responses', value: 'sealed' } },
        { kind: 'text', text: 'Looking.' },
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
  reasoningEffort: 'high',
  format: { kind: 'json' },
  wantsUsage: true,
  extensions: {
    'openai-responses': {
      store: false,
      include: ['reasoning.encrypted_content'],
      reasoning: { summary: 'auto' },
    },
  },
};

describe('a Responses request', () => {
  it('is read whole', () => {
    expect(decode(fullWire)).toStrictEqual({ value: full, losses: [] });
  });

  it('is written whole', () => {
    expect(encode(full)).toStrictEqual({ body: fullWire, losses: [] });
  });

  it('reads a text as one user message, and instructions in front of developer messages', () => {
    const user = { role: 'user', parts: [{ kind: 'text', text: 'hi' }] };
    expect(decode({ model: 'm', input: 'hi', instructions: 'be brief' }).value).toStrictEqual({
      ...bare,
      system: ['be brief'],
      turns: [user],
    });
    const input = [
      { role: 'developer', content: 'd' },
      { role: 'user', content: 'hi' },
    ];
    expect(decode({ model: 'm', input, instructions: 'be brief' }).value).toStrictEqual({
      ...bare,
      system: ['be brief', 'd'],
      turns: [user],
    });
  });

  it('writes the input of sheet P13', () => {
    const request: ChatRequest = {
      ...bare,
      model: 'gpt-5.4',
      system: ['s'],
      turns: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
    };
    expect(encode(request).body).toStrictEqual({
      model: 'gpt-5.4',
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 's' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] },
      ],
    });
  });

  it.each([
    ['missing', {}, { form: 'missing' }],
    ['null', { output: null }, { form: 'null' }],
    ['an empty text', { output: '' }, { form: 'text', text: '' }],
    ['an empty list', { output: [] }, { form: 'parts', parts: [] }],
    ['text', { output: 'x' }, { form: 'text', text: 'x' }],
    ['parts', { output: [{ type: 'input_text', text: 'x' }] }, { form: 'parts', parts: [{ kind: 'text', text: 'x' }] }],
    [
      'an image',
      { output: [{ type: 'input_image', image_url: 'data:;base64,AA==', detail: 'auto' }] },
      { form: 'parts', parts: [{ kind: 'image', source: { kind: 'inline', data: 'AA==' } }] },
    ],
  ])('keeps a tool output that is %s apart from the others', (_, fields, output) => {
    const input = [{ type: 'function_call_output', call_id: 'c', ...fields }];
    const { value } = decode({ model: 'm', input });
    expect(value.turns).toStrictEqual([{ role: 'user', parts: [{ kind: 'tool-result', callId: 'c', output, isError: false }] }]);
    expect(encode(value).body).toStrictEqual({ model: 'm', input });
  });

  it('declares what it cannot say', () => {
    const request: ChatRequest = {
      ...bare,
      reasoningBudget: 1024,
      stop: ['END'],
      turns: [
        {
          role: 'assistant',
          parts: [
            { kind: 'reasoning', text: 'unsealed' },
            { kind: 'reasoning', text: 'hm', signature: { issuer: 'anthropic-messages', value: 's' } },
            { kind: 'tool-call', id: 'c', name: 'f', arguments: '' },
          ],
        },
        { role: 'user', parts: [{ kind: 'tool-result', callId: 'c', name: 'f', output: { form: 'null' }, isError: true }] },
      ],
      extensions: { 'openai-chat': { seed: 1 } },
    };
    const { body, losses } = encode(request);
    expect(body).toStrictEqual({
      model: 'm',
      input: [
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: null },
      ],
    });
    expect(losses.map(({ path }) => path)).toStrictEqual([
      'extensions.openai-chat.seed',
      'stop',
      'reasoningBudget',
      'turns[0].parts[0]',
      'turns[0].parts[1]',
      'turns[1].parts[0].isError',
    ]);
  });

  it('declares what of the wire has no neutral form', () => {
    const { value, losses } = decode({
      model: 'm',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_file', file_id: 'f' },
            { type: 'input_image', file_id: 'f' },
          ],
        },
        { type: 'item_reference', id: 'msg_1' },
        { type: 'reasoning', id: 'rs_1', summary: [] },
      ],
      tools: [{ type: 'web_search' }, { type: 'custom', name: 'p', format: { type: 'shape' } }],
      tool_choice: { type: 'web_search' },
    });
    expect(value).toStrictEqual({ ...bare, tools: [{ kind: 'custom', name: 'p', parameters: inputOnly }] });
    expect(losses).toStrictEqual([
      { path: 'input[0].content[0]', why: 'a file by its id has no neutral form' },
      { path: 'input[0].content[1]', why: 'an image by file id has no neutral form' },
      { path: 'input[1]', why: 'an item of type "item_reference" has no neutral form' },
      { path: 'tools[0]', why: 'a tool of type "web_search" has no neutral form' },
      { path: 'tools[1].format', why: 'a format of type "shape" has no neutral form' },
      { path: 'tool_choice', why: 'a choice of type "web_search" has no neutral form' },
    ]);
  });

  it('gives back a signature that the client kept for another dialect', () => {
    const signature = { issuer: 'gemini-generate', value: 'thought' } as const;
    const parts = [{ kind: 'reasoning', text: 'hm', signature } as const];
    const answer = openaiResponses.encodeResponse({ id: 'r', model: 'm', parts, stop: { reason: 'end' } }, { model: 'm', createdAt: 1 });
    const { output } = answer.value as { output: unknown };
    expect(decode({ model: 'm', input: output }).value.turns).toStrictEqual([{ role: 'assistant', parts }]);
  });

  it.each([
    ['text', 'body', 'an object, got a value of type string'],
    [{ input: 'x' }, 'model', 'a string, got nothing'],
    [{ model: 'm', input: 7 }, 'input', 'an array, got a value of type number'],
    [{ model: 'm', input: ['x'] }, 'input[0]', 'an object, got a value of type string'],
    [{ model: 'm', input: [{ role: 'user' }] }, 'input[0].content', 'an array, got nothing'],
    [{ model: 'm', input: [{ type: 'function_call_output' }] }, 'input[0].call_id', 'a string, got nothing'],
    [{ model: 'm', input: [{ type: 'function_call', call_id: 'c' }] }, 'input[0].name', 'a string, got nothing'],
    [{ model: 'm', instructions: [] }, 'instructions', 'a string, got an array'],
  ])('refuses %j', (wire, param, expected) => {
    expect(() => decode(wire)).toThrow(
      expect.objectContaining({ code: 'invalid-request', param, message: `${param}: expected ${expected}` }),
    );
  });
});
