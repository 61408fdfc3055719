import { describe, expect, it } from 'vitest';

import type { ChatRequest } from '../../ir/chat.ts';
import { inputOnly } from '../custom-tools.ts';
import openaiResponses from './index.ts';

const bare: ChatRequest = { model: 'm', stream: false, system: [], turns: [], tools: [], wantsUsage: true, extensions: {} };
const wireOf = (request: Partial<ChatRequest>) => {
  const { value, losses } = openaiResponses.encodeRequest({ ...bare, ...request });
  return { body: JSON.parse(value) as unknown, losses: losses.map(({ path }) => path) };
};
const decode = (wire: object) => openaiResponses.decodeRequest({ model: 'm', input: [], ...wire }, {});
const kept = (fields: Record<string, never> | object) => ({ extensions: { 'openai-responses': fields } }) as Partial<ChatRequest>;

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const poem = { kind: 'custom', name: 'poet', parameters: inputOnly } as const;
const poet = { type: 'custom', name: 'poet' };
const lookup = { name: 'lookup', parameters: schema };
const grammar = { syntax: 'regex', definition: 'a+' };
const tokens = 'message.output_text.logprobs';

describe('settings of the Responses API, read and written', () => {
  it.each<[object, Partial<ChatRequest>]>([
    [{ text: { format: { type: 'json_object' }, verbosity: 'high' } }, { format: { kind: 'json' }, verbosity: 'high' }],
    [
      { text: { format: { type: 'json_schema', name: 'p', description: 'd', schema, strict: false } } },
      { format: { kind: 'json-schema', name: 'p', description: 'd', schema, strict: false } },
    ],
    [{ text: { format: { type: 'shape' }, tone: 'dry' } }, kept({ text: { format: { type: 'shape' }, tone: 'dry' } })],
    [{ include: ['a', tokens] }, { logprobs: {}, ...kept({ include: ['a'] }) }],
    [{ include: [tokens], top_logprobs: 2 }, { logprobs: { top: 2 } }],
    [{ include: ['reasoning.encrypted_content'] }, kept({ include: ['reasoning.encrypted_content'] })],
    [
      { parallel_tool_calls: false, user: 'u', safety_identifier: 's' },
      { parallelToolCalls: false, user: 'u', safetyIdentifier: 's' },
    ],
    [{ tools: [{ type: 'function', ...lookup, strict: true }] }, { tools: [{ ...lookup, strict: true }] }],
    [{ tools: [{ ...poet, format: { type: 'grammar', ...grammar } }] }, { tools: [{ ...poem, grammar }] }],
    [
      { tools: [poet], tool_choice: poet },
      { tools: [poem], toolChoice: { kind: 'tool', name: 'poet' } },
    ],
    [
      { tools: [poet], tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [poet, { type: 'function', name: 'lookup' }] } },
      { tools: [poem], toolChoice: { kind: 'allowed', mode: 'auto', names: ['poet', 'lookup'] } },
    ],
  ])('%j', (wire, neutral) => {
    expect(decode(wire)).toStrictEqual({ value: { ...bare, ...neutral }, losses: [] });
    expect(wireOf(neutral)).toStrictEqual({ body: { model: 'm', input: [], ...wire }, losses: [] });
  });

  it('reads a number of alternatives as a wish for probabilities, unless it is zero', () => {
    expect([decode({ top_logprobs: 2 }).value, decode({ top_logprobs: 0 }).value]).toStrictEqual([{ ...bare, logprobs: { top: 2 } }, bare]);
  });

  it.each([{ text: { format: { type: 'text' } } }, { text: {} }, { text: null, include: [], user: null }])(
    '%j asks for nothing',
    (wire) => {
      expect(decode(wire)).toStrictEqual({ value: bare, losses: [] });
    },
  );

  it.each([
    [{ text: 'x' }, 'text: expected an object, got a value of type string'],
    [{ include: {} }, 'include: expected an array, got a value of type object'],
    [{ text: { format: { type: 'json_schema', strict: 1 } } }, 'text.format.strict: expected true or false, got a value of type number'],
  ])('refuses %j', (wire, message) => {
    expect(() => decode(wire)).toThrow(expect.objectContaining({ code: 'invalid-request', message }));
  });

  it('declares what it has no setting for', () => {
    const request = { stop: [], topK: 0, frequencyPenalty: 0, presencePenalty: 0, seed: 0, reasoningBudget: 0, user: 'u'.repeat(65) };
    const losses = ['stop', 'reasoningBudget', 'topK', 'frequencyPenalty', 'presencePenalty', 'seed', 'user'];
    expect(wireOf(request)).toStrictEqual({ body: { model: 'm', input: [] }, losses });
  });
});

describe('content of the Responses API, read and written', () => {
  const said = (part: object) => ({ input: [{ type: 'message', role: 'user', content: [part] }] });
  const url = 'https://a.test/a.pdf';

  it.each([
    [
      { type: 'input_image', image_url: url, detail: 'original' },
      { kind: 'image', source: { kind: 'url', url }, detail: 'original' } as const,
    ],
    [{ type: 'input_file', file_url: url }, { kind: 'file', source: { kind: 'url', url } } as const],
    [
      { type: 'input_file', filename: 'a.doc', file_data: 'data:application/msword;base64,ZG9j' },
      { kind: 'file', source: { kind: 'inline', mediaType: 'application/msword', data: 'ZG9j' }, name: 'a.doc' } as const,
    ],
  ])('%j', (part, neutral) => {
    const turns = [{ role: 'user', parts: [neutral] }] as const;
    expect(decode(said(part))).toStrictEqual({ value: { ...bare, turns }, losses: [] });
    expect(wireOf({ turns })).toStrictEqual({ body: { model: 'm', ...said(part) }, losses: [] });
  });

  it('declares the detail of a file, and the media type of one by URL', () => {
    expect(decode(said({ type: 'input_file', file_url: url, detail: 'high' })).losses).toStrictEqual([
      { path: 'input[0].content[0].detail', why: 'the detail of files is not carried' },
    ]);
    const parts = [{ kind: 'file', source: { kind: 'url', url, mediaType: 'text/csv' } }] as const;
    expect(wireOf({ turns: [{ role: 'user', parts }] }).losses).toStrictEqual(['turns[0].parts[0].source.mediaType']);
  });

  it('keeps calls and results of custom tools apart from those of functions, with and without the call', () => {
    const output = { type: 'custom_tool_call_output', call_id: 'c', output: 'x' };
    const input = [{ type: 'custom_tool_call', call_id: 'c', name: 'poet', input: 'no {json' }, output];
    const result = { kind: 'tool-result', callId: 'c', output: { form: 'text', text: 'x' }, isError: false, custom: true } as const;
    const turns = [
      { role: 'assistant', parts: [{ kind: 'tool-call', id: 'c', name: 'poet', arguments: 'no {json', custom: true }] },
      { role: 'user', parts: [{ ...result, name: 'poet' }] },
    ] as const;
    expect(decode({ input })).toStrictEqual({ value: { ...bare, turns }, losses: [] });
    expect(wireOf({ turns })).toStrictEqual({ body: { model: 'm', input }, losses: [] });
    expect(decode({ input: [output] }).value.turns).toStrictEqual([{ role: 'user', parts: [result] }]);
  });
});
