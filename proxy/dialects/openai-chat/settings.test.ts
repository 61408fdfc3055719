import { describe, expect, it } from 'vitest';

import type { ChatRequest } from '../../ir/chat.ts';
import { inputOnly } from '../custom-tools.ts';
import openaiChat from './index.ts';

const bare: ChatRequest = { model: 'm', stream: false, system: [], turns: [], tools: [], wantsUsage: false, extensions: {} };
const wireOf = (request: Partial<ChatRequest>) => {
  const { value, losses } = openaiChat.encodeRequest({ ...bare, ...request });
  return { body: JSON.parse(value) as unknown, losses: losses.map(({ path }) => path) };
};
const decode = (wire: object) => openaiChat.decodeRequest({ model: 'm', messages: [], ...wire }, {});

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const poem = { kind: 'custom', name: 'poet', parameters: inputOnly } as const;
const poet = { type: 'custom', custom: { name: 'poet' } };
const lookup = { name: 'lookup', parameters: schema };
const grammar = { syntax: 'lark', definition: 'start: "a"' };

describe('settings of Chat Completions, read and written', () => {
  it.each<[object, Partial<ChatRequest>]>([
    [{ response_format: { type: 'json_object' } }, { format: { kind: 'json' } }],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'p', description: 'd', schema, strict: true } } },
      { format: { kind: 'json-schema', name: 'p', description: 'd', schema, strict: true } },
    ],
    [
      { response_format: { type: 'json_schema', json_schema: { name: 'p', schema, strict: false } } },
      { format: { kind: 'json-schema', name: 'p', schema, strict: false } },
    ],
    [{ response_format: { type: 'grammar' } }, { extensions: { 'openai-chat': { response_format: { type: 'grammar' } } } }],
    [
      { frequency_penalty: 0, presence_penalty: -1, seed: 0 },
      { frequencyPenalty: 0, presencePenalty: -1, seed: 0 },
    ],
    [{ logprobs: true }, { logprobs: {} }],
    [{ logprobs: true, top_logprobs: 0 }, { logprobs: { top: 0 } }],
    [{ top_logprobs: 3 }, { extensions: { 'openai-chat': { top_logprobs: 3 } } }],
    [
      { tools: [poet], parallel_tool_calls: false },
      { tools: [poem], parallelToolCalls: false },
    ],
    [
      { tools: [poet], parallel_tool_calls: true },
      { tools: [poem], parallelToolCalls: true },
    ],
    [
      { user: 'u', safety_identifier: 's', verbosity: 'low' },
      { user: 'u', safetyIdentifier: 's', verbosity: 'low' },
    ],
    [{ n: 2 }, { extensions: { 'openai-chat': { n: 2 } } }],
    [{ tools: [{ type: 'function', function: { ...lookup, strict: true } }] }, { tools: [{ ...lookup, strict: true }] }],
    [{ tools: [{ type: 'custom', custom: { name: 'poet', format: { type: 'grammar', grammar } } }] }, { tools: [{ ...poem, grammar }] }],
    [
      { tools: [poet], tool_choice: poet },
      { tools: [poem], toolChoice: { kind: 'tool', name: 'poet' } },
    ],
    [
      {
        tools: [poet, { type: 'function', function: lookup }],
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [poet, { type: 'function', function: { name: 'lookup' } }] },
        },
      },
      { tools: [poem, lookup], toolChoice: { kind: 'allowed', mode: 'required', names: ['poet', 'lookup'] } },
    ],
  ])('%j', (wire, neutral) => {
    expect(decode(wire)).toStrictEqual({ value: { ...bare, ...neutral }, losses: [] });
    expect(wireOf(neutral)).toStrictEqual({ body: { model: 'm', messages: [], ...wire }, losses: [] });
  });

  it.each([
    { response_format: { type: 'text' } },
    { response_format: null },
    { logprobs: false, top_logprobs: 0 },
    { n: 1 },
    { seed: null, user: null, parallel_tool_calls: null },
  ])('%j asks for nothing', (wire) => {
    expect(decode(wire)).toStrictEqual({ value: bare, losses: [] });
  });

  it.each([
    [{ parallel_tool_calls: 'no' }, 'parallel_tool_calls: expected true or false, got a value of type string'],
    [{ response_format: 'json' }, 'response_format: expected an object, got a value of type string'],
    [
      { response_format: { type: 'json_schema', json_schema: { schema: 4 } } },
      'response_format.json_schema.schema: expected an object, got a value of type number',
    ],
    [{ seed: '7' }, 'seed: expected a number, got a value of type string'],
  ])('refuses %j', (wire, message) => {
    expect(() => decode(wire)).toThrow(expect.objectContaining({ code: 'invalid-request', message }));
  });

  it('names a schema by its title, and where that is no name, itself', () => {
    const nameFor = (title: string) => wireOf({ format: { kind: 'json-schema', schema: { title } } }).body;
    const body = (title: string, name: string) => ({
      model: 'm',
      messages: [],
      response_format: { type: 'json_schema', json_schema: { name, schema: { title } } },
    });
    expect([nameFor('place-1'), nameFor('A place')]).toStrictEqual([body('place-1', 'place-1'), body('A place', 'answer')]);
  });

  it('declares the choices among several that have no name', () => {
    const tools = [{ type: 'mcp', server_label: 'x' }, poet];
    const { value, losses } = decode({ tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools } } });
    expect(value.toolChoice).toStrictEqual({ kind: 'allowed', mode: 'auto', names: ['poet'] });
    const lost = { path: 'tool_choice.allowed_tools.tools[0]', why: 'a tool of type "mcp" has no neutral form' };
    expect(losses).toStrictEqual([lost]);
    const none = { type: 'allowed_tools', allowed_tools: { mode: 'required', tools: tools.slice(0, 1) } };
    expect(decode({ tool_choice: none })).toStrictEqual({ value: { ...bare, toolChoice: { kind: 'required' } }, losses: [lost] });
  });

  it("takes over what the Responses API calls the same, and prefers the client's own", () => {
    const extensions = {
      'openai-responses': { service_tier: 'flex', metadata: { a: 'b' }, store: true },
      'openai-chat': { service_tier: 'default' },
    };
    expect(wireOf({ extensions })).toStrictEqual({
      body: { model: 'm', messages: [], service_tier: 'default', metadata: { a: 'b' } },
      losses: ['extensions.openai-responses.store'],
    });
  });

  it('declares what it has no setting for', () => {
    const tooLong = 'u'.repeat(65);
    expect(wireOf({ topK: 0, user: tooLong, safetyIdentifier: tooLong.slice(1), parallelToolCalls: false })).toStrictEqual({
      body: { model: 'm', messages: [], safety_identifier: tooLong.slice(1) },
      losses: ['topK', 'user'],
    });
  });
});

