import { describe, expect, it } from 'vitest';
import type { ChatRequest, ToolOutput, ToolResultPart, Turn } from '../../ir/chat.ts';
import geminiGenerate from './index.ts';

const address = { model: 'gemini-2.5-pro', stream: false };
const decode = (body: object) => geminiGenerate.decodeRequest({ contents: [], ...body }, address);
const base: ChatRequest = { model: 'gemini-2.5-pro', stream: false, system: [], turns: [], tools: [], wantsUsage: true, extensions: {} };
const encode = (request: Partial<ChatRequest>) => {
  const { value, losses } = geminiGenerate.encodeRequest({ ...base, ...request });
  return { wire: JSON.parse(value) as Record<string, unknown>, losses: losses.map(({ path }) => path) };
};

const result = (output: ToolOutput, more: Partial<ToolResultPart> = {}): ToolResultPart => ({
  kind: 'tool-result',
  callId: 'toolu_1',
  name: 't',
  output,
  isError: false,
  ...more,
});
const textOfResult = (part: ToolResultPart): string => {
  const turns: Turn[] = [{ role: 'user', parts: [part] }];
  const { value } = geminiGenerate.encodeRequest({ ...base, turns });
  const [before, after] = ['{"contents":[{"role":"user","parts":[{"functionResponse":{"id":"toolu_1","name":"t",', '}}]}]}'];
  expect([value.slice(0, before.length), value.slice(-after.length)]).toStrictEqual([before, after]);
  return value.slice(before.length, -after.length);
};

