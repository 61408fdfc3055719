import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { bytesOf } from '#fixtures/recordings/recorded-bytes';

import type { Captured, Fields } from './captured.ts';
import { makeRecording, type MakeOptions } from './make-recording.ts';
import { Placeholders } from './placeholders.ts';
import { Refusal } from './refusal.ts';

const key = 'sk-proj-9f8E7d6C5b4A3928170615zZ';
const optionsWith = (more: Partial<MakeOptions> = {}): MakeOptions => ({
  upstream: 'https://api.example.com/v1',
  tool: 'wireproof 0.0.0',
  allowed: new Set(),
  dropContent: false,
  placeholders: new Placeholders(),
  ...more,
});

interface Wire {
  readonly target?: string;
  readonly sent?: Fields;
  readonly body?: string;
  readonly fields?: Fields;
  readonly pieces?: readonly (string | Buffer)[];
  readonly tooLarge?: boolean;
}

const captured = ({ target = '/chat/completions', sent = [], body = '', fields = [], pieces = [], tooLarge = false }: Wire): Captured => ({
  at: Date.UTC(2026, 10, 23),
  request: { method: 'POST', target, fields: sent, body: Buffer.from(body), whole: true },
  answer: {
    status: 200,
    reason: 'OK',
    version: '1.1',
    informational: [],
    fields,
    headAfterMs: 5,
    headAtMs: 100,
    framing: 'chunked',
    body: {
      pieces: pieces.map((bytes, at) => ({ atMs: 110 + at * 10, bytes: Buffer.from(bytes) })),
      tail: Buffer.alloc(0),
      whole: true,
      tooLarge,
    },
    trailers: [],
    ends: 'complete',
    endedAtMs: 200,
  },
});

const piecesIn = (made: ReturnType<typeof makeRecording>): readonly string[] =>
  (made.answer?.pieces ?? []).map((piece) => bytesOf(piece).toString());
const bodyIn = (made: ReturnType<typeof makeRecording>): string => piecesIn(made).join('');
const refusalOf = (make: () => unknown): readonly [string, string] | undefined => {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.message];
    throw error;
  }
};
const refused = (wire: Wire, more: Partial<MakeOptions> = {}) => refusalOf(() => makeRecording(captured(wire), optionsWith(more)));

