import { exchange } from '#fixtures/index';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import anthropicMessages from '../dialects/anthropic-messages/index.ts';
import type { Dialect } from '../dialects/dialect.ts';
import openaiChat from '../dialects/openai-chat/index.ts';
import openaiResponses from '../dialects/openai-responses/index.ts';
import type { ErrorInfo } from '../ir/chat.ts';
import requestStreamUsage from '../remedies/request-stream-usage.ts';
import { cutInto, mutated, numbersFrom } from '../testing/nasty-json.ts';
import { AnswerStream } from './answer-stream.ts';
import type { Step } from './answer-stream.ts';
import { newEventWriter } from './framing.ts';
import { ownStreamShows } from './own-stream.ts';
import type { Question } from './question.ts';
import { readEvents } from './read-events.ts';
import { newBatchRedactor } from './secrets.ts';

/** Pieces of text pass unread. Nothing that anybody can see may depend on it: the same stream, read whole, is the measure. */

const secret = 'sk-upstream-"secret"';
const credential = { secret, headers: { 'x-team': 'Bearer team-secret' } } as unknown as Parameters<typeof newBatchRedactor>[0];

const about = { model: 'shown', createdAt: 17, wantsUsage: true };

const readingAll = ({ textPiece: _unread, ...dialect }: Dialect): Dialect => dialect;

/** What the client and those who count get of a stream. */
interface Told {
  readonly bytes: string;
  readonly error: ErrorInfo | undefined;
  readonly errorIsFirst: boolean | undefined;
  readonly usage: unknown;
  /** Of what is counted where the upstream did not: its length, and its letters in any order. */
  readonly text: { readonly length: number; readonly letters: string } | undefined;
}

const asking = (dialect: Dialect): Question =>
  ({ operation: 'generate', stream: true, dialect, tree: { model: 'm', stream: true } }) as unknown as Question;

const tell = async (dialect: Dialect, upstream: Dialect, body: Buffer, by: readonly number[], hidesUsage: boolean): Promise<Told> => {
  const stream = new AnswerStream({
    upstream,
    client: dialect,
    writer: newEventWriter('sse'),
    edit: undefined,
    untouched: true,
    shows: hidesUsage ? ownStreamShows({ remedies: [requestStreamUsage] }, asking(dialect)) : undefined,
    newEncoder: () => dialect.newStreamEncoder(about),
    redact: newBatchRedactor(credential),
  });
  const steps: Step[] = [];
  const chunks = async function* (): AsyncGenerator<Buffer> {
    yield* cutInto(body, by);
  };
  for await (const batch of readEvents(chunks())) {
    steps.push(stream.push(batch));
    if (steps.at(-1)?.error !== undefined) break;
  }
  if (steps.at(-1)?.error === undefined) steps.push(stream.finish());
  const { usage, text } = stream.size();
  const failed = steps.at(-1);
  return {
    bytes: steps.map(({ out }) => Buffer.from(out).toString('latin1')).join(''),
    error: failed?.error,
    errorIsFirst: failed?.errorIsFirst,
    usage,
    text: usage === undefined ? { length: text.length, letters: text.beginning.split('').sort().join('') } : undefined,
  };
};

const compared = async (dialect: Dialect, body: Buffer, by: readonly number[], hidesUsage = false): Promise<readonly [Told, Told]> => [
  await tell(dialect, dialect, body, by, hidesUsage),
  await tell(dialect, readingAll(dialect), body, by, hidesUsage),
];

const whole = [Number.MAX_SAFE_INTEGER];

type Id = 'openai-chat' | 'openai-responses' | 'anthropic-messages';
const dialects: Readonly<Record<Id, Dialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
};
const ids = ['openai-chat', 'openai-responses', 'anthropic-messages'] as const;

const data = (tree: unknown, event?: string): string => `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(tree)}`;

const chat = (delta: object, end: string | null = null, more: object = {}): string =>
  data({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'up', choices: [{ index: 0, delta, finish_reason: end }], ...more });

const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
const counted = { input_tokens: 7, output_tokens: 3, total_tokens: 10 };

