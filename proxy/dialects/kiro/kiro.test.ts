import { describe, expect, it } from 'vitest';

import { newAggregator } from '../../ir/aggregate.ts';
import type { ChatEvent, ChatRequest } from '../../ir/chat.ts';
import kiro from './index.ts';

const request = (more: Partial<ChatRequest>): ChatRequest => ({
  model: 'kiro-claude-sonnet-4-5',
  stream: true,
  system: [],
  turns: [{ role: 'user', parts: [{ kind: 'text', text: 'hi' }] }],
  tools: [],
  wantsUsage: false,
  extensions: {},
  ...more,
});

const encoded = (more: Partial<ChatRequest>) => {
  const { value, losses } = kiro.encodeRequest(request(more));
  return { body: JSON.parse(value) as unknown, text: value, losses: losses.map(({ path }) => path) };
};

const about = { modelId: 'claude-sonnet-4.5', origin: 'AI_EDITOR' };

describe('a request to Kiro', () => {
  it('of one message', () => {
    expect(encoded({})).toEqual({
      body: {
        conversationState: { chatTriggerType: 'MANUAL', currentMessage: { userInputMessage: { content: 'hi', ...about } }, history: [] },
      },
      text: expect.stringMatching(/^\{"conversationState":\{/) as string,
      losses: [],
    });
  });

  it('of a whole conversation: instructions, tools, calls, results and images', () => {
    const { body, losses, text } = encoded({
      system: ['Be brief.', 'Be kind.'],
      tools: [{ name: 'lookup', parameters: { properties: { id: { type: 'integer' } } } }],
      turns: [
        { role: 'user', parts: [{ kind: 'text', text: 'look' }] },
        {
          role: 'assistant',
          parts: [
            { kind: 'text', text: 'I look.' },
            { kind: 'tool-call', id: 't1', name: 'lookup', arguments: '{"id":12345678901234567890}' },
          ],
        },
        {
          role: 'user',
          parts: [
            { kind: 'tool-result', callId: 't1', output: { form: 'text', text: 'found' }, isError: false },
            { kind: 'image', source: { kind: 'inline', mediaType: 'image/png', data: 'AAAA' } },
            { kind: 'text', text: 'and?' },
          ],
        },
      ],
    });
    expect(text).toContain('"input":{"id":12345678901234567890}');
    expect(losses).toEqual(['system']);
    expect(body).toEqual({
      conversationState: {
        chatTriggerType: 'MANUAL',
        history: [
          { userInputMessage: { content: 'Be brief.\n\nBe kind.\n\nlook', ...about } },
          {
            assistantResponseMessage: {
              content: 'I look.',
              toolUses: [{ toolUseId: 't1', name: 'lookup', input: { id: Number('12345678901234567890') } }],
            },
          },
        ],
        currentMessage: {
          userInputMessage: {
            content: 'and?',
            ...about,
            images: [{ format: 'png', source: { bytes: 'AAAA' } }],
            userInputMessageContext: {
              toolResults: [{ toolUseId: 't1', content: [{ text: 'found' }], status: 'success' }],
              tools: [
                {
                  toolSpecification: {
                    name: 'lookup',
                    description: 'lookup',
                    inputSchema: { json: { type: 'object', properties: { id: { type: 'integer' } } } },
                  },
                },
              ],
            },
          },
        },
      },
    });
  });

  it('begins and ends with the user', () => {
    const { body, losses } = encoded({ turns: [{ role: 'assistant', parts: [{ kind: 'text', text: 'Once' }] }] });
    expect(losses).toEqual(['turns']);
    expect(body).toEqual({
      conversationState: {
        chatTriggerType: 'MANUAL',
        history: [{ userInputMessage: { content: '', ...about } }, { assistantResponseMessage: { content: 'Once' } }],
        currentMessage: { userInputMessage: { content: '', ...about } },
      },
    });
  });

  it('tells what it cannot carry', () => {
    const { losses } = encoded({
      temperature: 1,
      maxOutputTokens: 5,
      reasoningEffort: 'high',
      toolChoice: { kind: 'required' },
      parallelToolCalls: false,
      extensions: { 'openai-chat': { store: true } },
      turns: [
        { role: 'user', parts: [{ kind: 'image', source: { kind: 'url', url: 'http://x/y.png' } }, file] },
        { role: 'assistant', parts: [{ kind: 'reasoning', text: 'hm' }] },
        {
          role: 'user',
          parts: [
            { kind: 'tool-result', callId: 't', output: { form: 'parts', parts: [file] }, isError: true },
            { kind: 'tool-result', callId: 'u', output: { form: 'null' }, isError: false },
          ],
        },
      ],
    });
    expect(losses).toEqual([
      'extensions.openai-chat.store',
      'maxOutputTokens',
      'temperature',
      'reasoningEffort',
      'turns[0].parts[0]',
      'turns[0].parts[1]',
      'turns[1].parts[0]',
      'turns[2].parts[0].output.parts[0]',
      'toolChoice',
      'parallelToolCalls',
    ]);
  });

  it('has no tools when none may be called', () => {
    const { text } = encoded({ tools: [{ name: 'lookup', parameters: {} }], toolChoice: { kind: 'none' } });
    expect(text).not.toContain('toolSpecification');
  });
});

const file = { kind: 'file', source: { kind: 'inline', mediaType: 'application/pdf', data: 'AAAA' } } as const;

const decoded = (...events: readonly (readonly [string, object])[]): readonly ChatEvent[] => {
  const decoder = kiro.newStreamDecoder();
  return [...events.flatMap(([event, data]) => decoder.push({ event, data: JSON.stringify(data) })), ...decoder.finish()];
};

const folded = (...events: readonly (readonly [string, object])[]) => {
  const aggregator = newAggregator();
  for (const event of decoded(...events)) aggregator.push(event);
  return aggregator.result();
};

describe('an answer of Kiro', () => {
  it('with reasoning, text and calls', () => {
    expect(
      folded(
        ['messageMetadataEvent', { conversationId: 'c' }],
        ['reasoningContentEvent', { text: 'Let me ' }],
        ['reasoningContentEvent', { text: 'see.' }],
        ['assistantResponseEvent', { content: 'I ', modelId: 'claude-sonnet-4.5' }],
        ['assistantResponseEvent', { content: '' }],
        ['assistantResponseEvent', { content: 'look.' }],
        ['toolUseEvent', { toolUseId: 't1', name: 'lookup' }],
        ['toolUseEvent', { toolUseId: 't1', name: 'lookup', input: '{"id":' }],
        ['toolUseEvent', { toolUseId: 't1', name: 'lookup', input: '7}' }],
        ['toolUseEvent', { toolUseId: 't1', name: 'lookup', stop: true }],
        ['toolUseEvent', { toolUseId: 't2', name: 'lookup', input: { id: 8 }, stop: true }],
        ['meteringEvent', { unit: 'credit', usage: 0.1 }],
        ['end', {}],
      ),
    ).toEqual({
      id: '',
      model: '',
      parts: [
        { kind: 'reasoning', text: 'Let me see.' },
        { kind: 'text', text: 'I look.' },
        { kind: 'tool-call', id: 't1', name: 'lookup', arguments: '{"id":7}' },
        { kind: 'tool-call', id: 't2', name: 'lookup', arguments: '{"id":8}' },
      ],
      stop: { reason: 'tool-calls' },
    });
  });

  it('has usage only when the upstream tells it', () => {
    const tokenUsage = { uncachedInputTokens: 5, outputTokens: 2, cacheReadInputTokens: 10, totalTokens: 17 };
    expect(folded(['assistantResponseEvent', { content: 'ok' }], ['metadataEvent', { tokenUsage }], ['end', {}])).toMatchObject({
      stop: { reason: 'end' },
      usage: { input: 15, output: 2, cachedInput: 10 },
    });
  });

  it('is not whole without its end', () => {
    expect(folded(['assistantResponseEvent', { content: 'ok' }])).toBeUndefined();
  });

  it.each([
    [[['end', {}]], "the upstream's stream ended before it said anything"],
    [
      [
        ['toolUseEvent', { toolUseId: 't', name: 'n', input: '{' }],
        ['end', {}],
      ],
      "the upstream's stream ended inside of a tool call",
    ],
  ] as const)('%j is none', (events, message) => {
    expect(folded(...events)).toMatchObject({ status: 502, code: 'upstream_bad_answer', message });
  });

  it.each([
    ['ThrottlingException', 429],
    ['AccessDeniedException', 403],
    ['ValidationException', 400],
    ['SomethingNew', 502],
  ])('that ends with %s is an error of status %i', (exceptionType, status) => {
    expect(decoded(['exception', { exceptionType, message: 'no' }], ['end', {}])).toEqual([
      { kind: 'error', error: { status, message: 'no', type: exceptionType, code: exceptionType } },
    ]);
  });
});

describe('a refusal of Kiro', () => {
  it.each([
    [{ message: 'The bearer token included in the request is invalid.', reason: null }, {}],
    [
      { __type: 'com.amazon.aws#AccessDeniedException:http://x', message: 'm' },
      { type: 'AccessDeniedException', code: 'AccessDeniedException' },
    ],
    [{ message: 'm', reason: 'MONTHLY_REQUEST_COUNT' }, { code: 'MONTHLY_REQUEST_COUNT' }],
  ])('is read from %j', (wire, more) => {
    expect(kiro.decodeError(403, wire)).toEqual({ status: 403, message: wire.message, ...more });
  });

  it('is not read from anything else', () => {
    expect([kiro.decodeError(403, {}), kiro.decodeError(403, null), kiro.decodeError(403, 'x')]).toEqual([undefined, undefined, undefined]);
  });
});
