import { describe, expect, it } from 'vitest';

import type { ChatRequest } from '../../ir/chat.ts';
import { inputOnly } from '../custom-tools.ts';
import geminiGenerate from './index.ts';

const model = 'gemini-3-pro';
const bare: ChatRequest = { model, stream: false, system: [], turns: [], tools: [], wantsUsage: true, extensions: {} };
const wireOf = (request: Partial<ChatRequest>) => {
  const { value, losses } = geminiGenerate.encodeRequest({ ...bare, ...request });
  return { body: JSON.parse(value) as unknown, losses: losses.map(({ path }) => path) };
};
const decode = (wire: object) => geminiGenerate.decodeRequest({ contents: [], ...wire }, { model });
const kept = (generationConfig: object) => ({ extensions: { 'gemini-generate': { generationConfig } } }) as Partial<ChatRequest>;

const schema = { type: 'object', properties: { city: { type: 'string' } } };
const json = 'application/json';

describe('settings of generateContent, read and written', () => {
  it.each<[object, Partial<ChatRequest>]>([
    [{ responseMimeType: json }, { format: { kind: 'json' } }],
    [{ responseMimeType: json, responseJsonSchema: schema }, { format: { kind: 'json-schema', schema } }],
    [
      { responseMimeType: 'text/x.enum', responseSchema: { enum: ['a'] } },
      kept({ responseMimeType: 'text/x.enum', responseSchema: { enum: ['a'] } }),
    ],
    [
      { topK: 0, frequencyPenalty: 0, presencePenalty: -1, seed: 0 },
      { topK: 0, frequencyPenalty: 0, presencePenalty: -1, seed: 0 },
    ],
    [{ responseLogprobs: true }, { logprobs: {} }],
    [{ responseLogprobs: true, logprobs: 3 }, { logprobs: { top: 3 } }],
    [{ logprobs: 3 }, kept({ logprobs: 3 })],
    [{ candidateCount: 2 }, kept({ candidateCount: 2 })],
  ])('%j', (generationConfig, neutral) => {
    expect(decode({ generationConfig })).toStrictEqual({ value: { ...bare, ...neutral }, losses: [] });
    expect(wireOf(neutral)).toStrictEqual({ body: { contents: [], generationConfig }, losses: [] });
  });

  it.each([{ candidateCount: 1 }, { responseMimeType: 'text/plain' }, { responseLogprobs: false }])('%j asks for nothing', (wire) => {
    expect(decode({ generationConfig: wire })).toStrictEqual({ value: bare, losses: [] });
  });

  it("reads the older schema as JSON Schema, null beside a type included, and leaves the author's names alone", () => {
    const properties = {
      type: { type: 'STRING', enum: ['STRING'], nullable: true },
      nullable: { type: 'ARRAY', items: { type: 'INTEGER', nullable: false } },
    };
    expect(
      decode({ generationConfig: { responseMimeType: json, responseSchema: { type: 'OBJECT', properties } } }).value.format,
    ).toStrictEqual({
      kind: 'json-schema',
      schema: {
        type: 'object',
        properties: {
          type: { type: ['string', 'null'], enum: ['STRING', null] },
          nullable: { type: 'array', items: { type: 'integer', nullable: false } },
        },
      },
    });
  });

  it('puts the name of a schema into it', () => {
    const generationConfig = { responseMimeType: json, responseJsonSchema: { title: 'p', ...schema } };
    const format = { kind: 'json-schema', name: 'p', schema, strict: false } as const;
    expect(wireOf({ format })).toStrictEqual({ body: { contents: [], generationConfig }, losses: [] });
  });

  it.each<[object, ChatRequest['toolChoice']]>([
    [
      { mode: 'ANY', allowedFunctionNames: ['a', 'b'] },
      { kind: 'allowed', mode: 'required', names: ['a', 'b'] },
    ],
    [
      { mode: 'VALIDATED', allowedFunctionNames: ['a'] },
      { kind: 'allowed', mode: 'auto', names: ['a'] },
    ],
    [
      { mode: 'ANY', allowedFunctionNames: ['a'] },
      { kind: 'tool', name: 'a' },
    ],
  ])('chooses among several: %j', (functionCallingConfig, toolChoice) => {
    const toolConfig = { functionCallingConfig };
    expect(decode({ toolConfig })).toStrictEqual({ value: { ...bare, toolChoice }, losses: [] });
    expect(wireOf({ ...(toolChoice && { toolChoice }) })).toStrictEqual({ body: { contents: [], toolConfig }, losses: [] });
  });

  it('declares names that mean nothing in their mode', () => {
    const functionCallingConfig = { mode: 'AUTO', allowedFunctionNames: ['a'] };
    expect(decode({ toolConfig: { functionCallingConfig } })).toStrictEqual({
      value: { ...bare, toolChoice: { kind: 'auto' } },
      losses: [{ path: 'toolConfig.functionCallingConfig.allowedFunctionNames', why: 'means nothing in this mode' }],
    });
  });

  it('declares what it has no setting for', () => {
    const request = { verbosity: 'low', user: 'u', safetyIdentifier: 's', parallelToolCalls: false };
    const losses = ['verbosity', 'user', 'safetyIdentifier', 'parallelToolCalls'];
    expect(wireOf(request)).toStrictEqual({ body: { contents: [] }, losses });
    expect(wireOf({ parallelToolCalls: true }).losses).toStrictEqual([]);
  });

  it('declares strict schemas and grammars of tools', () => {
    const tools = [
      { name: 't', parameters: schema, strict: true },
      { kind: 'custom', name: 'p', parameters: inputOnly, grammar: { syntax: 'lark', definition: 'x' } },
    ] as const;
    expect(wireOf({ tools })).toStrictEqual({
      body: {
        contents: [],
        tools: [
          {
            functionDeclarations: [
              { name: 't', parametersJsonSchema: schema },
              { name: 'p', parametersJsonSchema: inputOnly },
            ],
          },
        ],
      },
      losses: ['tools[1].grammar', 'tools[0].strict'],
    });
  });
});