/** One more piece of the text that is being said, as vendors may write it. */
const pieces: Readonly<Record<Id, (text: string) => readonly string[]>> = {
  'openai-chat': (content) => [
    chat({ content }),
    chat({ role: 'assistant', content, refusal: null }, null, { system_fingerprint: 'fp', service_tier: null }),
    chat({ content }, null, { usage: null }),
    chat({ content }).replace('data: ', 'data:'),
    chat({ content }).replaceAll('":', '": '),
  ],
  'openai-responses': (delta) => {
    const type = 'response.output_text.delta';
    const event = { type, sequence_number: 4, item_id: 'msg_1', output_index: 0, content_index: 0, delta };
    return [data({ ...event, logprobs: [] }, type), data(event), data(event, type).replaceAll('":', '": ')];
  },
  'anthropic-messages': (text) => {
    const type = 'content_block_delta';
    const event = { type, index: 0, delta: { type: 'text_delta', text } };
    return [data(event, type), data(event), data(event, type).replaceAll('":', '": ')];
  },
};

const junk = [
  ': ping',
  ': "error"\n: x',
  'id: 7\nretry: 10',
  'data: {"x":',
  'data: [1]',
  'data: null',
  'data: word',
  'data:',
  'event: ping',
  'nonsense',
];

/** Events that mean something, in places where they are rare. */
const others: Readonly<Record<Id, readonly string[]>> = {
  'openai-chat': [
    chat({}, null, { usage }),
    chat({ content: 'with a count' }, null, { usage }),
    data({ id: 'c1', choices: [], usage }),
    data({ id: 'c1', choices: [], usage: null }),
    chat({ content: '' }),
    chat({ role: 'assistant', content: null }),
    chat({ content: 'the last' }, 'stop'),
    chat({ reasoning_content: 'hm' }),
    chat({ content: '', tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '{"content":"' } }] }),
    chat({ content: 'x', refusal: 'no' }),
    chat({
      content: 'cited',
      annotations: [{ type: 'url_citation', url_citation: { url: 'https://a', title: 't', start_index: 0, end_index: 1 } }],
    }),
    data({ error: { message: 'overloaded', type: 'server_error', code: 503 } }),
    chat({ content: 'x' }, null, { error: { message: `bad key ${secret}` } }),
    chat({ content: 'x' }).replace('"choices"', String.raw`"\u0065rror":{"message":"spelled"},"choices"`),
    chat({ content: 'x' }).replace(
      '"choices"',
      String.raw`"u\u0073age":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"choices"`,
    ),
    chat({ content: 'x' }).replace('"model":', '"model":\ndata: '),
    'data: [DONE]',
  ],
  'openai-responses': [
    data({ type: 'error', code: 'server_error', message: 'no', param: null, sequence_number: 9 }, 'error'),
    data({ type: 'response.failed', response: { id: 'r', error: { code: 'server_error', message: 'no' } } }, 'response.failed'),
    data({ type: 'response.in_progress', response: { id: 'r', usage: null } }, 'response.in_progress'),
    data({ type: 'response.incomplete', response: { id: 'r', status: 'incomplete', usage: counted } }, 'response.incomplete'),
    data({ type: 'response.completed', response: { id: 'r', status: 'completed', output: [], usage: counted } }),
    data({ type: 'response.reasoning_summary_text.delta', output_index: 5, summary_index: 0, delta: 'hm' }),
    data({ type: 'response.function_call_arguments.delta', output_index: 6, delta: '{"type":"response.output_text.delta",' }),
    data({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'x', error: 1 }),
    data({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'x', usage: counted }),
    String.raw`data: {"type":"response.output_text.delta","\u0074ype":"error","message":"spelled","delta":"x"}`,
    data({ type: 'codex.rate_limits', limits: {} }),
    'data: [DONE]',
  ],
  'anthropic-messages': [
    data({ type: 'ping' }, 'ping'),
    data({ type: 'error', error: { type: 'overloaded_error', message: `no ${secret}` } }, 'error'),
    data({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } }),
    data({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '"text_delta"' } }),
    data({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x' }, usage: { output_tokens: 4 } }),
    data({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 4 } }, 'message_delta'),
    data({ type: 'message_delta', delta: { stop_reason: 'end_turn' } }),
    data({ type: 'message_stop' }, 'message_stop'),
    data({ type: 'content_block_start', index: 3, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } }),
    String.raw`data: {"type":"content_block_delta","\u0074ype":"error","error":{},"delta":{"type":"text_delta","text":"x"}}`,
  ],
};