describe('a recording', () => {
  it('says what was on the wire, and where it comes from', () => {
    const made = makeRecording(
      captured({
        sent: [['Host', '127.0.0.1:1']],
        body: '{"model":"gpt-4.1"}',
        fields: [['Content-Type', 'application/json']],
        pieces: ['{"a":', '1}'],
      }),
      optionsWith(),
    );
    expect(made).toEqual({
      schema: 'wireproof.recording/v1',
      provenance: {
        at: '2026-11-23T00:00:00.000Z',
        upstream: 'https://api.example.com/v1',
        tool: 'wireproof 0.0.0',
        surface: 'openai-chat',
        model: 'gpt-4.1',
      },
      redactions: [],
      request: {
        method: 'POST',
        target: '/chat/completions',
        fields: [['Host', 'api.example.com']],
        body: { utf8: '{"model":"gpt-4.1"}' },
      },
      answer: {
        status: 200,
        reason: 'OK',
        version: '1.1',
        fields: [['Content-Type', 'application/json']],
        headAfterMs: 5,
        framing: 'chunked',
        pieces: [
          { afterMs: 10, utf8: '{"a":' },
          { afterMs: 10, utf8: '1}' },
        ],
        ends: 'complete',
        endAfterMs: 80,
      },
    });
  });

  it('replaces a value that is cut by pieces, and moves no boundary', () => {
    const wire = `{"text":"take ${key} ok","email":"ada@example.org","organization":"acme","user_id":4711}`;
    const letters = wire.split('');
    const made = makeRecording(captured({ pieces: letters }), optionsWith());
    expect(piecesIn(made).map((piece) => piece.length)).toEqual(letters.map(() => 1));
    expect(bodyIn(made)).toBe(
      '{"text":"take redacted-credential-1-x-x-x-x-x- ok","email":"personal-1-x-x-","organization":"xxx0","user_id":1000}',
    );
    expect(made.redactions).toEqual([
      { path: 'answer.body.email', kind: 'personal', count: 1 },
      { path: 'answer.body.organization', kind: 'account', count: 1 },
      { path: 'answer.body.text', kind: 'credential', count: 1 },
      { path: 'answer.body.user_id', kind: 'account', count: 1 },
    ]);
  });

  it('gives one value one placeholder in all of a set, wherever it stands', () => {
    const options = optionsWith();
    const one = makeRecording(
      captured({ sent: [['Authorization', `Bearer ${key}`]], target: `/chat/completions?key=${key}&alt=sse` }),
      options,
    );
    const two = makeRecording(captured({ pieces: [`{"echo":"${key}"}`], sent: [['x-api-key', `${key.slice(0, -1)}Q`]] }), options);
    const placeholder = 'redacted-credential-1-x-x-x-x-x-';
    expect(one.request.fields).toEqual([['Authorization', `Bearer ${placeholder}`]]);
    expect(one.request.target).toBe(`/chat/completions?key=${placeholder}&alt=sse`);
    expect(bodyIn(two)).toBe(`{"echo":"${placeholder}"}`);
    expect(two.request.fields).toEqual([['x-api-key', placeholder.replace('1', '2')]]);
  });

  it('reads a body by its content type, and an encoded one too', () => {
    const type = ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'] as const;
    const sent = 'client_secret=shh-shh&scope=a+b';
    expect(makeRecording(captured({ sent: [type], body: sent }), optionsWith()).request.body).toEqual({
      utf8: 'client_secret=xxxxxx0&scope=a+b',
    });
    const encoded = { fields: [type, ['content-encoding', 'gzip']] as Fields, pieces: [gzipSync(sent)] };
    expect(refused(encoded)).toEqual([
      'encoded',
      'answer.body.client_secret: what looks like a credential is behind the content encoding gzip',
    ]);
  });

  it('keeps header fields from a list only, and lists what it left out', () => {
    const made = makeRecording(
      captured({
        sent: [
          ['Cookie', 'session=1'],
          ['X-Trace', '7'],
        ],
        fields: [
          ['Set-Cookie', 'a=b'],
          ['x-ratelimit-limit-requests', '9'],
        ],
      }),
      optionsWith({ allowed: new Set(['x-trace']) }),
    );
    expect([made.request.fields, made.answer?.fields]).toEqual([[['X-Trace', '7']], [['x-ratelimit-limit-requests', '9']]]);
    expect(made.redactions).toEqual([
      { path: 'answer.fields.set-cookie', kind: 'dropped', count: 1 },
      { path: 'request.fields.cookie', kind: 'dropped', count: 1 },
    ]);
  });

  it('finds what is hidden by escapes', () => {
    const made = makeRecording(captured({ pieces: ['{"text":"ada\\u0040example.org"}'] }), optionsWith());
    expect(bodyIn(made)).toBe('{"text":"redacted-personal-1-"}');
  });

  it('finds what is in the events of a stream, and keeps all else', () => {
    const stream = `event: a\ndata: {"delta":{"text":"to ada@example.org"}}\n\ndata: {"account_id":"acct-0123456789"}\n\ndata: [DONE]\n\n`;
    const made = makeRecording(captured({ pieces: [stream] }), optionsWith());
    expect(bodyIn(made)).toBe(
      `event: a\ndata: {"delta":{"text":"to personal-1-x-x-"}}\n\ndata: {"account_id":"account-1-x-x-x"}\n\ndata: [DONE]\n\n`,
    );
  });

  it('leaves out what was said when it is told to, and keeps structure and numbers', () => {
    const body = '{"type":"message","content":[{"type":"text","text":"It was Ada."}],"usage":{"n":12},"input":{"type":"door","count":3}}';
    const made = makeRecording(captured({ pieces: [body], body: 'Ada said so' }), optionsWith({ dropContent: true }));
    expect(bodyIn(made)).toBe(
      '{"type":"message","content":[{"type":"text","text":"xxxxxxxxxxx"}],"usage":{"n":12},"input":{"xxx1":"xxxx","xxxx3":1}}',
    );
    expect(made.request.body).toEqual({ utf8: 'xxxxxxxxxxx' });
    expect(made.redactions).toContainEqual({ path: 'answer.body.content[].text', kind: 'content', count: 1 });
  });

  it('keeps bytes that are no UTF-8 as they are', () => {
    const bytes = Buffer.from([0x22, 0xff, 0x00, 0x22]);
    const made = makeRecording(captured({ pieces: [bytes] }), optionsWith());
    expect(made.answer?.pieces).toEqual([{ afterMs: 10, base64: bytes.toString('base64') }]);
  });

  it('keeps an encoded body as it came when nothing in it must go', () => {
    const bytes = gzipSync('{"text":"ok"}');
    const made = makeRecording(captured({ pieces: [bytes], fields: [['content-encoding', 'gzip']] }), optionsWith());
    expect(made.answer?.pieces).toEqual([{ afterMs: 10, base64: bytes.toString('base64') }]);
  });
});

