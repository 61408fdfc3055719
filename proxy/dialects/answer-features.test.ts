import { describe, expect, it } from 'vitest';

import anthropicMessages from './anthropic-messages/index.ts';
import type { Dialect, ResponseAbout } from './dialect.ts';
import geminiGenerate from './gemini-generate/index.ts';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

// What upstreams say beside text and function calls, as the vendors document it, and what clients of another dialect get to see of it.

const about: ResponseAbout = { model: 'shown', createdAt: 17, customTools: new Set(['poet']) };

const whole = (upstream: Dialect, client: Dialect, wire: unknown): Readonly<Record<string, unknown>> =>
  client.encodeResponse(upstream.decodeResponse(wire).value, about).value as Readonly<Record<string, unknown>>;

/** The data of the client's events. */
const streamed = (upstream: Dialect, client: Dialect, events: readonly unknown[]): readonly Readonly<Record<string, unknown>>[] => {
  const [decoder, encoder] = [upstream.newStreamDecoder(), client.newStreamEncoder({ ...about, wantsUsage: false })];
  const read = [...events.flatMap((event) => decoder.push({ data: JSON.stringify(event) })), ...decoder.finish()];
  const shown = [...read.flatMap((event) => encoder.push(event)), ...encoder.finish()];
  return shown.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data) as Readonly<Record<string, unknown>>);
};

type Choice = { readonly delta: object; readonly logprobs: object | null; readonly finish_reason: string | null };

const choicesOf = (chunks: readonly Readonly<Record<string, unknown>>[]): readonly Choice[] =>
  chunks.flatMap(({ choices }) => choices as readonly Choice[]);

/** What a Chat client adds up, after the first chunk, which has the role. */
const deltas = (chunks: readonly Readonly<Record<string, unknown>>[]): readonly object[] =>
  choicesOf(chunks)
    .flatMap(({ delta, finish_reason }) => [delta, ...(finish_reason === null ? [] : [{ finish_reason }])])
    .slice(1);

const chatAnswer = (message: object, choice: object = {}) => ({
  id: 'a1',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: null, refusal: null, ...message }, finish_reason: 'stop', ...choice }],
});
const chunk = (delta: object, choice: object = {}) => ({
  id: 'a1',
  model: 'm',
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
});
const stopChunk = (finish_reason: string) => ({ id: 'a1', model: 'm', choices: [{ index: 0, delta: {}, finish_reason }] });

const response = (...output: readonly object[]) => ({ id: 'a1', model: 'm', status: 'completed', output });
const messageItem = (...content: readonly object[]) => ({ type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content });