const a = { kind: 'text', text: 'a' } as const;
const b = { kind: 'text', text: 'say "b"' } as const;
const png = { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', data: 'aGk=' } } as const;
const bare = { kind: 'image', source: { kind: 'inline', data: 'aGk=' } } as const;
const url = { kind: 'image', source: { kind: 'url', url: 'https://a/b.png' } } as const;

describe('writing what a tool returned (sheet R3 d, and b for the missing one)', () => {
  const pngPart = '{"inlineData":{"mimeType":"image/png","data":"aGk="}}';
  it.each<[string, ToolOutput, string]>([
    ['missing, which is invalid JSON', { form: 'missing' }, '"response":{"result":}'],
    ['null', { form: 'null' }, '"response":{"result":null}'],
    ['the empty string', { form: 'text', text: '' }, '"response":{"result":""}'],
    ['text', { form: 'text', text: 'say "hi"\n' }, '"response":{"result":"say \\"hi\\"\\n"}'],
    ['no parts', { form: 'parts', parts: [] }, '"response":{"result":""}'],
    ['one text', { form: 'parts', parts: [a] }, '"response":{"result":"a"}'],
    [
      'two texts',
      { form: 'parts', parts: [a, b] },
      '"response":{"result":[{"type":"text","text":"a"},{"type":"text","text":"say \\"b\\""}]}',
    ],
    ['text and image', { form: 'parts', parts: [a, png] }, `"response":{"result":"a"},"parts":[${pngPart}]`],
    ['image', { form: 'parts', parts: [png] }, `"response":{"result":""},"parts":[${pngPart}]`],
    ['image without media type', { form: 'parts', parts: [bare] }, '"response":{"result":""},"parts":[{"inlineData":{"data":"aGk="}}]'],
    ['image by URL', { form: 'parts', parts: [url] }, '"response":{"result":[{"type":"image","url":"https://a/b.png"}]}'],
  ])('%s', (_form, output, expected) => {
    expect(textOfResult(result(output))).toBe(expected);
  });

  it('writes the text of a failed call as an error', () => {
    expect(textOfResult(result({ form: 'text', text: 'no' }, { isError: true }))).toBe('"response":{"error":"no"}');
    expect(textOfResult(result({ form: 'missing' }, { isError: true }))).toBe('"response":{"error":}');
  });

  it('gives no text of a tool a way into the surrounding JSON', () => {
    const text = '"}}]}]}{"result":} \u0000 \uD800';
    expect(JSON.parse(`{${textOfResult(result({ form: 'text', text }))}}`)).toStrictEqual({ response: { result: text } });
  });

  it('keeps parallel results in one content, in order, one of them sparse', () => {
    const turns: Turn[] = [
      {
        role: 'assistant',
        parts: [
          { kind: 'tool-call', id: 'c1', name: 'one', arguments: '{"n":1.0}' },
          { kind: 'tool-call', id: 'c2', name: 'two', arguments: '' },
        ],
      },
      { role: 'user', parts: [{ kind: 'tool-result', callId: 'c2', output: { form: 'missing' }, isError: false }] },
      { role: 'user', parts: [{ kind: 'tool-result', callId: 'c1', output: { form: 'text', text: 'x' }, isError: false }, a] },
    ];
    expect(geminiGenerate.encodeRequest({ ...base, turns })).toStrictEqual({
      value:
        '{"contents":[{"role":"model","parts":[{"functionCall":{"id":"c1","name":"one","args":{"n":1.0}}},{"functionCall":{"id":"c2","name":"two","args":{}}}]},' +
        '{"role":"user","parts":[{"functionResponse":{"id":"c2","name":"two","response":{"result":}}},{"functionResponse":{"id":"c1","name":"one","response":{"result":"x"}}},{"text":"a"}]}]}',
      losses: [],
    });
  });

  it('declares a name that it had to make up, and images that change places', () => {
    const parts = [result({ form: 'parts', parts: [png, a] }, { callId: 'lost' })].map(({ name: _name, ...part }) => part);
    const { wire, losses } = encode({ turns: [{ role: 'user', parts }] });
    expect(losses).toStrictEqual(['turns[0].parts[0].name', 'turns[0].parts[0].output.parts']);
    expect(wire['contents']).toMatchObject([{ parts: [{ functionResponse: { id: 'lost', name: 'lost' } }] }]);
  });
});

describe('writing a request', () => {
  const hi: Turn = { role: 'user', parts: [{ kind: 'text', text: 'hi' }] };

  it('asks for thinking (sheet P12a)', () => {
    expect(encode({ turns: [hi], reasoningEffort: 'high' })).toStrictEqual({
      wire: {
        contents: [{ role: 'user', parts: [{ text: 'hi' }] }],
        generationConfig: { thinkingConfig: { thinkingBudget: 24_576, includeThoughts: true } },
      },
      losses: [],
    });
  });

  it.each([
    ['gemini-2.5-pro', 'low', { thinkingBudget: 1024, includeThoughts: true }, []],
    ['gemini-2.5-pro', 'medium', { thinkingBudget: 8192, includeThoughts: true }, []],
    ['gemini-2.5-pro', 'minimal', { thinkingBudget: 512, includeThoughts: true }, []],
    ['gemini-2.5-pro', 'xhigh', { thinkingBudget: 32_768, includeThoughts: true }, []],
    ['gemini-2.5-pro', 'max', { thinkingBudget: 32_768, includeThoughts: true }, ['reasoningEffort']],
    ['gemini-2.5-pro', 'none', { thinkingBudget: 128 }, ['reasoningEffort']],
    ['gemini-2.5-flash', 'none', { thinkingBudget: 0 }, []],
    ['gemini-2.5-flash', 'auto', { thinkingBudget: -1, includeThoughts: true }, []],
    ['gemini-3-pro-preview', 'medium', { thinkingLevel: 'low', includeThoughts: true }, ['reasoningEffort']],
    ['gemini-3-pro-preview', 'minimal', { thinkingLevel: 'low', includeThoughts: true }, ['reasoningEffort']],
    ['gemini-3-pro-preview', 'none', { thinkingLevel: 'low' }, ['reasoningEffort']],
    ['gemini-3-pro-preview', 'auto', { thinkingBudget: -1, includeThoughts: true }, []],
    ['gemini-3-flash-preview', 'xhigh', { thinkingLevel: 'high', includeThoughts: true }, ['reasoningEffort']],
    ['gemini-3.1-pro-preview', 'medium', { thinkingLevel: 'medium', includeThoughts: true }, []],
  ])('%s asked for %s (sheet row 12, worked transformations)', (model, reasoningEffort, thinkingConfig, losses) => {
    expect(encode({ model, reasoningEffort })).toStrictEqual({ wire: { contents: [], generationConfig: { thinkingConfig } }, losses });
  });

  it.each([
    ['gemini-2.5-pro', 'zzz'],
    ['gemini-2.0-flash', 'high'],
  ])('%s asked for %s is told nothing, and the loss is declared', (model, reasoningEffort) => {
    expect(encode({ model, reasoningEffort })).toStrictEqual({ wire: { contents: [] }, losses: ['reasoningEffort'] });
  });

  it('prefers a budget to a level, as Gemini refuses both', () => {
    expect(encode({ model: 'gemini-3-pro-preview', reasoningEffort: 'high', reasoningBudget: 8192 })).toStrictEqual({
      wire: { contents: [], generationConfig: { thinkingConfig: { thinkingBudget: 8192, includeThoughts: true } } },
      losses: ['reasoningEffort'],
    });
  });

  it('writes every setting', () => {
    const parameters = { $schema: 'x', type: 'object', additionalProperties: false };
    const { wire, losses } = encode({
      system: ['a', 'b'],
      turns: [{ role: 'user', parts: [png, url] }],
      tools: [{ name: 't', description: 'd', parameters }],
      toolChoice: { kind: 'tool', name: 't' },
      maxOutputTokens: 5,
      temperature: 0.5,
      topP: 0.9,
      stop: ['END'],
      extensions: {
        'gemini-generate': { safetySettings: [], generationConfig: { audioTimestamp: true }, tools: [{ googleSearch: {} }] },
        'openai-chat': { seed: 1 },
      },
    });
    expect(wire).toStrictEqual({
      safetySettings: [],
      contents: [
        { role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'aGk=' } }, { fileData: { fileUri: 'https://a/b.png' } }] },
      ],
      systemInstruction: { parts: [{ text: 'a' }, { text: 'b' }] },
      tools: [{ functionDeclarations: [{ name: 't', description: 'd', parametersJsonSchema: parameters }] }, { googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['t'] } },
      generationConfig: { audioTimestamp: true, maxOutputTokens: 5, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
    });
    expect(losses).toStrictEqual(['extensions.openai-chat.seed']);
  });

  it('puts a signature back on the call that it came with, and never sends a foreign one', () => {
    const turns: Turn[] = [
      {
        role: 'assistant',
        parts: [
          { kind: 'reasoning', text: 'theirs', signature: { issuer: 'anthropic-messages', value: 's' } },
          { kind: 'reasoning', text: 'hm' },
          { kind: 'reasoning', text: '', signature: { issuer: 'gemini-generate', value: 'sig' } },
          { kind: 'tool-call', id: 'c', name: 't', arguments: '{"a' },
        ],
      },
    ];
    expect(encode({ turns })).toStrictEqual({
      wire: {
        contents: [
          {
            role: 'model',
            parts: [
              { text: 'hm', thought: true },
              { functionCall: { id: 'c', name: 't', args: { _raw: '{"a' } }, thoughtSignature: 'sig' },
            ],
          },
        ],
      },
      losses: ['turns[0].parts[0]', 'turns[0].parts[3].arguments'],
    });
  });
});

