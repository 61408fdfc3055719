import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatResponse } from '../../ir/chat.ts';
import openaiChat from './index.ts';

const about = { model: 'shown', createdAt: 17 };

const completion = {
  id: 'c1',
  object: 'chat.completion',
  created: 17,
  model: 'shown',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Looking.',
        refusal: null,
        reasoning_content: 'A city.',
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'lookup', arguments: '{"city":"Berlin"}' } }],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: {
    prompt_tokens: 12,
    completion_tokens: 7,
    total_tokens: 19,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 3 },
  },
};
const response: ChatResponse = {
  id: 'c1',
  model: 'shown',
  parts: [
    { kind: 'reasoning', text: 'A city.' },
    { kind: 'text', text: 'Looking.' },
    { kind: 'tool-call', id: 'a', name: 'lookup', arguments: '{"city":"Berlin"}' },
  ],
  stop: { reason: 'tool-calls', raw: 'tool_calls' },
  usage: { input: 12, output: 7, cachedInput: 4, reasoning: 3 },
};

describe('a Chat Completions answer', () => {
  it('is read whole', () => {
    expect(openaiChat.decodeResponse(completion)).toStrictEqual({ value: response, losses: [] });
  });

  it('is written whole', () => {
    expect(openaiChat.encodeResponse(response, about)).toStrictEqual({ value: completion, losses: [] });
  });

  it.each([
    ['stop', {}, 'end'],
    ['length', {}, 'length'],
    ['function_call', {}, 'tool-calls'],
    ['content_filter', {}, 'refusal'],
    ['network_error', {}, 'other'],
    ['stop', { refusal: 'No.' }, 'refusal'],
    ['stop', { tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }] }, 'tool-calls'],
  ])('reads finish_reason %s beside %j as %s', (raw, more, reason) => {
    const wire = { id: 'c', model: 'm', choices: [{ message: { role: 'assistant', content: null, ...more }, finish_reason: raw }] };
    expect(openaiChat.decodeResponse(wire).value.stop).toStrictEqual({ reason, raw });
  });

  it('takes an empty finish_reason for none', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const wire = { id: 'c', model: 'm', choices: [{ message: { role: 'assistant', tool_calls: [call] }, finish_reason: '' }] };
    expect(openaiChat.decodeResponse(wire).value.stop).toStrictEqual({ reason: 'tool-calls' });
  });

  it.each([
    [{ x: [1, 'a'] }, '{"x":[1,"a"]}'],
    [{}, ''],
    ['{"x":1}', '{"x":1}'],
    [null, ''],
    [undefined, ''],
  ])('reads arguments that are %j as %j', (given, read) => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: given } };
    const wire = { id: 'c', model: 'm', choices: [{ message: { role: 'assistant', tool_calls: [call] }, finish_reason: 'stop' }] };
    expect(openaiChat.decodeResponse(wire).value.parts).toStrictEqual([{ kind: 'tool-call', id: 'a', name: 'f', arguments: read }]);
  });

  it.each([[null], [{}], [{ choices: [] }], ['text']])('refuses %j as a bad answer of the upstream', (wire) => {
    expect(() => openaiChat.decodeResponse(wire)).toThrow(expect.objectContaining({ code: 'upstream-bad-answer' }));
  });

  it('invents no usage, and declares what the message cannot say', () => {
    const { usage: _, ...unmetered } = response;
    const signature = { issuer: 'openai-responses', value: 's' } as const;
    const { value, losses } = openaiChat.encodeResponse(
      {
        ...unmetered,
        parts: [
          { kind: 'text', text: 'a' },
          { kind: 'reasoning', text: 'r', signature },
          { kind: 'reasoning', text: 's' },
        ],
        stop: { reason: 'stop-sequence' },
      },
      about,
    );
    expect(value).toStrictEqual({
      id: 'c1',
      object: 'chat.completion',
      created: 17,
      model: 'shown',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'a', refusal: null, reasoning_content: 'rs' },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
    expect(losses.map(({ path }) => path)).toStrictEqual(['parts[1].signature', 'parts[1]', 'parts[2]', 'stop.reason']);
  });
});

const decode = (lines: readonly (object | string)[]): readonly ChatEvent[] => {
  const decoder = openaiChat.newStreamDecoder();
  const events = lines.flatMap((line) => decoder.push({ data: typeof line === 'string' ? line : JSON.stringify(line) }));
  return [...events, ...decoder.finish()];
};
const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'c1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
});
const calls = (...tool_calls: object[]) => chunk({ tool_calls });