const tales: Readonly<Record<Id, readonly string[]>> = {
  'openai-chat': ['text', 'tool-call', 'parallel-calls', 'refusal'],
  'openai-responses': ['text', 'tool-call', 'refusal'],
  'anthropic-messages': ['text', 'tool-call', 'refusal'],
};

const eventsOf = (id: Id, tale: string): readonly string[] =>
  exchange(`${id}/${tale}.stream`)
    .response.chunks.map((chunk) => ('utf8' in chunk ? chunk.utf8 : Buffer.from(chunk.base64, 'base64').toString()))
    .join('')
    .split('\n\n')
    .filter((event) => event !== '');

/** What a model may say that looks like what somebody looks for. */
const said = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '"error"',
    '"usage"',
    '"finish_reason":"stop"',
    '\n\ndata: [DONE]\n\n',
    '\r\n\r\n',
    String.raw`\u0065`,
    'é😀',
    `my ${secret}`,
    'team-secret',
    '}',
  ),
);

interface Plan {
  readonly id: Id;
  readonly tale: string;
  readonly inserted: readonly { readonly at: number; readonly event: string }[];
  readonly morePieces: readonly { readonly at: number; readonly which: number; readonly text: string; readonly spoilt: number }[];
  readonly ends: readonly string[];
  readonly mark: boolean;
  /** How much of the end is missing, in bytes. */
  readonly missing: number;
  readonly countless: boolean;
}

const plan = (id: Id): fc.Arbitrary<Plan> =>
  fc.record({
    id: fc.constant(id),
    tale: fc.constantFrom(...tales[id]),
    inserted: fc.array(fc.record({ at: fc.nat(40), event: fc.oneof(fc.constantFrom(...others[id]), fc.constantFrom(...junk)) }), {
      maxLength: 3,
    }),
    morePieces: fc.array(fc.record({ at: fc.nat(40), which: fc.nat(4), text: said, spoilt: fc.oneof(fc.constant(0), fc.nat(2 ** 31)) }), {
      maxLength: 8,
    }),
    ends: fc.oneof(
      { weight: 3, arbitrary: fc.constant(['\n\n']) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom('\n\n', '\r\n\r\n', '\n\n\n', '\n\r\n', '\r\r'), { minLength: 1, maxLength: 4 }) },
    ),
    mark: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    missing: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(400) }),
    countless: fc.boolean(),
  });

const isPiece = (event: string): boolean => /"text_delta"|output_text\.delta"|"delta":\{[^{}]*"content":"/.test(event);

const countOf = /,"usage":\{(?:[^{}]|\{[^{}]*\})*\}/g;

const written = ({ id, tale, inserted, morePieces, ends, mark, missing, countless }: Plan): Buffer => {
  const events = [...eventsOf(id, tale)].map((event) => (countless ? event.replaceAll(countOf, '') : event));
  // One more piece has its place beside another one, where its text is open.
  const places = events.flatMap((event, index) => (isPiece(event) && !event.includes('"stop"') ? [index] : []));
  const more =
    places.length === 0
      ? []
      : morePieces.map(({ at, which, text, spoilt }) => ({
          at: places[at % places.length] ?? 0,
          event: spoiltBy(ofKind(pieces[id](text), which), spoilt),
        }));
  for (const { at, event } of [...more].sort((a, b) => b.at - a.at)) events.splice(at + 1, 0, event);
  for (const { at, event } of inserted) events.splice(at % (events.length + 1), 0, event);
  const body = Buffer.from(
    (mark ? '\uFEFF' : '') + events.map((event, index) => withEnd(event, ends[index % ends.length] ?? '\n\n')).join(''),
  );
  return body.subarray(0, body.length - Math.min(missing, body.length));
};