describe('content of Chat Completions, read and written', () => {
  const said = (part: object) => ({ messages: [{ role: 'user', content: [part] }] });
  const file = (mediaType: string, name: string) => ({ kind: 'file', source: { kind: 'inline', mediaType, data: 'ZG9j' }, name }) as const;

  it.each([
    [
      { type: 'image_url', image_url: { url: 'https://a.test/b.png', detail: 'low' } },
      { kind: 'image', source: { kind: 'url', url: 'https://a.test/b.png' }, detail: 'low' } as const,
    ],
    [{ type: 'file', file: { filename: 'a.doc', file_data: 'data:application/msword;base64,ZG9j' } }, file('application/msword', 'a.doc')],
  ])('%j', (part, neutral) => {
    const turns = [{ role: 'user', parts: [neutral] }] as const;
    expect(decode(said(part))).toStrictEqual({ value: { ...bare, turns }, losses: [] });
    expect(wireOf({ turns })).toStrictEqual({ body: { model: 'm', ...said(part) }, losses: [] });
  });

  it.each([
    ['data:text/plain;charset=utf-8;base64,ZG9j', 'a', 'text/plain'],
    ['ZG9j', 'notes.TXT', 'text/plain'],
    ['ZG9j', 'a.pdf', 'application/pdf'],
    ['data:;base64,ZG9j', 'a', 'application/pdf'],
  ])('reads the file data %s of %s as %s', (file_data, filename, mediaType) => {
    const { value } = decode(said({ type: 'file', file: { file_data, filename } }));
    expect(value.turns).toStrictEqual([{ role: 'user', parts: [file(mediaType, filename)] }]);
  });

  it('names a file that has no name, as OpenAI demands, and declares what it cannot take', () => {
    const url = { kind: 'url', url: 'https://a.test/a.pdf' } as const;
    const parts = [
      { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', data: 'cGRm' } },
      { kind: 'file', source: url },
      { kind: 'image', source: url, detail: 'original' },
    ] as const;
    const content = [
      { type: 'file', file: { filename: 'file.pdf', file_data: 'data:application/pdf;base64,cGRm' } },
      { type: 'image_url', image_url: { url: url.url } },
    ];
    expect(wireOf({ turns: [{ role: 'user', parts }] })).toStrictEqual({
      body: { model: 'm', messages: [{ role: 'user', content }] },
      losses: ['turns[0].parts[1]', 'turns[0].parts[2].detail'],
    });
  });

  it('keeps calls and results of custom tools apart from those of functions', () => {
    const messages = [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'custom', custom: { name: 'poet', input: 'no {json' } },
          { id: 'c2', type: 'function', function: { name: 'f', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'x' },
      { role: 'tool', tool_call_id: 'c2', content: 'y' },
    ];
    const result = (callId: string, name: string, text: string) =>
      ({ kind: 'tool-result', callId, name, output: { form: 'text', text }, isError: false }) as const;
    const turns = [
      {
        role: 'assistant',
        parts: [
          { kind: 'tool-call', id: 'c1', name: 'poet', arguments: 'no {json', custom: true },
          { kind: 'tool-call', id: 'c2', name: 'f', arguments: '{}' },
        ],
      },
      { role: 'user', parts: [{ ...result('c1', 'poet', 'x'), custom: true }, result('c2', 'f', 'y')] },
    ] as const;
    expect(decode({ messages })).toStrictEqual({ value: { ...bare, turns }, losses: [] });
    expect(wireOf({ turns })).toStrictEqual({ body: { model: 'm', messages }, losses: [] });
    const [, results] = turns;
    expect(wireOf({ turns: [results] }).losses).toStrictEqual([
      'turns[0].parts[0].name',
      'turns[0].parts[0].custom',
      'turns[0].parts[1].name',
    ]);
  });
});
