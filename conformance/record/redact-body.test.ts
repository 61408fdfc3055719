import { describe, expect, it } from 'vitest';

import { Placeholders } from './placeholders.ts';
import { redactBody, redactFrames, redactPieces, type RedactContext } from './redact-body.ts';
import { Redactions } from './redactions.ts';
import { Refusal } from './refusal.ts';

const key = 'sk-proj-9f8E7d6C5b4A3928170615zZ';
const form = 'application/x-www-form-urlencoded';
const multipart = 'multipart/form-data; boundary=cut';

const newContext = (dropContent = false): RedactContext => ({
  placeholders: new Placeholders(),
  redactions: new Redactions(),
  dropContent,
});

interface Redacted {
  readonly text: string;
  readonly listed: readonly string[];
}

interface Asked {
  readonly place?: string;
  readonly contentType?: string;
  readonly dropContent?: boolean;
}

/** What becomes of a body, and that it stays as long as it was. */
const redact = (text: string, { place = 'request.body', contentType, dropContent }: Asked = {}): Redacted => {
  const context = newContext(dropContent);
  const redacted = redactBody(Buffer.from(text), place, { contentType }, context);
  expect(redacted).toHaveLength(Buffer.byteLength(text));
  return { text: redacted.toString(), listed: context.redactions.list().map(({ path, kind }) => `${path} ${kind}`) };
};
const dropped = (value: unknown, asked: Asked = {}): unknown =>
  JSON.parse(redact(JSON.stringify(value), { ...asked, dropContent: true }).text);

