import { describe, expect, it } from 'vitest';

import { countEvents, exactly, exactlyButIds, problemWith } from './answer-check.ts';

const event = (text: string, id = 'chatcmpl-abc'): string => `data: {"id":"${id}","created":1770000000,"text":"${text}"}\n\n`;
const stream = `${event('one')}${event('two')}data: [DONE]\n\n`;
const answered = (body: string, change: { readonly status?: number; readonly complete?: boolean } = {}) => ({
  status: 200,
  complete: true,
  withinChunk: false,
  body: Buffer.from(body),
  ...change,
});

describe('an answer that must be exact', () => {
  const expected = exactly(Buffer.from(stream));

  it('counts its events', () => {
    expect(expected.events).toBe(3);
    expect(exactly(Buffer.from('{"a":1}')).events).toBe(0);
  });

  it('holds for the same bytes only', () => {
    expect(problemWith(answered(stream), expected)).toBeUndefined();
    expect(problemWith(answered(stream.replace('two', 'tow')), expected)).toBe(`wrong bytes between 0 and ${stream.length}`);
  });

  it.each([
    ['another status', answered(stream, { status: 500 }), /^status 500: /],
    ['a body whose framing did not end', answered(stream, { complete: false }), /^it ended before its framing did$/],
    [
      'a missing terminal event',
      answered(stream.slice(0, stream.indexOf('data: [DONE]'))),
      /^\d+ bytes and 2 events instead of \d+ and 3$/,
    ],
    ['a missing event', answered(stream.replace(event('two'), '')), /and 2 events instead of/],
    ['a doubled event', answered(event('one') + stream), /and 4 events instead of/],
    ['an empty body', answered(''), /^0 bytes and 0 events/],
  ])('fails on %s', (_what, answer, problem) => {
    expect(problemWith(answer, expected)).toMatch(problem);
  });

  it('is never a stream that is cut itself', () => {
    expect(() => exactly(Buffer.from(event('one')))).toThrow('without its terminal event');
  });
});

describe('a stream of Messages that must be exact', () => {
  const said = 'event: ping\ndata: {"type":"ping"}\n\n';
  const whole = `${said}event: message_stop\ndata: {"type":"message_stop"}\n\n`;

  it('counts its events and needs its own terminal event', () => {
    expect(exactly(Buffer.from(whole)).events).toBe(2);
    expect(() => exactly(Buffer.from(said))).toThrow('without its terminal event');
    expect(problemWith(answered(said), exactly(Buffer.from(whole)))).toMatch(/and 1 events instead of \d+ and 2$/);
  });
});

describe('an answer with made-up ids', () => {
  const expected = exactlyButIds(Buffer.from(stream));

  it('may differ in ids and times', () => {
    expect(problemWith(answered(stream.replaceAll('abc', 'x-9').replaceAll('1770000000', '1880000001')), expected)).toBeUndefined();
  });

  it.each([
    ['the text of the first event', stream.replace('one', 'eno')],
    ['the text of the last event', stream.replace('two', 'owt')],
    ['the terminal event', stream.replace('DONE', 'DENO')],
  ])('fails when %s differs', (_what, body) => {
    expect(problemWith(answered(body), expected)).toMatch(/^wrong bytes between \d+ and \d+$/);
  });

  it('lets a server say itself what it makes up', () => {
    const ours = exactlyButIds(Buffer.from('{"id":"msg_1","text":"a"}'), /(?<="id":"msg_)\d+/g);
    expect(problemWith(answered('{"id":"msg_2","text":"a"}'), ours)).toBeUndefined();
    expect(problemWith(answered('{"id":"msg_1","text":"b"}'), ours)).toMatch(/^wrong bytes between/);
  });

  it('fails when an id has another length', () => {
    expect(problemWith(answered(stream.replace('abc', 'abcd')), expected)).toMatch(/bytes and 3 events instead of/);
  });
});

describe('countEvents', () => {
  it('counts whole events only', () => {
    expect(countEvents(Buffer.from('data: a\n\ndata: b\n\ndata: c'))).toBe(2);
  });
});