const ofKind = (kinds: readonly string[], which: number): string => kinds[which % kinds.length] ?? '';

/** With one byte changed, where one is to be. */
const spoiltBy = (event: string, seed: number): string =>
  seed === 0 ? event : mutated(Buffer.from(event), numbersFrom(seed)).toString().replaceAll(/\n+$/g, '');

const withEnd = (event: string, end: string): string => event.replaceAll('\n', end.includes('\r\n') ? '\r\n' : '\n') + end;

const endsEarly = /\[DONE\]|finish_reason":"|message_delta|message_stop|response\.(?:incomplete|completed)/;

const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 100, max: 2_000 })), { minLength: 1, maxLength: 5 });

describe.each(ids)('a stream of %s', (id) => {
  const dialect = dialects[id];

  it('is the same to everybody, whether its pieces are read or not', async () => {
    await fc.assert(
      fc.asyncProperty(plan(id), sizes, fc.boolean(), async (given, by, hidesUsage) => {
        const [unread, read] = await compared(dialect, written(given), by, hidesUsage);
        // Of what came in one batch with an error or an early end, or for a block that is not open, an estimate may have more.
        const isOdd =
          read.error !== undefined ||
          given.inserted.some(({ event }) => endsEarly.test(event)) ||
          given.morePieces.some(({ spoilt }) => spoilt > 0);
        expect(isOdd ? { ...unread, text: read.text } : unread).toEqual(read);
      }),
      { numRuns: dialect.textPiece === undefined ? 20 : 300 },
    );
  });

  it('with a piece of eight megabytes of line ends is the same, too', async () => {
    const body = around(id, ofKind(pieces[id]('\n'.repeat(4 * 1_048_576)), 0));
    const [unread, read] = await compared(dialect, body, [65_536]);
    expect([unread.error, unread.bytes === read.bytes, unread.bytes.length]).toEqual([read.error, true, body.length]);
  });
});

describe.each(ids)('a slow stream of %s that nobody has counted', (id) => {
  it('has the same text, in whatever letters it is written', async () => {
    const words = ['plain ', 'é€😀 ', '"quoted" \\ ', '\n\t', '\ud83d', '\ude00', '\ude00', ''];
    const more = Array.from({ length: 150 }, (_, index) => ofKind(pieces[id](ofKind(words, index)), index));
    const body = Buffer.from(
      around(id, ...more)
        .toString()
        .replaceAll(countOf, ''),
    );
    // One event in each read.
    const by = body
      .toString()
      .split(/(?<=\n\n)/)
      .map((event) => Buffer.byteLength(event));
    const [unread, read] = await compared(dialects[id], body, by);
    expect(unread).toEqual(read);
    expect(read.text?.length).toBeGreaterThan(500);
  });
});

describe('what is left unread', () => {
  it.each(ids.filter((id) => dialects[id].textPiece !== undefined))('most of %s', (id) => {
    const dialect = dialects[id];
    const matches = (event: string): boolean => {
      const whole = Buffer.from(`${event}\n\n`).toString('latin1');
      return new RegExp(dialect.textPiece?.event.source ?? '', 'y').exec(whole)?.[0] === whole;
    };
    const events = [
      ...eventsOf(id, 'text').filter((event) => isPiece(event) && !/"stop"|"usage"/.test(event)),
      ...pieces[id]('x "error" é'),
    ];
    expect([events.length > 4, events.filter((event) => !matches(event))]).toEqual([true, []]);
    const unread = [...others[id], ...junk].filter(matches);
    expect(unread).toEqual(id === 'openai-chat' ? [chat({ content: '' })] : []);
  });
});

/** What was once different, or could be. */
const text: Readonly<Record<Id, readonly string[]>> = {
  'openai-chat': eventsOf('openai-chat', 'text'),
  'openai-responses': eventsOf('openai-responses', 'text'),
  'anthropic-messages': eventsOf('anthropic-messages', 'text'),
};

