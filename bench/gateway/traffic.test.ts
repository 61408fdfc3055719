import { describe, expect, it } from 'vitest';

import { readAnswer } from './read-answer.ts';
import { answerText, burstAnswer, chatBody, kilobyte, longAnswer, messagesBody, streamBody, streamText } from './traffic.ts';

const sizes = [1, 16, 64, 250, 1_024].map((kilobytes) => ({ bytes: kilobytes * kilobyte }));

/** What an HTTP client makes of chunks; enough for those made here. */
const unchunked = (bytes: Buffer): string => {
  let rest = bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
  let body = '';
  for (;;) {
    const end = rest.indexOf('\r\n');
    const size = Number.parseInt(rest.toString('latin1', 0, end), 16);
    if (size === 0) return body;
    body += rest.toString('utf8', end + 2, end + 2 + size);
    rest = rest.subarray(end + 2 + size + 2);
  }
};

describe('request bodies', () => {
  it.each(sizes)('have $bytes bytes, or one or two less where a letter takes more than one', ({ bytes }) => {
    for (const body of [chatBody({ model: 'm', bytes }), messagesBody({ model: 'm', bytes, stream: true })]) {
      const length = Buffer.byteLength(body);
      expect({ fits: length <= bytes, near: length >= bytes - 4, begins: body.slice(0, 12) }).toEqual({
        fits: true,
        near: true,
        begins: '{"model":"m"',
      });
    }
  });

  it('answer every call of a tool before anything else is said', () => {
    const { messages } = JSON.parse(messagesBody({ model: 'm', bytes: 64 * kilobyte })) as {
      messages: { role: string; content: string | { type: string; id?: string; tool_use_id?: string }[] }[];
    };
    const calls = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
    const asked = calls.flatMap(({ id }) => id ?? []);
    const answered = calls.flatMap(({ tool_use_id }) => tool_use_id ?? []);
    expect(asked.length).toBeGreaterThan(2);
    expect(answered).toEqual(asked);
    expect(messages.map(({ role }) => role)).toEqual(messages.map((_, turn) => (turn % 2 === 0 ? 'user' : 'assistant')));
  });
});

describe('answers', () => {
  it('say what they are said to say', () => {
    expect(answerText).toHaveLength(480);
    const burst = burstAnswer(100);
    if (!('writes' in burst)) throw new Error('not in writes');
    expect(unchunked(Buffer.concat(burst.writes))).toBe(streamBody(100));
    expect(burst.writes).toHaveLength(10);
  });

  it('repeat a piece as often as the events need', () => {
    const long = longAnswer(1_004);
    if (!('piece' in long)) throw new Error('not in pieces');
    const body = unchunked(Buffer.from(long.head + long.piece.repeat(long.times) + long.end));
    expect(readAnswer(Buffer.from(body))).toEqual({ text: streamText(1_004), calls: [], finish: 'stop', events: 1_004 });
  });
});