describe('what is no recording', () => {
  it.each<[string, Wire, readonly [string, string]]>([
    ['an answer that is too large', { tooLarge: true }, ['too-large', 'the answer is larger than what is kept']],
    [
      'a value behind a content encoding',
      { pieces: [gzipSync(`{"text":"${key}"}`)], fields: [['Content-Encoding', 'gzip']] },
      ['encoded', 'answer.body.text: what looks like a credential is behind the content encoding gzip'],
    ],
    [
      'a content encoding that is unknown',
      { pieces: ['x'], fields: [['content-encoding', 'magic']] },
      ['encoded', 'answer.body: the content encoding magic cannot be looked into'],
    ],
    [
      'a content encoding that is not what it says',
      { pieces: ['no gzip'], fields: [['content-encoding', 'gzip']] },
      ['encoded', 'answer.body: cannot be looked into: Z_DATA_ERROR as gzip'],
    ],
    [
      'a value that is spread over events',
      { pieces: [`data: {"text":"${key.slice(0, 9)}"}\n\n`, `data: {"text":"${key.slice(9)}"}\n\n`] },
      ['secret-left', 'answer.body.text: what looks like a credential is spread over the events of a stream'],
    ],
    [
      'a number that has no placeholder',
      { pieces: ['{"user_id":1.5}'] },
      ['cannot-redact', 'answer.body.user_id: no placeholder of 3 letters is free'],
    ],
    [
      'a query that looks like a secret',
      { target: '/chat/completions?session=Zk39vQpX71mTr8sLw02YbNcE4' },
      ['secret-left', 'request.query.session: looks like a secret'],
    ],
  ])('is %s', (_what, wire, refusal) => {
    expect(refused(wire)).toEqual(refusal);
  });

  it('is a socket over whose frames a value is spread', () => {
    const frame = (from: 'client' | 'upstream', data: string) => ({ from, atMs: 0, kind: 'text' as const, data: Buffer.from(data) });
    const frames = [frame('upstream', '{"delta":"max@fir"}'), frame('client', '{"delta":"ok"}'), frame('upstream', '{"delta":"ma.de"}')];
    const { at, request } = captured({});
    const socket = { startedAtMs: 0, frames, ends: 'close' as const, tooLarge: false };
    expect(refusalOf(() => makeRecording({ at, request, socket }, optionsWith()))).toEqual([
      'secret-left',
      'socket.upstream.delta: what looks personal is spread over the frames of a socket',
    ]);
    const whole = {
      ...socket,
      frames: [frame('client', 'I am '), frame('upstream', '{"delta":"max@firma.de"}'), frame('client', 'max@firma.de')],
    };
    const made = makeRecording({ at, request, socket: whole }, optionsWith());
    expect(made.socket?.frames.map(({ from, data }) => [from, bytesOf(data).toString()])).toEqual([
      ['client', 'I am '],
      ['upstream', '{"delta":"personal-1-x"}'],
      ['client', 'personal-1-x'],
    ]);
  });

  it('is a field that was allowed and looks like a secret', () => {
    expect(refused({ sent: [['X-Pass', 'Zk39vQpX71mTr8sLw02YbNcE4']] }, { allowed: new Set(['x-pass']) })).toEqual([
      'secret-left',
      'request.fields.x-pass: looks like a secret',
    ]);
  });
});