const refusal = (make: () => unknown): string => {
  try {
    return `none: ${JSON.stringify(make())}`;
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} ${error.message}`;
    throw error;
  }
};

describe('a form', () => {
  it('loses its credentials and persons, by name and by look, and keeps all else byte for byte', () => {
    const sent = 'grant_type=refresh_token&refresh_token=abcdEFGH12345678&client_secret=shh&username=anna&note=to+anna%40firma.de&x=%zz';
    expect(redact(sent, { contentType: form })).toEqual({
      text: 'grant_type=refresh_token&refresh_token=credential-1-x-x&client_secret=xx0&username=xxx0&note=personal-2-x-x-x-x&x=%zz',
      listed: [
        'request.body.client_secret credential',
        'request.body.note personal',
        'request.body.refresh_token credential',
        'request.body.username personal',
      ],
    });
  });

  it('is one without its content type, and not with that of JSON or with words', () => {
    expect(redact('code=abcdEFGH&n=1').text).toBe('code=xxxxxxx0&n=1');
    expect(redact('{"code":"abcdEFGH"}', { contentType: form }).text).toBe('{"code":"abcdEFGH"}');
    expect(redact('My code=abcdEFGH').text).toBe('My code=abcdEFGH');
  });

  it('loses names that look personal, and names that are none when content is dropped', () => {
    expect(redact('anna%40firma.de=1&a=b', { contentType: form }).text).toBe('personal-1-x-x-=1&a=b');
    expect(redact('Anna ist krank', { contentType: form, dropContent: true }).text).toBe('x'.repeat(14));
    expect(redact('Anna+Schmidt=krank&purpose=batch&n=Jo', { contentType: form, dropContent: true }).text).toBe(
      'xxxxxxxxxxx0=xxxxx&purpose=batch&n=xx',
    );
  });
});

const parts = (...heads: readonly (readonly [string, string])[]): string =>
  `${heads.map(([head, body]) => `--cut\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`).join('')}--cut--\r\n`;

describe('a multipart body', () => {
  it('loses parts by name and by look, and the names of files but for what kind they are', () => {
    const sent = parts(
      ['name="purpose"', 'user_data'],
      ['name="api_key"', 'geheim-1234567'],
      ['name=email', 'anna@beispiel-firma.de'],
      ['name="file"; filename="Anna_Schmidt_Befund.txt"\r\nContent-Type: text/plain', `Key:\n${key}`],
      [`name="more"; filename*=UTF-8''Anna%20S.pdf`, '\u0000\u0001'],
      ['name="settings"\r\nContent-Type: application/json', '{"password":"hunter 2","n":1}'],
      ['name="empty"', ''],
    );
    expect(redact(sent, { contentType: multipart })).toEqual({
      text: parts(
        ['name="purpose"', 'user_data'],
        ['name="api_key"', 'credential-1-x'],
        ['name=email', 'redacted-personal-1-x-'],
        ['name="file"; filename="redacted-personal-2.txt"\r\nContent-Type: text/plain', 'Key:\nredacted-credential-2-x-x-x-x-x-'],
        [`name="more"; filename*=UTF-8''xxxxxxx0.pdf`, '\u0000\u0001'],
        ['name="settings"\r\nContent-Type: application/json', '{"password":"xxxxxxx1","n":1}'],
        ['name="empty"', ''],
      ),
      listed: [
        'request.body.api_key credential',
        'request.body.email personal',
        'request.body.file credential',
        'request.body.file.filename personal',
        'request.body.more.filename personal',
        'request.body.settings.password credential',
      ],
    });
  });

  it('loses all that was said when content is dropped', () => {
    const sent = parts(['name="purpose"', 'batch'], ['name="prompt"', 'Anna is ill'], ['name="file"; filename="a.bin"', '\u0000\u0001']);
    expect(redact(sent, { contentType: multipart, dropContent: true }).text).toBe(
      parts(['name="purpose"', 'batch'], ['name="prompt"', 'xxxxxxxxxxx'], ['name="file"; filename="0.bin"', 'xx']),
    );
  });

  it.each([
    ['has no boundary', parts(['name=a', 'b']), 'multipart/form-data', 'no boundary in content-type'],
    ['begins with something else', `x${parts(['name=a', 'b'])}`, multipart, 'it does not begin with its boundary'],
    ['goes on behind its end', `${parts(['name=a', 'b'])}more`, multipart, 'something stands behind its end'],
    ['is cut', parts(['name=a', 'b']).slice(0, -8), multipart, 'it does not end'],
    [
      'has an encoded part',
      parts(['name=a\r\nContent-Transfer-Encoding: base64', 'YQ==']),
      multipart,
      'the part "a" has the transfer encoding base64',
    ],
    [
      'has parts in parts',
      parts(['name=a\r\nContent-Type: multipart/mixed; boundary=b', '']),
      multipart,
      'the part "a" has parts of its own',
    ],
  ])('is refused where it %s, and dropped as a whole with content', (_what, sent, contentType, why) => {
    expect(refusal(() => redact(sent, { contentType }))).toBe(
      `cannot-redact request.body: a multipart body that cannot be looked into: ${why}`,
    );
    expect(redact(sent, { contentType, dropContent: true }).text).toBe('x'.repeat(sent.length));
  });
});

describe('escapes of JSON', () => {
  it('hide nothing, also JSON in a string, and stay where they are', () => {
    const body = (first: string, second: string, third: string): string =>
      JSON.stringify({ text: `Key:\n${first} ok`, call: JSON.stringify({ to: `me\t${second}` }) }).replace('ok', `ok \\u002d ${third}`);
    expect(redact(body(key, 'max@firma.de', 'jo\\u0040firma.de')).text).toBe(
      body('redacted-credential-1-x-x-x-x-x-', 'personal-2-x', 'personal-1-x-x-x'),
    );
  });
});

const event = (delta: string): string => `data: ${JSON.stringify({ type: 'd', delta })}\n\n`;

describe('a value that is spread', () => {
  const over = 'is spread over the events of a stream';

  it.each([
    ['over two events', ['mail max@firma', '.de ok'], `what looks personal ${over}`],
    ['and looks whole in the first', ['Key: sk-proj-aaaabbbbccccdddd', 'eeeeffffTAIL'], `what looks like a credential ${over}`],
    ['and looks whole in the second', ['mail max.must', 'ermann@firma.de ok'], `what looks personal ${over}`],
    ['over four', ['mail ', 'max', '@firma', '.de'], `what looks personal ${over}`],
    ['behind a line feed', ['Key:\n', 'sk-proj-aaaabbbb', 'ccccdddd'], `what looks like a credential ${over}`],
  ])('%s is refused', (_what, pieces, why) => {
    const all = pieces.map(event).join('');
    expect(refusal(() => redact(all, { place: 'answer.body' }))).toBe(`secret-left answer.body.delta: ${why}`);
    expect(refusal(() => redact(pieces.map((one) => `data: ${one.replace('\n', '')}\n\n`).join(''), { place: 'answer.body' }))).toBe(
      `secret-left answer.body: ${why}`,
    );
    const list = JSON.stringify(pieces.map((delta) => ({ delta })));
    expect(refusal(() => redact(list, { place: 'answer.body' }))).toBe(`secret-left answer.body[].delta: ${why}`);
    const frames = pieces.map((delta) => Buffer.from(JSON.stringify({ delta })));
    expect(refusal(() => redactFrames(frames, 'socket.upstream', newContext()))).toBe(
      `secret-left socket.upstream.delta: ${why.replace('the events of a stream', 'the frames of a socket')}`,
    );
    const words = pieces.map((one) => Buffer.from(one.replace('\n', '')));
    expect(refusal(() => redactFrames(words, 'socket.client', newContext()))).toContain('secret-left socket.client: ');
    expect(redact(all, { place: 'answer.body', dropContent: true }).text).not.toMatch(/max|sk-|firma|TAIL/);
  });

  it('is found in one of several answers side by side', () => {
    const choice = (index: number, content: string): string => `data: ${JSON.stringify({ choices: [{ delta: { content }, index }] })}\n\n`;
    const all = [choice(0, 'sk-abcdefghi'), choice(1, ' and '), choice(0, 'jklmnopqrstuv'), choice(1, 'so on')].join('');
    expect(refusal(() => redact(all, { place: 'answer.body' }))).toBe(
      `secret-left answer.body.choices[].delta.content: what looks like a credential ${over}`,
    );
    const calls = [
      [0, 'mail max@firma'],
      [1, '{"a":'],
      [0, '.de ok'],
    ].map(([index, text]) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { tool_calls: [{ index, text }] } }] })}\n\n`);
    expect(refusal(() => redact(calls.join(''), { place: 'answer.body' }))).toContain('what looks personal');
  });

  it('is not one that is whole in each event, or that ends within one', () => {
    const [mail, gone] = ['max@firma.de', 'personal-1-x'];
    expect(redact([mail, mail, mail].map(event).join(''), { place: 'answer.body' }).text).toBe([gone, gone, gone].map(event).join(''));
    expect(redact([`to ${mail}`, ' ok'].map(event).join(''), { place: 'answer.body' }).text).toBe(
      [`to ${gone}`, ' ok'].map(event).join(''),
    );
    const frames = redactFrames(
      [`{"user":"${mail}"}`, `{"user":"${mail}"}`, mail].map((text) => Buffer.from(text)),
      'socket.client',
      newContext(),
    );
    expect(frames.map(String)).toEqual([`{"user":"${gone}"}`, `{"user":"${gone}"}`, gone]);
  });

  it('may be one of several in a list, and goes as such', () => {
    expect(redact('{"to":["max@firma.de","hello"]}').text).toBe('{"to":["personal-1-x","hello"]}');
    expect(refusal(() => redact('{"to":["max@fir","ma.de"]}'))).toBe(
      'secret-left request.body.to[]: what looks personal is spread over the items of a list',
    );
  });

  it('is found behind pieces of any length', () => {
    const bytes = [event('Key: sk-proj-aaaabbbbccccdddd'), event('eeeeffffTAIL')]
      .join('')
      .split('')
      .map((letter) => Buffer.from(letter));
    expect(refusal(() => redactPieces(bytes, 'answer.body', {}, newContext()))).toContain('secret-left');
  });
});