describe('reading a Chat Completions stream', () => {
  it('gives text, the finish and the usage that follows it', () => {
    const usage = { id: 'c1', model: 'm', choices: [], usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 } };
    expect(
      decode([
        chunk({ role: 'assistant', content: '' }),
        chunk({ content: 'h' }),
        chunk({ content: 'i' }),
        chunk({}, 'stop'),
        usage,
        '[DONE]',
      ]),
    ).toStrictEqual([
      { kind: 'start', id: 'c1', model: 'm' },
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'delta', index: 0, text: 'h' },
      { kind: 'delta', index: 0, text: 'i' },
      { kind: 'part-end', index: 0 },
      { kind: 'stop', reason: 'end', raw: 'stop', usage: { input: 5, output: 1 } },
    ]);
  });

  it('ends reasoning when text begins', () => {
    expect(decode([chunk({ reasoning_content: 'hm' }), chunk({ content: 'x' })])).toStrictEqual([
      { kind: 'start', id: 'c1', model: 'm' },
      { kind: 'part-start', index: 0, part: 'reasoning' },
      { kind: 'delta', index: 0, text: 'hm' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-start', index: 1, part: 'text' },
      { kind: 'delta', index: 1, text: 'x' },
    ]);
  });

  it('reads calls that are open at once, from the very first chunk, with arguments in the last', () => {
    const lines = [
      calls({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      calls({ index: 1, id: 'b', type: 'function', function: { name: 'g' } }, { index: 0, function: { arguments: '{"x"' } }),
      chunk(
        {
          tool_calls: [
            { index: 1, function: { arguments: '{}' } },
            { index: 0, function: { arguments: ':1}' } },
          ],
        },
        'tool_calls',
      ),
    ];
    expect(decode(lines)).toStrictEqual([
      { kind: 'start', id: 'c1', model: 'm' },
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'a', name: 'f' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'b', name: 'g' },
      { kind: 'delta', index: 0, text: '{"x"' },
      { kind: 'delta', index: 1, text: '{}' },
      { kind: 'delta', index: 0, text: ':1}' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-end', index: 1 },
      { kind: 'stop', reason: 'tool-calls', raw: 'tool_calls' },
    ]);
  });

  it('waits for the name of a call whose arguments come first', () => {
    const lines = [
      calls({ index: 0, id: 'a', function: { arguments: '{' } }),
      calls({ index: 0, function: { name: 'f', arguments: '}' } }),
    ];
    expect(decode(lines).slice(1)).toStrictEqual([
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'a', name: 'f' },
      { kind: 'delta', index: 0, text: '{}' },
    ]);
  });

  it('tells calls apart that share an index, or have none', () => {
    const named = (id: string, index: object) => calls({ ...index, id, function: { name: 'f', arguments: id } });
    const starts = (index: object) =>
      decode([named('a', index), named('b', index)]).filter(({ kind }) => kind === 'part-start' || kind === 'delta');
    const expected = [
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'a', name: 'f' },
      { kind: 'delta', index: 0, text: 'a' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'b', name: 'f' },
      { kind: 'delta', index: 1, text: 'b' },
    ];
    expect(starts({ index: 0 })).toStrictEqual(expected);
    expect(starts({})).toStrictEqual(expected);
  });

  it('yields no stop without a finish reason, with or without [DONE]', () => {
    const expected = [
      { kind: 'start', id: 'c1', model: 'm' },
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'delta', index: 0, text: 'h' },
    ];
    expect(decode([chunk({ content: 'h' })])).toStrictEqual(expected);
    expect(decode([chunk({ content: 'h' }), '[DONE]'])).toStrictEqual(expected);
    expect(decode([chunk({ content: 'h' }, '')])).toStrictEqual(expected);
    expect(decode([chunk({ content: 'h' }, ''), '[DONE]'])).toStrictEqual(expected);
  });

  it('keeps the finish reason when an empty one follows', () => {
    expect(decode([chunk({}, 'length'), chunk({}, ''), '[DONE]']).at(-1)).toStrictEqual({ kind: 'stop', reason: 'length', raw: 'length' });
  });

  it('reads content that is a list of parts', () => {
    const content = [
      { type: 'text', text: 'h' },
      { type: 'text', text: 'i' },
    ];
    expect(decode([chunk({ content })]).slice(1)).toStrictEqual([
      { kind: 'part-start', index: 0, part: 'text' },
      { kind: 'delta', index: 0, text: 'hi' },
    ]);
  });

  it('reads arguments that are an object, which an empty one only begins', () => {
    const lines = [
      calls({ index: 0, id: 'a', function: { name: 'f', arguments: { x: { y: 1 } } } }),
      calls({ index: 1, id: 'b', function: { name: 'g', arguments: {} } }),
      calls({ index: 1, function: { arguments: '{"z":2}' } }),
    ];
    expect(decode(lines).filter(({ kind }) => kind === 'delta')).toStrictEqual([
      { kind: 'delta', index: 0, text: '{"x":{"y":1}}' },
      { kind: 'delta', index: 1, text: '{"z":2}' },
    ]);
  });

  it.each([
    [
      { error: { message: 'slow down', type: 'rate_limit_error', code: null } },
      { status: 429, message: 'slow down', type: 'rate_limit_error' },
    ],
    [{ error: { message: 'busy', code: 503 } }, { status: 503, message: 'busy', code: '503' }],
    [{ error: 'broken' }, { status: 502, message: 'broken' }],
    [{ error: {} }, { status: 502, message: 'the upstream reported an error without a message' }],
    ['<html>', { status: 502, code: 'upstream_bad_answer', message: "the upstream's stream has an event that is not a JSON object" }],
  ])('ends with an error at %j', (line, error) => {
    expect(decode([chunk({}), line, chunk({ content: 'late' }, 'stop')])).toStrictEqual([
      { kind: 'start', id: 'c1', model: 'm' },
      { kind: 'error', error },
    ]);
  });

  it('calls a stream bad whose call never got a name', () => {
    expect(decode([chunk({ tool_calls: [{ index: 0, id: 'a', function: { arguments: '{}' } }] }, 'tool_calls')]).at(-1)).toStrictEqual({
      kind: 'error',
      error: { status: 502, code: 'upstream_bad_answer', message: "the upstream's stream has a tool call without a name" },
    });
  });
});