describe('a refusal', () => {
  it('stays one from Chat to Responses, and completes the answer', () => {
    const shown = whole(openaiChat, openaiResponses, chatAnswer({ refusal: 'I cannot.' }));
    expect([shown['status'], shown['incomplete_details'], shown['output']]).toEqual([
      'completed',
      null,
      [{ id: 'msg_a1_0', type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot.' }] }],
    ]);
    const events = streamed(openaiChat, openaiResponses, [
      chunk({ role: 'assistant', content: '', refusal: null }),
      chunk({ refusal: 'I ' }),
      chunk({ refusal: 'cannot.' }),
      stopChunk('stop'),
    ]);
    expect(events.map(({ type, delta, refusal, part }) => [type, delta ?? refusal ?? part])).toEqual([
      ['response.created', undefined],
      ['response.in_progress', undefined],
      ['response.output_item.added', undefined],
      ['response.content_part.added', { type: 'refusal', refusal: '' }],
      ['response.refusal.delta', 'I '],
      ['response.refusal.delta', 'cannot.'],
      ['response.refusal.done', 'I cannot.'],
      ['response.content_part.done', { type: 'refusal', refusal: 'I cannot.' }],
      ['response.output_item.done', undefined],
      ['response.completed', undefined],
    ]);
  });

  it('stays one from Responses to Chat, beside the text', () => {
    const item = messageItem({ type: 'output_text', text: 'Well.', annotations: [] }, { type: 'refusal', refusal: 'I cannot.' });
    expect(whole(openaiResponses, openaiChat, response(item))['choices']).toEqual([
      { index: 0, message: { role: 'assistant', content: 'Well.', refusal: 'I cannot.' }, logprobs: null, finish_reason: 'stop' },
    ]);
    const place = { output_index: 0, item_id: 'msg_1' };
    const events = [
      { type: 'response.output_text.delta', ...place, content_index: 0, delta: 'Well.' },
      { type: 'response.refusal.delta', ...place, content_index: 1, delta: 'I cannot.' },
      { type: 'response.completed', response: response(item) },
    ];
    expect(deltas(streamed(openaiResponses, openaiChat, events))).toEqual([
      { content: 'Well.' },
      { refusal: 'I cannot.' },
      {},
      { finish_reason: 'stop' },
    ]);
  });

  it('is the text of an Anthropic message and of a Gemini candidate, which say by the end that it is one', () => {
    const wire = chatAnswer({ refusal: 'I cannot.' });
    const { content, stop_reason } = whole(openaiChat, anthropicMessages, wire);
    expect([content, stop_reason]).toEqual([[{ type: 'text', text: 'I cannot.' }], 'refusal']);
    expect(whole(openaiChat, geminiGenerate, wire)['candidates']).toEqual([
      { content: { role: 'model', parts: [{ text: 'I cannot.' }] }, finishReason: 'SAFETY', index: 0 },
    ]);
  });

  it('by a filter is an answer that was ended, unless the filter explains itself', () => {
    const stop_details = { type: 'refusal', category: 'bio', explanation: 'Against the rules.' };
    const message = { id: 'a1', model: 'm', content: [{ type: 'text', text: 'First,' }], stop_reason: 'refusal', usage: {} };
    const choice = { index: 0, logprobs: null };
    expect(whole(anthropicMessages, openaiChat, message)['choices']).toEqual([
      { ...choice, message: { role: 'assistant', content: 'First,', refusal: null }, finish_reason: 'content_filter' },
    ]);
    expect(whole(anthropicMessages, openaiChat, { ...message, stop_details })['choices']).toEqual([
      { ...choice, message: { role: 'assistant', content: 'First,', refusal: 'Against the rules.' }, finish_reason: 'stop' },
    ]);
    expect(anthropicMessages.decodeResponse({ ...message, stop_details }).losses).toEqual([
      { path: 'stop_details.category', why: 'only Anthropic names the kind of a refusal' },
    ]);
    const events = [
      { type: 'message_start', message: { id: 'a1', model: 'm', usage: {} } },
      { type: 'message_delta', delta: { stop_reason: 'refusal', stop_details }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ];
    expect(deltas(streamed(anthropicMessages, openaiChat, events))).toEqual([
      { refusal: 'Against the rules.' },
      {},
      { finish_reason: 'stop' },
    ]);
  });

  it.each([
    ['of the answer', { candidates: [{ finishReason: 'SAFETY', finishMessage: 'Blocked.' }] }],
    ['of the prompt', { promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'Blocked.' } }],
  ])('by Gemini %s is explained in its message', (_, wire) => {
    expect(whole(geminiGenerate, openaiChat, wire)['choices']).toEqual([
      { index: 0, message: { role: 'assistant', content: null, refusal: 'Blocked.' }, logprobs: null, finish_reason: 'stop' },
    ]);
    expect(deltas(streamed(geminiGenerate, openaiChat, [wire]))).toEqual([{ refusal: 'Blocked.' }, {}, { finish_reason: 'stop' }]);
  });
});

describe('citations', () => {
  /** Two euros (three bytes each) and a smile (four) in front of what is cited. */
  const text = '€€😀 Berlin is big. Bonn too.';
  const berlin = { url: 'https://example.com/berlin', title: 'Berlin', start_index: 4, end_index: 17 };
  const grounding = {
    webSearchQueries: ['how big is Berlin'],
    groundingChunks: [{ web: { uri: berlin.url, title: 'Berlin' } }, { web: { uri: 'https://example.com/unused' } }],
    groundingSupports: [
      { segment: { startIndex: 11, endIndex: 24, text: 'Berlin is big' }, groundingChunkIndices: [0], confidenceScores: [0.9] },
    ],
  };

  it('of Gemini count bytes, those of OpenAI characters; what they cannot say is declared', () => {
    const wire = { candidates: [{ content: { parts: [{ text }] }, finishReason: 'STOP', groundingMetadata: grounding }] };
    const { value, losses } = geminiGenerate.decodeResponse(wire);
    expect(losses.map(({ path }) => path)).toEqual([
      'candidates[0].groundingMetadata.webSearchQueries',
      'candidates[0].groundingMetadata.groundingSupports[0].confidenceScores',
      'candidates[0].groundingMetadata.groundingChunks[1]',
    ]);
    expect(openaiChat.encodeResponse(value, about).value).toMatchObject({
      choices: [{ message: { content: text, annotations: [{ type: 'url_citation', url_citation: berlin }] } }],
    });
    const chunks = [
      { candidates: [{ content: { parts: [{ text: text.slice(0, 12) }] } }] },
      { candidates: [{ content: { parts: [{ text: text.slice(12) }] } }] },
      // The third generation seals its text in the last event, where the search results are too.
      {
        candidates: [
          { content: { parts: [{ text: '', thoughtSignature: 'c2VhbA==' }] }, finishReason: 'STOP', groundingMetadata: grounding },
        ],
      },
    ];
    expect(deltas(streamed(geminiGenerate, openaiChat, chunks))).toEqual([
      { content: text.slice(0, 12) },
      { content: text.slice(12) },
      { annotations: [{ type: 'url_citation', url_citation: berlin }] },
      {},
      { finish_reason: 'stop' },
    ]);
  });

  it('of OpenAI count characters, those of Gemini bytes', () => {
    const annotations = [{ type: 'url_citation', url_citation: berlin }];
    const groundingMetadata = {
      groundingChunks: [{ web: { uri: berlin.url, title: 'Berlin' } }],
      groundingSupports: [{ segment: { startIndex: 11, endIndex: 24, text: 'Berlin is big' }, groundingChunkIndices: [0] }],
    };
    expect(whole(openaiChat, geminiGenerate, chatAnswer({ content: text, annotations }))['candidates']).toEqual([
      { content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0, groundingMetadata },
    ]);
    const events = streamed(openaiChat, geminiGenerate, [chunk({ content: text }), chunk({ annotations }), stopChunk('stop')]);
    expect(events.at(-1)?.['candidates']).toEqual([
      { content: { role: 'model', parts: [{ text: '' }] }, finishReason: 'STOP', index: 0, groundingMetadata },
    ]);
  });

  it('of Anthropic are about a whole block of text', () => {
    const citation = {
      type: 'web_search_result_location',
      url: berlin.url,
      title: 'Berlin',
      cited_text: 'It is big.',
      encrypted_index: 'Eo8B',
    };
    const content = [
      { type: 'text', text: '😀 ' },
      { type: 'text', text: 'Berlin is big.', citations: [citation] },
    ];
    const annotation = { type: 'url_citation', url: berlin.url, title: 'Berlin', start_index: 0, end_index: 14 };
    const message = { id: 'a1', model: 'm', content, stop_reason: 'end_turn', usage: {} };
    expect(whole(anthropicMessages, openaiResponses, message)['output']).toMatchObject([
      { content: [{ text: '😀 ', annotations: [] }] },
      { content: [{ text: 'Berlin is big.', annotations: [annotation] }] },
    ]);
    const events = [
      { type: 'message_start', message: { id: 'a1', model: 'm', usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '😀 ' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '', citations: [] } },
      { type: 'content_block_delta', index: 1, delta: { type: 'citations_delta', citation } },
      { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Berlin is big.' } },
      { type: 'content_block_stop', index: 1 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ];
    // In the one content of a Chat message, the block begins behind the smile and its space.
    const inMessage = [{ type: 'url_citation', url_citation: { url: berlin.url, title: 'Berlin', start_index: 2, end_index: 16 } }];
    expect(whole(anthropicMessages, openaiChat, message)['choices']).toMatchObject([{ message: { annotations: inMessage } }]);
    expect(deltas(streamed(anthropicMessages, openaiChat, events))).toContainEqual({ annotations: inMessage });
    const shown = streamed(anthropicMessages, openaiResponses, events);
    expect(shown.filter(({ type }) => type === 'response.output_text.annotation.added')).toEqual([
      {
        type: 'response.output_text.annotation.added',
        sequence_number: 11,
        item_id: 'msg_a1_1',
        output_index: 1,
        content_index: 0,
        annotation_index: 0,
        annotation,
      },
    ]);
  });

  it('of Chat count in all of its content, those of Responses in one text', () => {
    const annotations = [{ type: 'url_citation', url_citation: { ...berlin, start_index: 3, end_index: 5 } }];
    const events = streamed(openaiChat, openaiResponses, [
      chunk({ content: '😀 ' }),
      chunk({ reasoning_content: 'hm' }),
      chunk({ content: 'Berlin' }),
      chunk({ annotations }),
      stopChunk('stop'),
    ]);
    const found = events.filter(({ type }) => type === 'response.output_text.annotation.added');
    expect(found.map(({ output_index, annotation }) => [output_index, annotation])).toEqual([
      [2, { type: 'url_citation', ...berlin, start_index: 1, end_index: 3 }],
    ]);
  });

  it('are written for clients of Anthropic, who are told that a piece became a whole', () => {
    const annotations = [{ type: 'url_citation', ...berlin }];
    const { value } = openaiResponses.decodeResponse(response(messageItem({ type: 'output_text', text, annotations })));
    const shown = anthropicMessages.encodeResponse(value, about);
    const citation = { type: 'web_search_result_location', url: berlin.url, title: 'Berlin', cited_text: '', encrypted_index: '' };
    expect(shown.value).toMatchObject({ content: [{ type: 'text', text, citations: [citation] }] });
    expect(shown.losses.map(({ path }) => path)).toEqual(['parts[0].citations[0].range', 'usage']);
    const place = { output_index: 0, item_id: 'msg_1', content_index: 0 };
    const events = [
      { type: 'response.output_text.delta', ...place, delta: text },
      { type: 'response.output_text.annotation.added', ...place, annotation_index: 0, annotation: { type: 'url_citation', ...berlin } },
      { type: 'response.output_text.done', ...place, text },
      { type: 'response.content_part.done', ...place, part: { type: 'output_text', text, annotations } },
      { type: 'response.completed', response: response() },
    ];
    expect(streamed(openaiResponses, anthropicMessages, events).map(({ delta }) => delta)).toEqual([
      undefined,
      undefined,
      { type: 'text_delta', text },
      { type: 'citations_delta', citation },
      undefined,
      { stop_reason: 'end_turn', stop_sequence: null },
      undefined,
    ]);
  });
});

describe('log probabilities', () => {
  const token = { token: 'Hi', bytes: [72, 105], logprob: -0.25 };
  const logprobs = [{ ...token, top_logprobs: [token, { token: 'Yo', bytes: [89, 111], logprob: -1.5 }] }];

  it('go from Chat to Responses and Gemini with the text to which they belong', () => {
    const wire = chatAnswer({ content: 'Hi' }, { logprobs: { content: logprobs, refusal: null } });
    const chunks = [chunk({ content: 'Hi' }, { logprobs: { content: logprobs } }), stopChunk('stop')];
    expect(whole(openaiChat, openaiResponses, wire)['output']).toMatchObject([{ content: [{ text: 'Hi', logprobs }] }]);
    const events = streamed(openaiChat, openaiResponses, chunks);
    expect(events.filter(({ type }) => type === 'response.output_text.delta')).toMatchObject([{ delta: 'Hi', logprobs }]);
    const logprobsResult = {
      chosenCandidates: [{ token: 'Hi', logProbability: -0.25 }],
      topCandidates: [
        {
          candidates: [
            { token: 'Hi', logProbability: -0.25 },
            { token: 'Yo', logProbability: -1.5 },
          ],
        },
      ],
    };
    expect(whole(openaiChat, geminiGenerate, wire)['candidates']).toMatchObject([{ logprobsResult }]);
    expect(streamed(openaiChat, geminiGenerate, chunks)[0]?.['candidates']).toMatchObject([{ logprobsResult }]);
  });

  it('go from Gemini to Chat, with the bytes that its tokens have as text', () => {
    const candidate = {
      content: { parts: [{ text: 'Hi' }] },
      logprobsResult: {
        chosenCandidates: [{ token: 'Hi', tokenId: 3, logProbability: -0.25 }],
        topCandidates: [{ candidates: [{ token: 'Yo', tokenId: 4, logProbability: -1.5 }] }],
      },
    };
    const content = [{ ...token, top_logprobs: [{ token: 'Yo', bytes: [89, 111], logprob: -1.5 }] }];
    expect(whole(geminiGenerate, openaiChat, { candidates: [{ ...candidate, finishReason: 'STOP' }] })['choices']).toMatchObject([
      { logprobs: { content, refusal: null } },
    ]);
    const events = streamed(geminiGenerate, openaiChat, [{ candidates: [candidate] }, { candidates: [{ finishReason: 'STOP' }] }]);
    expect(choicesOf(events).map((choice) => choice.logprobs)).toEqual([null, { content, refusal: null }, null]);
  });

  it('of a refusal are Chat’s alone', () => {
    const { value } = openaiChat.decodeResponse(chatAnswer({ refusal: 'Hi' }, { logprobs: { content: null, refusal: logprobs } }));
    expect(openaiChat.encodeResponse(value, about).value).toMatchObject({ choices: [{ logprobs: { content: null, refusal: logprobs } }] });
    expect(openaiResponses.encodeResponse(value, about).losses.map(({ path }) => path)).toEqual(['parts[0].logprobs']);
    expect(anthropicMessages.encodeResponse(value, about).losses.map(({ path }) => path)).toEqual(['parts[0].logprobs', 'usage']);
  });
});

describe('a call of a custom tool', () => {
  const custom = { name: 'poet', input: 'roses are "red"' };
  const chatCall = { id: 'c1', type: 'custom', custom };
  const item = { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c1', ...custom };

  it('goes from Chat to Responses, in pieces too', () => {
    const wire = chatAnswer({ tool_calls: [chatCall] }, { finish_reason: 'tool_calls' });
    expect(whole(openaiChat, openaiResponses, wire)['output']).toEqual([{ ...item, id: 'ctc_a1_0', status: 'completed' }]);
    const events = streamed(openaiChat, openaiResponses, [
      chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'c1', type: 'custom', custom: { name: 'poet', input: '' } }] }),
      chunk({ tool_calls: [{ index: 0, custom: { input: 'roses ' } }] }),
      chunk({ tool_calls: [{ index: 0, custom: { input: 'are "red"' } }] }),
      stopChunk('tool_calls'),
    ]);
    expect(events.slice(2, -1).map(({ type, delta, input }) => [type, delta ?? input])).toEqual([
      ['response.output_item.added', undefined],
      ['response.custom_tool_call_input.delta', 'roses '],
      ['response.custom_tool_call_input.delta', 'are "red"'],
      ['response.custom_tool_call_input.done', 'roses are "red"'],
      ['response.output_item.done', undefined],
    ]);
  });

  it('goes from Responses to Chat, though only what is done has its input', () => {
    expect(whole(openaiResponses, openaiChat, response(item))['choices']).toMatchObject([
      { message: { content: null, tool_calls: [chatCall] }, finish_reason: 'tool_calls' },
    ]);
    const events = [
      { type: 'response.output_item.added', output_index: 0, item: { ...item, input: '' } },
      { type: 'response.custom_tool_call_input.done', output_index: 0, item_id: 'ctc_1', input: custom.input },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: response(item) },
    ];
    expect(deltas(streamed(openaiResponses, openaiChat, events))).toEqual([
      { tool_calls: [{ index: 0, id: 'c1', type: 'custom', custom: { name: 'poet', input: '' } }] },
      { tool_calls: [{ index: 0, custom: { input: custom.input } }] },
      {},
      { finish_reason: 'tool_calls' },
    ]);
  });

  it('was a function for Anthropic and Gemini, and is a custom call again for who declared it', () => {
    const input = { input: custom.input };
    const message = { id: 'a1', model: 'm', content: [{ type: 'tool_use', id: 'c1', name: 'poet', input }], stop_reason: 'tool_use' };
    expect(whole(anthropicMessages, openaiChat, message)['choices']).toMatchObject([{ message: { tool_calls: [chatCall] } }]);
    const candidate = { content: { parts: [{ functionCall: { id: 'c1', name: 'poet', args: input } }] }, finishReason: 'STOP' };
    expect(whole(geminiGenerate, openaiResponses, { responseId: 'a1', candidates: [candidate] })['output']).toEqual([
      { ...item, id: 'ctc_a1_0', status: 'completed' },
    ]);
    const events = streamed(anthropicMessages, openaiResponses, [
      { type: 'message_start', message: { id: 'a1', model: 'm', usage: {} } },
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'c1', name: 'poet', input: {} } },
      ...JSON.stringify(input)
        .split('')
        .map((partial_json) => ({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json } })),
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ]);
    expect(events.filter(({ type }) => String(type).startsWith('response.custom')).map(({ delta, input: all }) => delta ?? all)).toEqual([
      custom.input,
      custom.input,
    ]);
  });

  it('is a function call for clients of Anthropic and Gemini', () => {
    const wire = chatAnswer({ tool_calls: [chatCall] }, { finish_reason: 'tool_calls' });
    const input = { input: custom.input };
    expect(whole(openaiChat, anthropicMessages, wire)['content']).toEqual([{ type: 'tool_use', id: 'c1', name: 'poet', input }]);
    const chunks = [chunk({ tool_calls: [{ index: 0, ...chatCall }] }), stopChunk('tool_calls')];
    const shown = streamed(openaiChat, geminiGenerate, chunks);
    expect(shown[0]?.['candidates']).toEqual([
      { content: { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'poet', args: input } }] }, index: 0 },
    ]);
    const pieces = streamed(openaiChat, anthropicMessages, chunks).map(
      ({ delta }) => (delta as { partial_json?: string } | undefined)?.partial_json ?? '',
    );
    expect(JSON.parse(pieces.join(''))).toEqual(input);
  });
});