describe('a value by its name', () => {
  it.each([
    ['of a list of servers', '{"mcp_servers":[{"type":"url","authorization_token":"hunter2hunter"}]}'],
    ['above it', '{"client_secret":{"type":"x","value":"hunter2hunter","expires_at":1}}'],
    ['that may be a word', '{"token":"hunter2hunter"}'],
    ['with escapes', '{"api\\u005fkey":"hunter2hunter"}'],
    ['behind a byte order mark', '\uFEFF{"password":"hunter2hunter"}'],
    ['behind a guard', `)]}'\n{\n"password":"hunter2hunter"\n}`],
    ['before a cut', '{"id":"a",\n"access_token":"hunter2hunter","text":"abc'],
    ['in the cut', '{"id":"a","access_token":"hunter2hunter'],
    ['before something else', '{"password":"hunter2hunter"}\nbye'],
    ['behind something else', '{"a":1}\n{\n  "password": "hunter2hunter"\n}'],
    ['behind spaces', 'data: {"a":1}\n\ndata:  {"password":"hunter2hunter"}\n\ndata:\t{"password":"hunter2hunter"}\n\n'],
    ['over lines', 'data: {\ndata: "password":"hunter2hunter"}\n\ndata: {"a":1}\n\n'],
    ['over lines that are cut', 'data: {\r\ndata: "a":1,"password":\r\ndata: "hunter2hunter'],
    ['in a mark-down', 'As JSON:\n"password" : "hunter2hunter", "a": 1'],
    ['in JSON in a cut text', 'data: so {\\"password\\":\\"hunter2hunter\\"}\n\n'],
  ])('is found: %s', (_what, text) => {
    expect(redact(text, { place: 'answer.body' }).text).toBe(text.replaceAll('hunter2hunter', 'credential-1-'));
  });

  it('is left where the name is a word, or part of a schema, or there is nothing', () => {
    const texts = [
      '{"logprobs":{"content":[{"token":"abcdefgh1","logprob":-1}]},"token":"understanding","n":{"token":"a b c d e f 1"}}',
      '{"tools":[{"parameters":{"properties":{"password":{"type":"string","description":"Of the user"}}}}]}',
      'data: x {"password": null, "user": {"a": 1}, "secret": ""}\n\n',
    ];
    expect(texts.map((text) => redact(text, { place: 'answer.body' }).text)).toEqual(texts);
  });

  it('is refused where nobody knows its end', () => {
    expect(refusal(() => redact('data: so "client_secret": {"value": "a"}\n\n', { place: 'answer.body' }))).toBe(
      'secret-left answer.body: what is named like a credential is cut, or no JSON',
    );
  });
});