const encode = (events: readonly ChatEvent[], wantsUsage: boolean): string[] => {
  const encoder = openaiChat.newStreamEncoder({ ...about, wantsUsage });
  return [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()].map(({ event, data }) => (event ?? '') + data);
};
const head = '{"id":"c1","object":"chat.completion.chunk","created":17,"model":"shown","choices":';
const line = (delta: string, finish = 'null', tail = '') =>
  `${head}[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finish}}]${tail}}`;

describe('writing a Chat Completions stream', () => {
  const begin: ChatEvent = { kind: 'start', id: 'c1', model: 'upstream' };
  const role = '{"role":"assistant","content":"","refusal":null}';

  it('writes role, deltas, finish, usage and [DONE]', () => {
    const events: ChatEvent[] = [
      begin,
      { kind: 'part-start', index: 0, part: 'reasoning' },
      { kind: 'delta', index: 0, text: 'hm' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-start', index: 1, part: 'text' },
      { kind: 'delta', index: 1, text: 'hi' },
      { kind: 'part-end', index: 1 },
      { kind: 'stop', reason: 'end', raw: 'end_turn', usage: { input: 5, output: 1 } },
    ];
    const written = (tail: string) => [
      line(role, 'null', tail),
      line('{"reasoning_content":"hm"}', 'null', tail),
      line('{"content":"hi"}', 'null', tail),
      line('{}', '"stop"', tail),
    ];
    expect(encode(events, false)).toStrictEqual([...written(''), '[DONE]']);
    expect(encode(events, true)).toStrictEqual([
      ...written(',"usage":null'),
      `${head}[],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}`,
      '[DONE]',
    ]);
  });

  it('writes calls with their position, and {} for one without arguments', () => {
    const events: ChatEvent[] = [
      begin,
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'a', name: 'f' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'b', name: 'g' },
      { kind: 'delta', index: 0, text: '{"x":1}' },
      { kind: 'part-end', index: 0 },
      { kind: 'part-end', index: 1 },
      { kind: 'stop', reason: 'tool-calls' },
    ];
    expect(encode(events, false)).toStrictEqual([
      line(role),
      line('{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}'),
      line('{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]}'),
      line('{"tool_calls":[{"index":0,"function":{"arguments":"{\\"x\\":1}"}}]}'),
      line('{"tool_calls":[{"index":1,"function":{"arguments":"{}"}}]}'),
      line('{}', '"tool_calls"'),
      '[DONE]',
    ]);
  });

  it('writes one error line, no [DONE], and nothing after it', () => {
    const error = { status: 500, message: 'broke' };
    expect(encode([begin, { kind: 'error', error }, { kind: 'stop', reason: 'end' }], true)).toStrictEqual([
      line(role, 'null', ',"usage":null'),
      '{"error":{"message":"broke","type":"server_error","param":null,"code":"internal_server_error"}}',
    ]);
  });

  it('owes nothing to a stream that was cut', () => {
    expect(encode([begin], false)).toStrictEqual([line(role)]);
  });
});