describe('an answer that was cut short', () => {
  const calls = [
    { index: 0, id: 'c1', type: 'function', function: { name: 'lookup', arguments: '{}' } },
    { index: 1, id: 'c2', type: 'function', function: { name: 'lookup', arguments: '{"city":"Ber' } },
  ];
  const statuses = ['completed', 'incomplete'];

  it('has an incomplete last item, whole and streamed', () => {
    const wire = chatAnswer({ tool_calls: calls }, { finish_reason: 'length' });
    const shown = whole(openaiChat, openaiResponses, wire);
    expect([shown['status'], (shown['output'] as readonly { status: string }[]).map(({ status }) => status)]).toEqual([
      'incomplete',
      statuses,
    ]);
    const events = streamed(openaiChat, openaiResponses, [chunk({ tool_calls: calls }), stopChunk('length')]);
    const done = events.filter(({ type }) => type === 'response.output_item.done').map(({ item }) => item as { status: string });
    expect(done.map(({ status }) => status)).toEqual(statuses);
    expect(events.at(-1)).toMatchObject({ type: 'response.incomplete', response: { output: done } });
  });

  it('has an incomplete item where an earlier call broke off', () => {
    const shown = whole(openaiChat, openaiResponses, chatAnswer({ tool_calls: calls.toReversed() }, { finish_reason: 'length' }));
    expect((shown['output'] as readonly { status: string }[]).map(({ status }) => status)).toEqual(['incomplete', 'incomplete']);
  });

  it('has only complete items when it was not cut', () => {
    const shown = whole(openaiChat, openaiResponses, chatAnswer({ tool_calls: calls }, { finish_reason: 'tool_calls' }));
    expect((shown['output'] as readonly { status: string }[]).map(({ status }) => status)).toEqual(['completed', 'completed']);
  });
});