describe('a large body', () => {
  it('may have more values in one line than a call has arguments', () => {
    const line = `data: {"numbers":[${'1,'.repeat(150_000)}1]}\n\n`;
    expect(redact(line, { place: 'answer.body' }).text).toBe(line);
  });

  it('loses each of its values', () => {
    const people = Array.from({ length: 5_000 }, (_, index) => ({ email: `u${index}@acme.com`, n: 'x' }));
    const { text, listed } = redact(JSON.stringify(people));
    expect([text.includes('acme'), text.match(/"n":"x"/g)?.length, listed]).toEqual([false, 5_000, ['request.body[].email personal']]);
  });
});

it('refuses what looks sensitive again with a placeholder in it', () => {
  expect(refusal(() => redact('{"to":"a@b.de@firma.de"}'))).toBe('secret-left request.body: what looks personal cannot be replaced');
});

it('takes what only begins like a placeholder for a value', () => {
  expect(redact('{"to":"account-42@acme.com"}').text).toBe('{"to":"redacted-personal-1"}');
});

describe('what was said', () => {
  it('goes where it is numbers', () => {
    const token = (bytes: readonly number[]): unknown => ({ token: 'An', logprob: -0.1, bytes, top_logprobs: [{ token: 'An', bytes }] });
    expect(dropped({ logprobs: { content: [token([65, 110])] }, usage: { prompt_tokens: 65 } })).toEqual({
      logprobs: { content: [{ token: 'xx', logprob: -0.1, bytes: [11, 111], top_logprobs: [{ token: 'xx', bytes: [11, 111] }] }] },
      usage: { prompt_tokens: 65 },
    });
    expect(dropped({ prompt: [9906, 11], input: [[856], [836, 374]], n: 2, max_tokens: 16 })).toEqual({
      prompt: [1111, 11],
      input: [[111], [111, 111]],
      n: 2,
      max_tokens: 16,
    });
    expect(dropped({ data: [{ embedding: [0.25, -1], index: 1 }], logprobsResult: { chosenCandidates: [{ tokenId: 77 }] } })).toEqual({
      data: [{ embedding: [1111, 11], index: 1 }],
      logprobsResult: { chosenCandidates: [{ tokenId: 11 }] },
    });
  });

  it('goes where it is code, and codes of errors stay', () => {
    expect(
      dropped({ executableCode: { language: 'PYTHON', code: 'run' }, output: [{ type: 'code_interpreter_call', code: 'run' }] }),
    ).toEqual({
      executableCode: { language: 'PYTHON', code: 'xxx' },
      output: [{ type: 'code_interpreter_call', code: 'xxx' }],
    });
    const kept = { error: { code: 'invalid_api_key', param: 'model' }, response: { error: { code: 'x' }, id: 'resp_1' } };
    expect([dropped(kept), dropped({ type: 'error', code: 'server_error' }), dropped({ type: 'done', code: 'print(1)' })]).toEqual([
      kept,
      { type: 'error', code: 'server_error' },
      { type: 'done', code: 'xxxxxxxx' },
    ]);
  });

  it('goes where it is a name or a note, and names of tools and models stay', () => {
    expect(dropped({ messages: [{ role: 'user', name: 'Anna' }], metadata: { name: 'Anna', id: 'K-77', n: 7 }, name: 'Anna' })).toEqual({
      messages: [{ role: 'user', name: 'xxxx' }],
      metadata: { name: 'xxxx', id: 'xxxx', n: 1 },
      name: 'xxxx',
    });
    const kept = {
      tools: [{ type: 'function', name: 'f', function: { name: 'f' }, functionDeclarations: [{ name: 'f' }] }],
      content: [{ type: 'tool_use', name: 'f' }],
      models: [{ name: 'models/gemini' }],
      name: 'models/gemini',
    };
    expect(dropped(kept)).toEqual(kept);
  });

  it('goes with the keys of what a tool is called with, and they are not listed', () => {
    const body = { functionCall: { name: 'f', args: { Schmidt: 1, Meier: { Anna: [true] } } }, content: [{ type: 'tool_use', input: {} }] };
    expect(redact(JSON.stringify(body), { place: 'answer.body', dropContent: true })).toEqual({
      text: '{"functionCall":{"name":"f","args":{"xxxxxx0":1,"xxxx2":{"xxx3":[true]}}},"content":[{"type":"tool_use","input":{}}]}',
      listed: ['answer.body.functionCall.args content'],
    });
  });

  it('goes where a stream was cut, or is no JSON, and its structure stays', () => {
    const stream = 'event: a\ndata: {"type":"d","delta":"An"}\n\n: ping\n\ndata: Anna\n\ndata: {}\n\ndata: [DONE]\n\ndata: {"delta":"An';
    expect(redact(stream, { place: 'answer.body', dropContent: true }).text).toBe(
      `event: a\ndata: {"type":"d","delta":"xx"}\n\n: ping\n\ndata: xxxx\n\ndata: {}\n\ndata: [DONE]\n\ndata: {"delta":"xx`,
    );
    expect(redact('data: {"a":"b"}\n\n: Anna\n\ndata: {"a":"b","Anna', { place: 'answer.body', dropContent: true })).toEqual({
      text: 'data: {"a":"x"}\n\nxxxxxx\n\ndata: {"a":"x",xxxxx',
      listed: ['answer.body content', 'answer.body.a content', 'answer.body.comment content'],
    });
  });

  it('goes where JSON was cut', () => {
    expect(redact('{"id":"a",\n"text":"Anna', { place: 'answer.body', dropContent: true }).text).toBe('{"id":"a",\n"text":"xxxx');
    expect(redact('{"id":"a"} Anna', { place: 'answer.body', dropContent: true }).text).toBe('{"id":"a"} xxxx');
  });

  it('is nothing in JSON without a value', () => {
    expect([redact('{}', { dropContent: true }).text, redact('[]', { dropContent: true }).text]).toEqual(['{}', '[]']);
  });
});

it('lists no key that is a secret', () => {
  const { text, listed } = redact(`{"max@firma.de":{"password":"hunter22"}}`);
  expect([text, listed]).toEqual(['{"personal-1-x":{"password":"xxxxxxx0"}}', ['request.body personal', 'request.body.* credential']]);
});
