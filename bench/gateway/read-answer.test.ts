import { describe, expect, it } from 'vitest';

import { readAnswer } from './read-answer.ts';
import { chatAnswerBody, answerText, streamBody, streamText, toolAnswerBody, toolArguments } from './traffic.ts';

const read = (text: string) => readAnswer(Buffer.from(text));

const messagesEvents = [
  { type: 'message_start', message: { id: 'msg_1', content: [] } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Wi' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 're' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
];
const messagesStream = (events: readonly { readonly type: string }[]): string =>
  events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');

describe('readAnswer', () => {
  it('reads the JSON of Chat Completions', () => {
    expect(read(chatAnswerBody)).toEqual({ text: answerText, calls: [], finish: 'stop', events: 0 });
    const call = { name: 'get_weather', arguments: toolArguments };
    expect(read(toolAnswerBody)).toEqual({ text: answerText, calls: [call], finish: 'tool_calls', events: 0 });
  });

  it('reads the JSON of Messages in the same words', () => {
    const content = [
      { type: 'text', text: 'Let me see.' },
      { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: 1 } },
    ];
    const said = { text: 'Let me see.', calls: [{ name: 'look', arguments: { at: 1 } }], finish: 'tool_calls', events: 0 };
    expect(read(JSON.stringify({ type: 'message', content, stop_reason: 'tool_use' }))).toEqual(said);
  });

  it('reads streams of both', () => {
    expect(read(streamBody(10))).toEqual({ text: streamText(10), calls: [], finish: 'stop', events: 10 });
    expect(read(messagesStream(messagesEvents))).toEqual({ text: 'Wire', calls: [], finish: 'stop', events: 7 });
  });

  it.each([
    ['a chat stream without [DONE]', streamBody(10).replace('data: [DONE]\n\n', ''), 'does not end with data: [DONE]'],
    ['a stream that ends within an event', `${streamBody(10)}data: {"a`, 'ends within an event'],
    ['a Messages stream without its end', messagesStream(messagesEvents.slice(0, -1)), 'does not end with message_stop'],
    ['a Messages stream without its beginning', messagesStream(messagesEvents.slice(1)), 'does not begin with message_start'],
    [
      'an event of another name than its type',
      messagesStream(messagesEvents).replace('event: message_stop', 'event: ping'),
      'an event ping of type message_stop',
    ],
    ['an event without data', `${streamBody(10)}event: error\n\n`, 'an event without data'],
  ])('throws on %s', (_what, text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
