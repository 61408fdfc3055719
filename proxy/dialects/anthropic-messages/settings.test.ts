import { describe, expect, it } from 'vitest';

import type { ChatRequest } from '../../ir/chat.ts';
import { inputOnly } from '../custom-tools.ts';
import anthropicMessages from './index.ts';

const model = 'claude-sonnet-4-6';
const bare: ChatRequest = { model, stream: false, system: [], turns: [], tools: [], wantsUsage: true, maxOutputTokens: 9, extensions: {} };
const wireOf = (request: Partial<ChatRequest>) => {
  const { value, losses } = anthropicMessages.encodeRequest({ ...bare, ...request });
  return { body: JSON.parse(value) as unknown, losses: losses.map(({ path }) => path) };
};
const minimal = { model, messages: [], max_tokens: 9 };
const decode = (wire: object) => anthropicMessages.decodeRequest({ ...minimal, ...wire }, {});

const schema = { type: 'object', properties: { city: { type: 'string' } }, additionalProperties: false };
const tools = [{ name: 't', input_schema: schema }];
const defined = [{ name: 't', parameters: schema }];

describe('settings of the Messages API, read and written', () => {
  it.each<[object, Partial<ChatRequest>]>([
    [{ output_config: { format: { type: 'json_schema', schema } } }, { format: { kind: 'json-schema', schema } }],
    [
      { output_config: { x: 1, format: { type: 'shape' } } },
      { extensions: { 'anthropic-messages': { output_config: { x: 1, format: { type: 'shape' } } } } },
    ],
    [{ top_k: 0 }, { topK: 0 }],
    [{ metadata: { user_id: 'u' } }, { user: 'u' }],
    [{ metadata: { team: 't', user_id: 'u' } }, { user: 'u', extensions: { 'anthropic-messages': { metadata: { team: 't' } } } }],
    [{ tools: [{ ...tools[0], strict: true }] }, { tools: [{ name: 't', parameters: schema, strict: true }] }],
    [
      { tools, tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { tools: defined, toolChoice: { kind: 'auto' }, parallelToolCalls: false },
    ],
    [
      { tools, tool_choice: { type: 'any', disable_parallel_tool_use: true } },
      { tools: defined, toolChoice: { kind: 'required' }, parallelToolCalls: false },
    ],
  ])('%j', (wire, neutral) => {
    expect(decode(wire)).toStrictEqual({ value: { ...bare, ...neutral }, losses: [] });
    expect(wireOf(neutral)).toStrictEqual({ body: { ...minimal, ...wire }, losses: [] });
  });

  it.each([
    [
      { parallelToolCalls: false, tools: defined },
      { tools, tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    ],
    [{ parallelToolCalls: true, tools: defined }, { tools }],
    [{ parallelToolCalls: false }, {}],
    [
      { parallelToolCalls: false, tools: defined, toolChoice: { kind: 'none' } as const },
      { tools, tool_choice: { type: 'none' } },
    ],
  ])('writes at most one call at a time where a tool can be called: %j', (neutral, wire) => {
    expect(wireOf(neutral)).toStrictEqual({ body: { ...minimal, ...wire }, losses: [] });
  });

  it('puts the name and description of a schema into it, and declares what has no room', () => {
    const written = (title: string, description: string) => ({
      ...minimal,
      output_config: { format: { type: 'json_schema', schema: { title, description, ...schema } } },
    });
    const format = { kind: 'json-schema', name: 'p', description: 'd', schema, strict: true } as const;
    expect(wireOf({ format })).toStrictEqual({ body: written('p', 'd'), losses: [] });
    expect(wireOf({ format: { ...format, schema: { title: 'T', description: 'd', ...schema } } })).toStrictEqual({
      body: written('T', 'd'),
      losses: ['format.name'],
    });
  });

  it('closes every object of a schema, as Anthropic demands, and says so', () => {
    const open = { type: 'object', properties: { a: { type: ['object', 'null'], additionalProperties: true } } };
    const format = (inner: object) => ({
      $defs: { node: inner },
      anyOf: [inner, { type: 'array', items: inner }, { properties: {}, enum: [{ type: 'object' }] }, { type: 'string' }],
    });
    const closed = {
      type: 'object',
      properties: { a: { type: ['object', 'null'], additionalProperties: false } },
      additionalProperties: false,
    };
    const { body, losses } = wireOf({ format: { kind: 'json-schema', schema: format(open) as never } });
    const written = format(closed);
    const anyOf = written.anyOf.map((each, index) => (index === 2 ? { ...each, additionalProperties: false } : each));
    expect([body, losses]).toStrictEqual([
      { ...minimal, output_config: { format: { type: 'json_schema', schema: { ...written, anyOf } } } },
      ['format.schema'],
    ]);
  });

  it('prefers the identifier against abuse, and declares another name', () => {
    const body = { ...minimal, metadata: { user_id: 's' } };
    expect(wireOf({ user: 'u', safetyIdentifier: 's' })).toStrictEqual({ body, losses: ['user'] });
    expect(wireOf({ user: 's', safetyIdentifier: 's' })).toStrictEqual({ body, losses: [] });
  });

  it('declares what it has no setting for', () => {
    const request: Partial<ChatRequest> = {
      seed: 0,
      frequencyPenalty: 0,
      presencePenalty: 0,
      logprobs: {},
      verbosity: 'low',
      format: { kind: 'json' },
    };
    const losses = ['seed', 'frequencyPenalty', 'presencePenalty', 'logprobs', 'verbosity', 'format'];
    expect(wireOf(request)).toStrictEqual({ body: minimal, losses });
  });

  it.each(['auto', 'required'] as const)('declares that a choice among several (%s) becomes one among all', (mode) => {
    const toolChoice = { kind: 'allowed', mode, names: ['t'] } as const;
    const tool_choice = { type: mode === 'auto' ? 'auto' : 'any' };
    expect(wireOf({ tools: defined, toolChoice })).toStrictEqual({
      body: { ...minimal, tools, tool_choice },
      losses: ['toolChoice.names'],
    });
  });

  it('lets a function stand for a custom tool, in definition, calls and results', () => {
    const { body, losses } = wireOf({
      tools: [{ kind: 'custom', name: 'poet', parameters: inputOnly, grammar: { syntax: 'lark', definition: 'x' } }],
      toolChoice: { kind: 'tool', name: 'poet' },
      turns: [
        { role: 'assistant', parts: [{ kind: 'tool-call', id: 'c', name: 'poet', arguments: 'a "rose"', custom: true }] },
        {
          role: 'user',
          parts: [{ kind: 'tool-result', callId: 'c', name: 'poet', output: { form: 'text', text: 'x' }, isError: false, custom: true }],
        },
      ],
    });
    expect(losses).toStrictEqual(['tools[0].grammar']);
    expect(body).toStrictEqual({
      ...minimal,
      tools: [{ name: 'poet', input_schema: inputOnly }],
      tool_choice: { type: 'tool', name: 'poet' },
      messages: [
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c', name: 'poet', input: { input: 'a "rose"' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: 'x' }] },
      ],
    });
  });
});

describe('documents of the Messages API', () => {
  const said = (content: readonly object[]) => ({ messages: [{ role: 'user', content }] });
  const inline = (mediaType: string, data: string) => ({ kind: 'inline', mediaType, data }) as const;
  const gruesse = Buffer.from('Grüße', 'utf8').toString('base64');

  it.each([
    [{ type: 'base64', media_type: 'application/pdf', data: 'cGRm' }, inline('application/pdf', 'cGRm')],
    [{ type: 'text', media_type: 'text/plain', data: 'Grüße' }, inline('text/plain', gruesse)],
    [{ type: 'url', url: 'https://a.test/a' }, { kind: 'url', url: 'https://a.test/a' } as const],
  ])('%j, read and written', (wire, source) => {
    const turns = [{ role: 'user', parts: [{ kind: 'file', source, name: 'a' }] }] as const;
    const block = said([{ type: 'document', source: wire, title: 'a' }]);
    expect(decode(block)).toStrictEqual({ value: { ...bare, turns }, losses: [] });
    expect(wireOf({ turns })).toStrictEqual({ body: { ...minimal, ...block }, losses: [] });
  });

  it.each([
    [inline('application/msword', 'ZG9j'), ['turns[0].parts[1]']],
    [inline('text/plain', Buffer.from([0xff]).toString('base64')), ['turns[0].parts[1]']],
    [{ kind: 'url', url: 'https://a.test/a', mediaType: 'text/csv' } as const, ['turns[0].parts[1]']],
  ])('does not take %j, and says so', (source, losses) => {
    const parts = [
      { kind: 'text', text: 'see' },
      { kind: 'file', source },
    ] as const;
    expect(wireOf({ turns: [{ role: 'user', parts }] })).toStrictEqual({
      body: { ...minimal, ...said([{ type: 'text', text: 'see' }]) },
      losses,
    });
  });

  it('takes any text for plain text, and says so', () => {
    const parts = [{ kind: 'file', source: inline('text/csv', gruesse) }] as const;
    expect(wireOf({ turns: [{ role: 'user', parts }] })).toStrictEqual({
      body: { ...minimal, ...said([{ type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'Grüße' } }]) },
      losses: ['turns[0].parts[0].source.mediaType'],
    });
  });

  it('declares what of a document and of an image has no form', () => {
    const source = { type: 'url', url: 'https://a.test/a' };
    const { losses } = decode(
      said([
        { type: 'document', source, context: 'c', citations: { enabled: true } },
        { type: 'document', source: { type: 'file', file_id: 'f' } },
        { type: 'document', source: { type: 'content', content: 'x' } },
      ]),
    );
    expect(losses.map(({ path }) => path)).toStrictEqual([
      'messages[0].content[0].context',
      'messages[0].content[0].citations',
      'messages[0].content[1]',
      'messages[0].content[2]',
    ]);
    const image = { kind: 'image', source: { kind: 'url', url: 'https://a.test/a' }, detail: 'low' } as const;
    expect(wireOf({ turns: [{ role: 'user', parts: [image] }] }).losses).toStrictEqual(['turns[0].parts[0].detail']);
  });

  it('carries documents in what a tool returned', () => {
    const source = { type: 'base64', media_type: 'application/pdf', data: 'cGRm' };
    const block = said([{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'document', source }] }]);
    const { value, losses } = decode(block);
    expect([value.turns[0]?.parts, losses]).toStrictEqual([
      [
        {
          kind: 'tool-result',
          callId: 'c',
          output: { form: 'parts', parts: [{ kind: 'file', source: inline('application/pdf', 'cGRm') }] },
          isError: false,
        },
      ],
      [],
    ]);
    expect(wireOf({ turns: value.turns })).toStrictEqual({ body: { ...minimal, ...block }, losses: [] });
  });
});