const around = (id: Id, ...events: readonly string[]): Buffer => {
  const all = text[id].map((event) => event.replaceAll(countOf, ''));
  const at = all.findIndex(isPiece) + 1;
  return Buffer.from([...all.slice(0, at), ...events, ...all.slice(at)].map((event) => `${event}\n\n`).join(''));
};

const only = (...events: readonly string[]): Buffer => Buffer.from(events.map((event) => `${event}\n\n`).join(''));

const spoiled: Readonly<Record<Id, (event: string) => string>> = {
  'openai-chat': (event) => event.replace('"choices":[', '"choices":{'),
  'openai-responses': (event) => event.replace('"delta":', '"delta"::'),
  'anthropic-messages': (event) => event.replace('"index":0', '"index":'),
};

describe('the same, read or unread:', () => {
  const failing = data({ error: { message: 'no', type: 'server_error' } });

  it.each<readonly [string, Id, Buffer]>([
    ...ids.map((id) => [`what looks like a piece and is no JSON, ${id}`, id, around(id, spoiled[id](ofKind(pieces[id]('x'), 1)))] as const),
    ...ids.map((id) => [`an estimate of what nobody counted, ${id}`, id, around(id, ...pieces[id]('pieces of a text'))] as const),
    [
      'a number with a zero before it',
      'anthropic-messages',
      around('anthropic-messages', ofKind(pieces['anthropic-messages']('x'), 0).replace('"index":0', '"index":00')),
    ],
    ['a number with a zero before it', 'openai-chat', around('openai-chat', chat({ content: 'x' }).replace('"created":1', '"created":01'))],
    ...ids.map(
      (id) => [`a control character in a text, ${id}`, id, around(id, ofKind(pieces[id]('a b'), 0).replace('a b', 'a\tb'))] as const,
    ),
    [
      'a seal with a text',
      'anthropic-messages',
      around('anthropic-messages', data({ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', text: 'x' } })),
    ],
    ['reasoning beside an empty text', 'openai-chat', around('openai-chat', chat({ content: '', reasoning_content: 'let me think' }))],
    ['a comment before a piece before an error', 'openai-chat', only(': hi', chat({ content: 'x' }), failing)],
    ['a piece before an error', 'openai-chat', only(chat({ content: 'x' }), failing)],
    ['a byte order mark within', 'openai-chat', around('openai-chat', '\uFEFFdata: {"error":{"message":"no"}}')],
    [
      'two choices in one event, of which the first ends',
      'openai-chat',
      only(
        chat({ content: 'w' }),
        data({
          id: 'c',
          choices: [
            { index: 0, delta: { content: 'x' }, finish_reason: 'length' },
            { index: 1, delta: { content: 'y' }, finish_reason: null },
          ],
        }),
        'data: [DONE]',
      ),
    ],
    [
      'a piece of another choice',
      'openai-chat',
      around('openai-chat', data({ id: 'c', choices: [{ index: 1, delta: { content: 'of the second' }, finish_reason: null }] })),
    ],
    [
      'an end that stands twice',
      'openai-chat',
      only(
        chat({ content: 'w' }),
        chat({ content: 'x' }).replace('"finish_reason":null', '"finish_reason":null,"finish_reason":"length"'),
        'data: [DONE]',
      ),
    ],
    ['a call of the old kind', 'openai-chat', around('openai-chat', chat({ content: '', function_call: { name: 'f', arguments: '{}' } }))],
    ['a piece behind the end', 'openai-chat', only(chat({ content: 'x' }, 'stop'), 'data: [DONE]', chat({ content: 'more' }))],
    [
      'two types',
      'openai-responses',
      around(
        'openai-responses',
        'data: {"type":"response.output_text.delta","type":"response.incomplete","response" :{"id":"r"},"delta":"x"}',
      ),
    ],
    [
      'another kind of piece that names the first',
      'anthropic-messages',
      around(
        'anthropic-messages',
        data({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm', of: 'text_delta' } }),
      ),
    ],
  ])('%s', async (_, id, body) => {
    for (const by of [whole, [50], [400]]) {
      const [unread, read] = await compared(dialects[id], body, by);
      expect(unread).toEqual(read);
    }
  });
});