describe('tokens', () => {
  it('written to the cache are counted everywhere but by Gemini', () => {
    const usage = { input_tokens: 5, cache_creation_input_tokens: 40, cache_read_input_tokens: 3, output_tokens: 2 };
    const { value } = anthropicMessages.decodeResponse({ id: 'a1', model: 'm', content: [], stop_reason: 'end_turn', usage });
    expect(value.usage).toEqual({ input: 48, output: 2, cachedInput: 3, cacheWrites: 40 });
    expect(openaiChat.encodeResponse(value, about).value).toMatchObject({
      usage: { prompt_tokens: 48, prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 40 } },
    });
    const shown = openaiResponses.encodeResponse(value, about).value;
    expect(shown).toMatchObject({ usage: { input_tokens: 48, input_tokens_details: { cached_tokens: 3, cache_write_tokens: 40 } } });
    const back = openaiResponses.decodeResponse(shown).value;
    expect(anthropicMessages.encodeResponse(back, about).value).toMatchObject({ usage });
    expect(geminiGenerate.encodeResponse(value, about).losses.map(({ path }) => path)).toEqual(['usage.cacheWrites']);
  });

  it('of audio are counted by Chat and Gemini, and those that Gemini’s own tools read are input', () => {
    const usageMetadata = {
      promptTokenCount: 20,
      toolUsePromptTokenCount: 6,
      candidatesTokenCount: 9,
      totalTokenCount: 35,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 8 },
        { modality: 'AUDIO', tokenCount: 12 },
      ],
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 9 }],
    };
    const { value } = geminiGenerate.decodeResponse({ candidates: [{ finishReason: 'STOP' }], usageMetadata });
    expect(value.usage).toEqual({ input: 26, output: 9, audioInput: 12, audioOutput: 9 });
    expect(openaiChat.encodeResponse(value, about).value).toMatchObject({
      usage: { prompt_tokens: 26, prompt_tokens_details: { audio_tokens: 12 }, completion_tokens_details: { audio_tokens: 9 } },
    });
    for (const client of [openaiResponses, anthropicMessages]) {
      const { losses } = client.encodeResponse(value, about);
      expect(losses.map(({ path }) => path)).toEqual(['usage.audioInput', 'usage.audioOutput']);
    }
  });
});