describe('files of generateContent', () => {
  const said = (part: object) => ({ contents: [{ role: 'user', parts: [part] }] });
  const url = 'https://a.test/a';

  it.each([
    [
      { inlineData: { mimeType: 'application/pdf', data: 'cGRm' } },
      { kind: 'inline', mediaType: 'application/pdf', data: 'cGRm' } as const,
    ],
    [{ inlineData: { mimeType: 'text/csv', data: 'YQ==' } }, { kind: 'inline', mediaType: 'text/csv', data: 'YQ==' } as const],
    [{ fileData: { mimeType: 'application/pdf', fileUri: url } }, { kind: 'url', url } as const],
    [{ fileData: { mimeType: 'text/csv', fileUri: url } }, { kind: 'url', url, mediaType: 'text/csv' } as const],
  ])('%j, read and written', (part, source) => {
    const turns = [{ role: 'user', parts: [{ kind: 'file', source }] }] as const;
    expect(decode(said(part))).toStrictEqual({ value: { ...bare, turns }, losses: [] });
    expect(wireOf({ turns })).toStrictEqual({ body: said(part), losses: [] });
  });

  it.each([
    { inlineData: { mimeType: 'audio/wav', data: 'YQ==' } },
    { fileData: { mimeType: 'video/mp4', fileUri: url } },
    { fileData: { mimeType: 'application/pdf', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/x' } },
    { fileData: { mimeType: 'application/pdf', fileUri: 'gs://bucket/x' } },
  ])('has no neutral form for %j', (part) => {
    expect(decode(said(part)).losses.map(({ path }) => path)).toStrictEqual(['contents[0].parts[0]']);
  });

  it('reads the name of a file, and declares that it cannot write one, nor the detail of an image', () => {
    const { value, losses } = decode(said({ inline_data: { mime_type: 'application/pdf', display_name: 'a.pdf', data: 'cGRm' } }));
    const file = { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', data: 'cGRm' }, name: 'a.pdf' } as const;
    expect([value.turns, losses]).toStrictEqual([[{ role: 'user', parts: [file] }], []]);
    const image = { kind: 'image', source: { kind: 'url', url }, detail: 'low' } as const;
    expect(wireOf({ turns: [{ role: 'user', parts: [file, image] }] }).losses).toStrictEqual([
      'turns[0].parts[0].name',
      'turns[0].parts[1].detail',
    ]);
  });

  it('carries files in what a tool returned: inline ones as parts, those by URL in the text', () => {
    const response = {
      id: 'c',
      name: 't',
      response: { result: [{ type: 'file', url, mediaType: 'text/csv', name: 'a.csv' }] },
      parts: [{ inlineData: { mimeType: 'application/pdf', data: 'cGRm' } }],
    };
    const contents = [
      { role: 'model', parts: [{ functionCall: { id: 'c', name: 't', args: {} } }] },
      { role: 'user', parts: [{ functionResponse: response }] },
    ];
    const { value, losses } = decode({ contents });
    const output = {
      form: 'parts',
      parts: [
        { kind: 'file', source: { kind: 'url', url, mediaType: 'text/csv' }, name: 'a.csv' },
        { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', data: 'cGRm' } },
      ],
    };
    expect([value.turns[1]?.parts, losses]).toStrictEqual([[{ kind: 'tool-result', callId: 'c', name: 't', output, isError: false }], []]);
    expect(wireOf({ turns: value.turns })).toStrictEqual({ body: { contents }, losses: [] });
  });
});
