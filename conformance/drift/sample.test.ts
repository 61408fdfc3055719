import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { exchange } from '#fixtures/catalogue';
import type { Recording } from '#fixtures/recordings/recording';

import { groupOf, sampleOfExchange, sampleOfRecording } from './sample.ts';

const text = exchange('openai-chat/text.stream');

const recording: Recording = {
  schema: 'wireproof.recording/v1',
  id: 'chat/text.again-2',
  provenance: { at: '2026-11-23T00:00:00Z', upstream: 'https://upstream.example', tool: 'test', surface: 'openai-chat' },
  redactions: [],
  request: { method: 'POST', target: text.request.path, fields: [], body: { utf8: JSON.stringify(text.request.body) } },
  answer: {
    status: 200,
    version: '1.1',
    fields: [
      ['Content-Type', 'text/event-stream'],
      ['Cache-Control', 'no-cache'],
    ],
    headAfterMs: 1,
    framing: 'chunked',
    pieces: text.response.chunks.map((chunk) => ({ ...chunk, afterMs: 1 })),
    ends: 'complete',
    endAfterMs: 0,
  },
  seal: '0'.repeat(64),
};

describe('a sample', () => {
  it('of a recording says what that of an exchange says', () => {
    const { id, group, ...said } = sampleOfExchange(text);
    expect([id, group]).toEqual(['openai-chat/text.stream', 'openai-chat/text.stream']);
    const times = { firstByteMs: 2, betweenMs: text.response.chunks.slice(1).map(() => 1) };
    expect(sampleOfRecording(recording)).toEqual({ ...said, id: 'chat/text.again-2', group: 'chat/text', times });
  });

  it('is a stream however its media type is spelt', () => {
    const spelt = recording.answer && { ...recording.answer, fields: [['Content-Type', 'Text/Event-Stream']] as [string, string][] };
    expect(spelt && sampleOfRecording({ ...recording, answer: spelt })?.body.form).toBe('events');
  });

  it('joins the values of a header that came twice', () => {
    const fields: [string, string][] = [
      ['Warning', 'a'],
      ['warning', 'b'],
    ];
    const twice = recording.answer && { ...recording, answer: { ...recording.answer, fields } };
    expect(twice && sampleOfRecording(twice)?.headers).toEqual({ warning: 'a, b' });
  });

  it('is read through its content encoding, and says why where it cannot be', () => {
    const { answer } = recording;
    const encoded = (encoding: string, bytes: Buffer) => {
      const fields: [string, string][] = [['content-encoding', encoding]];
      const pieces = [{ afterMs: 1, base64: bytes.toString('base64') }];
      const sample = answer && sampleOfRecording({ ...recording, answer: { ...answer, fields, pieces } });
      return [sample?.body, sample?.unread];
    };
    const gzip = gzipSync('{"a":1}');
    const nothing = { form: 'other', text: '' };
    expect([
      encoded('gzip', gzip),
      encoded('GZIP, identity', gzip),
      encoded('gzip, gzip', gzipSync(gzip)),
      encoded('gzip', gzip.subarray(0, 12)),
      encoded('zstd', gzip),
    ]).toEqual([
      [{ form: 'json', value: { a: 1 } }, undefined],
      [{ form: 'json', value: { a: 1 } }, undefined],
      [{ form: 'json', value: { a: 1 } }, undefined],
      [nothing, 'its bytes are no whole gzip: Z_BUF_ERROR'],
      [nothing, 'content-encoding zstd is none of gzip, x-gzip, deflate, br'],
    ]);
  });

  it.each([
    ['application/json', (json: string) => json],
    ['text/event-stream', (json: string) => `data: {}\n\ndata: ${json}\n\n`],
  ])('of %s that is nested too deep for whoever reads it is not read', (type, say) => {
    const { answer } = recording;
    const unreadAt = (depth: number): string | undefined => {
      const pieces = [{ afterMs: 0, utf8: say(`${'['.repeat(depth)}1${']'.repeat(depth)}`) }];
      const deep = answer && { ...answer, fields: [['content-type', type]] as [string, string][], pieces };
      return deep && sampleOfRecording({ ...recording, answer: deep })?.unread;
    };
    expect([500, 501, 100_000].map(unreadAt)).toEqual([
      undefined,
      'its JSON is nested more than 500 deep',
      'its JSON is nested more than 500 deep',
    ]);
  });

  it('that is a bomb is not unpacked', () => {
    const { answer } = recording;
    const base64 = gzipSync(Buffer.alloc(70 * 1024 * 1024)).toString('base64');
    const bomb = answer && { ...answer, fields: [['content-encoding', 'gzip']] as [string, string][], pieces: [{ afterMs: 0, base64 }] };
    expect(bomb && sampleOfRecording({ ...recording, answer: bomb })?.unread).toBe('its bytes are no whole gzip: ERR_BUFFER_TOO_LARGE');
  });

  it("knows by the recording's own list what of the answer was left out", () => {
    const redactions: Recording['redactions'] = [
      { path: 'answer.body', kind: 'content', count: 1 },
      { path: 'answer.body.choices[].delta.content', kind: 'content', count: 3 },
      { path: 'answer.body.id', kind: 'account', count: 1 },
      { path: 'answer.body[].text', kind: 'content', count: 1 },
      { path: 'request.body.messages[].content', kind: 'content', count: 1 },
    ];
    expect(sampleOfRecording({ ...recording, redactions })?.unsaid).toEqual(['body.choices[].delta.content', 'body[].text']);
  });

  it('is none of a socket', () => {
    const { answer: _answer, ...rest } = recording;
    expect(sampleOfRecording({ ...rest, socket: { frames: [], ends: 'close' } })).toBeUndefined();
  });

  it('belongs to the group of what it repeats', () => {
    expect(['a/b.again-12', 'a/b', 'a/b.again-x'].map(groupOf)).toEqual(['a/b', 'a/b', 'a/b.again-x']);
  });
});