describe('reading a request', () => {
  it.each([
    ['with the name of the call is what the Google provider of ai sends', 'look', 'found'],
    ['with another name is the output itself', 'Berlin', '{"name":"Berlin","content":"found"}'],
  ])('a content %s', (_about, name, text) => {
    const functionResponse = { name: 'look', response: { name, content: 'found' } };
    const { value } = decode({
      contents: [
        { role: 'model', parts: [{ functionCall: { id: 'c', name: 'look', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { id: 'c', ...functionResponse } }] },
      ],
    });
    expect(value.turns.at(-1)).toEqual({
      role: 'user',
      parts: [{ kind: 'tool-result', callId: 'c', name: 'look', output: { form: 'text', text }, isError: false }],
    });
  });

  it('makes up ids where a client has none, and matches results by name and order', () => {
    const contents = [
      { role: 'user', parts: [{ text: 'go' }] },
      {
        role: 'model',
        parts: [
          { functionCall: { name: 'x', args: { n: 1 } } },
          { functionCall: { name: 'y' } },
          { functionCall: { name: 'x', args: { n: 2 } } },
        ],
      },
      {
        role: 'user',
        parts: [
          { functionResponse: { name: 'y', response: { result: 'Y' } } },
          { functionResponse: { name: 'x', response: { output: 'X1' } } },
          { functionResponse: { name: 'x', response: { error: 'X2' } } },
        ],
      },
    ];
    expect(decode({ contents })).toStrictEqual({
      value: {
        ...base,
        turns: [
          { role: 'user', parts: [{ kind: 'text', text: 'go' }] },
          {
            role: 'assistant',
            parts: [
              { kind: 'tool-call', id: 'call_1_0', name: 'x', arguments: '{"n":1}' },
              { kind: 'tool-call', id: 'call_1_1', name: 'y', arguments: '{}' },
              { kind: 'tool-call', id: 'call_1_2', name: 'x', arguments: '{"n":2}' },
            ],
          },
          {
            role: 'user',
            parts: [
              { kind: 'tool-result', callId: 'call_1_1', name: 'y', output: { form: 'text', text: 'Y' }, isError: false },
              { kind: 'tool-result', callId: 'call_1_0', name: 'x', output: { form: 'text', text: 'X1' }, isError: false },
              { kind: 'tool-result', callId: 'call_1_2', name: 'x', output: { form: 'text', text: 'X2' }, isError: true },
            ],
          },
        ],
      },
      losses: [],
    });
  });

  it.each([
    [{ response: { weather: 'sun', t: 20 } }, { form: 'text', text: '{"weather":"sun","t":20}' }],
    [{ response: {} }, { form: 'text', text: '{}' }],
    [{ response: { result: null } }, { form: 'null' }],
    [{ response: { result: [] } }, { form: 'parts', parts: [] }],
    [{ response: { result: 4 } }, { form: 'text', text: '4' }],
    [{}, { form: 'missing' }],
    [
      { response: { result: 'a' }, parts: [{ inline_data: { mime_type: 'image/png', data: 'aGk=' } }] },
      { form: 'parts', parts: [a, png] },
    ],
  ])('reads the response %j', (response, output) => {
    const contents = [
      { role: 'model', parts: [{ functionCall: { id: 'c', name: 't' } }] },
      { role: 'user', parts: [{ functionResponse: { id: 'c', name: 't', ...response } }] },
    ];
    expect(decode({ contents }).value.turns[1]?.parts).toStrictEqual([
      { kind: 'tool-result', callId: 'c', name: 't', output, isError: false },
    ]);
  });

  it('reads every setting, in snake_case too, and keeps the vendor-only ones in the extension', () => {
    const body = {
      system_instruction: { parts: [{ text: 'be brief' }] },
      tools: [
        { function_declarations: [{ name: 't', parameters: { type: 'OBJECT', properties: { type: { type: 'STRING' } } } }] },
        { google_search: {} },
      ],
      tool_config: { function_calling_config: { mode: 'ANY' } },
      generation_config: {
        max_output_tokens: 5,
        temperature: 0.5,
        top_p: 0.9,
        stop_sequences: ['END'],
        audio_timestamp: true,
        thinking_config: { thinking_level: 'HIGH' },
      },
      safetySettings: [{ category: 'c' }],
    };
    expect(geminiGenerate.decodeRequest({ contents: [], ...body }, { model: 'gemini-3-pro', stream: true })).toStrictEqual({
      value: {
        model: 'gemini-3-pro',
        stream: true,
        system: ['be brief'],
        turns: [],
        tools: [{ name: 't', parameters: { type: 'object', properties: { type: { type: 'string' } } } }],
        toolChoice: { kind: 'required' },
        maxOutputTokens: 5,
        temperature: 0.5,
        topP: 0.9,
        stop: ['END'],
        reasoningEffort: 'high',
        wantsUsage: true,
        extensions: {
          'gemini-generate': {
            safetySettings: [{ category: 'c' }],
            tools: [{ googleSearch: {} }],
            generationConfig: { audioTimestamp: true },
          },
        },
      },
      losses: [],
    });
  });

  it('reads thoughts and signatures', () => {
    const parts = [
      { text: 'hm', thought: true },
      { text: 'ok', thoughtSignature: 'sig' },
      { inlineData: { mimeType: 'image/png', data: '' } },
    ];
    const { value, losses } = decode({ contents: [{ role: 'model', parts }] });
    expect(value.turns[0]?.parts).toStrictEqual([
      { kind: 'reasoning', text: 'hm' },
      { kind: 'reasoning', text: '', signature: { issuer: 'gemini-generate', value: 'sig' } },
      { kind: 'text', text: 'ok' },
    ]);
    expect(losses).toStrictEqual([{ path: 'contents[0].parts[2]', why: 'a part with inlineData has no neutral form here' }]);
  });

  it.each([
    [4, 'body: expected an object, got a value of type number'],
    [{}, 'contents: expected an array, got nothing'],
    [{ contents: [{ role: 'assistant' }] }, 'contents[0].role: expected "user" or "model", got a value of type string'],
    [{ contents: [{ parts: [{ text: 1 }] }] }, 'contents[0].parts[0].text: expected a string, got a value of type number'],
    [
      { contents: [], generationConfig: { temperature: 'x' } },
      'generationConfig.temperature: expected a number, got a value of type string',
    ],
  ])('refuses %j', (body, message) => {
    expect(() => geminiGenerate.decodeRequest(body, address)).toThrow(expect.objectContaining({ code: 'invalid-request', message }));
  });

  it('refuses a request whose model nobody named', () => {
    expect(() => geminiGenerate.decodeRequest({ contents: [] }, {})).toThrow('model: expected a string, got nothing');
  });
});