describe('what the recorder of a run keeps', () => {
  const left = { by: 'client-left', detail: 'the client closed its connection before the end' } as const;
  const wire = { body: `{"metadata":"${key}"}`, fields: [['x-own', key]] as Fields, pieces: [`{"said":"${key}"}`] };

  it('takes nothing out of the answers of our own upstream, and what must go out of requests', () => {
    const made = makeRecording(captured(wire), optionsWith({ asAnswered: true }));
    expect(bodyIn(made)).toBe(`{"said":"${key}"}`);
    expect(made.answer?.fields).toEqual([['x-own', key]]);
    expect(JSON.stringify(made.request)).not.toContain(key);
  });

  it('keeps an answer that its client left as far as it came, when it is told to', () => {
    const cut = { ...captured({ pieces: ['a', 'b'] }), spoiled: left };
    const answer = cut.answer && { ...cut.answer, ends: 'fin' as const, body: { ...cut.answer.body, whole: false } };
    const open = { ...cut, ...(answer && { answer }) };
    expect(refusalOf(() => makeRecording(open, optionsWith()))).toEqual(['client-left', left.detail]);
    const made = makeRecording(open, optionsWith({ keepOpen: true }));
    expect([made.answer?.ends, piecesIn(made)]).toEqual(['open', ['a', 'b']]);
  });

  it('keeps an answer that was whole as one, although its client left then', () => {
    const made = makeRecording({ ...captured({ pieces: ['a'] }), spoiled: left }, optionsWith({ keepOpen: true }));
    expect(made.answer?.ends).toBe('complete');
  });

  it('keeps a silence that its client left', () => {
    const { at, request } = captured({});
    const made = makeRecording({ at, request, spoiled: left }, optionsWith({ keepOpen: true }));
    expect([made.answer, made.unanswered]).toEqual([undefined, { ends: 'open', endAfterMs: 0 }]);
  });

  it.each(['stopped', 'upstream-hung', 'no-answer'] as const)('keeps nothing that was spoiled otherwise: %s', (by) => {
    const spoiled = { by, detail: 'so it was' };
    expect(refusalOf(() => makeRecording({ ...captured({}), spoiled }, optionsWith({ keepOpen: true })))).toEqual([by, 'so it was']);
  });
});

describe('what is not a body', () => {
  const answered = (more: Partial<NonNullable<Captured['answer']>>): Captured => {
    const { answer, ...rest } = captured({});
    return answer === undefined ? rest : { ...rest, answer: { ...answer, ...more } };
  };

  it('loses what looks like a credential in what came behind the last piece', () => {
    const body = { pieces: [{ atMs: 110, bytes: Buffer.from('a') }], tail: Buffer.from(`20\r\n${key}`), whole: false, tooLarge: false };
    const { answer } = makeRecording(answered({ body, ends: 'fin' }), optionsWith());
    expect(answer?.tail && bytesOf(answer.tail).toString()).toBe('20\r\nredacted-credential-1-x-x-x-x-x-');
  });

  it('loses it in the words of a status, unless the upstream is our own', () => {
    const spoken = answered({ reason: `Bad ${key}` });
    const made = makeRecording(spoken, optionsWith());
    expect([made.answer?.reason, made.redactions]).toEqual([
      'Bad redacted-credential-1-x-x-x-x-x-',
      [{ path: 'answer.reason', kind: 'credential', count: 1 }],
    ]);
    expect(makeRecording(spoken, optionsWith({ asAnswered: true })).answer?.reason).toBe(`Bad ${key}`);
  });

  it('loses it in trailers', () => {
    const { answer } = makeRecording(answered({ trailers: [['Warning', `199 - ${key}`]] }), optionsWith());
    expect(answer?.trailers).toEqual([['Warning', '199 - redacted-credential-1-x-x-x-x-x-']]);
  });

  it('loses it in the protocol of a socket, where a browser puts it', () => {
    const { at, request } = captured({});
    const socket = { protocol: 'openai-insecure-api-key.hunter2', startedAtMs: 0, frames: [], ends: 'close' as const, tooLarge: false };
    const made = makeRecording({ at, request, socket }, optionsWith());
    expect([made.socket?.protocol, made.redactions[0]?.path]).toEqual(['openai-insecure-api-key.xxxxxx0', 'socket.protocol']);
  });

  it('loses the account in the address of the upstream, as in targets', () => {
    const upstream = 'https://api.example.com/client/v4/accounts/0123456789abcdef/ai/v1';
    const sent = [['Host', '127.0.0.1:1']] as const;
    const made = makeRecording(captured({ sent, target: '/accounts/0123456789abcdef' }), optionsWith({ upstream }));
    expect([made.provenance.upstream, made.request.target, made.request.fields]).toEqual([
      'https://api.example.com/client/v4/accounts/account-1-x-x-x-/ai/v1',
      '/accounts/account-1-x-x-x-',
      [['Host', 'api.example.com']],
    ]);
    const plain = 'https://api.example.com/v1/openai/deployments';
    expect(makeRecording(captured({}), optionsWith({ upstream: plain })).provenance.upstream).toBe(plain);
  });
});
