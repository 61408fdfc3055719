import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import anthropicMessages from '../dialects/anthropic-messages/index.ts';
import type { Dialect, WireEvent } from '../dialects/dialect.ts';
import geminiGenerate from '../dialects/gemini-generate/index.ts';
import openaiChat from '../dialects/openai-chat/index.ts';
import openaiResponses from '../dialects/openai-responses/index.ts';
import { newAggregator } from '../ir/aggregate.ts';
import type { AssistantPart, ChatEvent, ChatResponse, TokenLogprob, UrlCitation } from '../ir/chat.ts';
import { readEvents } from './read-events.ts';

/** An answer of every upstream dialect, with all that it can say, is the same whole and streamed, however the stream is cut. */

interface Traits {
  readonly dialect: Dialect;
  /** Whether calls of custom tools, refusals that are no ordinary text, and tokens have a place. */
  readonly custom: boolean;
  readonly refuses: boolean;
  readonly tokens: 'with-bytes' | 'plain' | 'none';
  readonly cites: 'pieces' | 'wholes';
  /** Whether citations come at the end of a stream, where only a text that is still open can take them. */
  readonly citesLast?: true;
  readonly raw: { readonly end: string; readonly calls: string };
}

const dialects: readonly Traits[] = [
  {
    dialect: openaiChat,
    custom: true,
    refuses: true,
    tokens: 'with-bytes',
    cites: 'pieces',
    raw: { end: 'stop', calls: 'tool_calls' },
  },
  {
    dialect: openaiResponses,
    custom: true,
    refuses: true,
    tokens: 'with-bytes',
    cites: 'pieces',
    raw: { end: 'completed', calls: 'completed' },
  },
  {
    dialect: anthropicMessages,
    custom: false,
    refuses: false,
    tokens: 'none',
    cites: 'wholes',
    raw: { end: 'end_turn', calls: 'tool_use' },
  },
  {
    dialect: geminiGenerate,
    custom: false,
    refuses: false,
    tokens: 'plain',
    cites: 'pieces',
    citesLast: true,
    raw: { end: 'STOP', calls: 'STOP' },
  },
];

const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const logprob = fc.double({ min: -20, max: -0.001, noNaN: true });

const token = (withBytes: boolean) =>
  fc.record({ token: someText, logprob }).map((one) => (withBytes ? { ...one, bytes: [...Buffer.from(one.token)] } : one));

const tokens = ({ tokens: kind }: Traits): fc.Arbitrary<readonly TokenLogprob[]> => {
  if (kind === 'none') return fc.constant([]);
  const one = token(kind === 'with-bytes');
  return fc.array(
    fc.tuple(one, fc.array(one, { maxLength: 2 })).map(([chosen, top]) => ({ ...chosen, top })),
    { maxLength: 3 },
  );
};

/** Of a text with so many characters. */
const citation = ({ cites }: Traits, length: number): fc.Arbitrary<UrlCitation> => {
  const page = { url: fc.webUrl(), title: someText };
  if (cites === 'wholes') return fc.record({ ...page, quote: someText }, { requiredKeys: ['url'] });
  const range = fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
  return fc.record({ ...page, range }, { requiredKeys: ['url', 'range'] });
};

const said = (traits: Traits): fc.Arbitrary<AssistantPart> =>
  someText.chain((text) =>
    fc.tuple(fc.array(citation(traits, Array.from(text).length), { maxLength: 3 }), tokens(traits)).map(([citations, logprobs]) => ({
      kind: 'text' as const,
      text,
      ...(citations.length > 0 && { citations }),
      ...(logprobs.length > 0 && { logprobs }),
    })),
  );

const json = fc.dictionary(someText, someText, { maxKeys: 3 }).map((value) => JSON.stringify(value));

const call = ({ custom }: Traits): fc.Arbitrary<AssistantPart> => {
  const of = { kind: fc.constant('tool-call' as const), id: fc.constant(''), name: fc.constantFrom('lookup', 'poet') };
  const ofFunction = fc.record({ ...of, arguments: json });
  return custom
    ? fc.oneof(ofFunction, fc.record({ ...of, arguments: fc.oneof(someText, fc.constant('')), custom: fc.constant(true as const) }))
    : ofFunction;
};

const refusal = fc.record({ kind: fc.constant('text' as const), text: someText, refusal: fc.constant(true as const) });

const answer = (traits: Traits): fc.Arbitrary<ChatResponse> =>
  fc
    .record({
      texts: fc.array(said(traits), { maxLength: 1 }),
      refusals: fc.array(refusal, { maxLength: traits.refuses ? 1 : 0 }),
      calls: fc.array(call(traits), { maxLength: 3 }),
      usage: fc.record({ input: fc.integer({ min: 9, max: 99 }), output: fc.nat(99), cachedInput: fc.nat(9), reasoning: fc.constant(0) }),
    })
    .map(({ texts, refusals, calls: some, usage }) => {
      // Who refuses calls nothing; and what cites behind its last text calls nothing either.
      const calls = refusals.length > 0 || (traits.citesLast && texts.some((part) => 'citations' in part)) ? [] : some;
      const parts = [...texts, ...refusals, ...calls.map((part, index) => ({ ...part, id: `call_${index}` }))];
      const reason = refusals.length > 0 ? 'refusal' : calls.length > 0 ? 'tool-calls' : 'end';
      const raw = calls.length > 0 ? traits.raw.calls : traits.raw.end;
      // fast-check also makes objects without a prototype, which no decoder does.
      return structuredClone({ id: 'answer-1', model: 'shown', parts, stop: { reason, raw }, usage });
    });

/** Lists of sizes are gone through again and again. */
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

const cut = <T>(all: readonly T[], by: readonly number[]): (readonly T[])[] => {
  const pieces: (readonly T[])[] = [];
  for (let at = 0; at < all.length; at += pieces.at(-1)?.length ?? 1) {
    pieces.push(all.slice(at, at + (by[pieces.length % by.length] ?? 1)));
  }
  return pieces;
};

/** The steps of one part: what it says in pieces as small as half a character, its tokens with the first of them. */
const stepsOf = (part: AssistantPart, index: number, by: readonly number[]): readonly ChatEvent[] => {
  const text = part.kind === 'tool-call' ? part.arguments : part.text;
  const { logprobs = [], citations = [], refusal: refuses } = part.kind === 'text' ? part : {};
  const pieces = cut(text.split(''), by).map((piece) => piece.join(''));
  const start: ChatEvent =
    part.kind === 'tool-call'
      ? { kind: 'part-start', index, part: part.kind, id: part.id, name: part.name, ...(part.custom && { custom: true }) }
      : { kind: 'part-start', index, part: 'text', ...(refuses && { refusal: true }) };
  return [
    start,
    ...pieces.map((piece, at): ChatEvent => ({
      kind: 'delta',
      index,
      text: piece,
      ...(at === 0 && logprobs.length > 0 && { logprobs }),
    })),
    ...citations.map((one): ChatEvent => ({ kind: 'citation', index, citation: one })),
    { kind: 'part-end', index },
  ];
};

/** Calls are open at the same time, and their pieces alternate. */
const alternating = (queues: readonly (readonly ChatEvent[])[]): readonly ChatEvent[] => {
  const longest = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: longest }, (_, at) => queues.flatMap((queue) => queue.slice(at, at + 1))).flat();
};

const eventsOf = ({ id, parts, stop, usage }: ChatResponse, by: readonly number[]): readonly ChatEvent[] => {
  const steps = parts.map((part, index) => stepsOf(part, index, by));
  const isCall = (_: unknown, index: number) => parts[index]?.kind === 'tool-call';
  return [
    { kind: 'start', id, model: 'upstream' },
    ...steps.filter((_, index) => !isCall(_, index)).flat(),
    ...alternating(steps.filter(isCall)),
    { kind: 'stop', ...stop, ...(usage && { usage }) },
  ];
};

const about = { model: 'shown', createdAt: 17, wantsUsage: true };

const wireOf = (dialect: Dialect, answered: ChatResponse, by: readonly number[]): readonly WireEvent[] => {
  const encoder = dialect.newStreamEncoder(about);
  return [...eventsOf(answered, by).flatMap((event) => encoder.push(event)), ...encoder.finish()];
};

const bytesOf = (events: readonly WireEvent[]): Buffer =>
  Buffer.from(events.map(({ event, data }) => `${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`).join(''));

const chunks = async function* (bytes: Buffer, by: readonly number[]): AsyncGenerator<Buffer> {
  for (const piece of cut([...bytes], by)) yield Buffer.from(piece);
};

const readBack = async (dialect: Dialect, events: readonly WireEvent[], by: readonly number[]): Promise<unknown> => {
  const decoder = dialect.newStreamDecoder();
  const aggregator = newAggregator();
  for await (const batch of readEvents(chunks(bytesOf(events), by))) {
    for (const event of batch.events.flatMap((one) => decoder.push(one))) aggregator.push(event);
  }
  for (const event of decoder.finish()) aggregator.push(event);
  return aggregator.result();
};

describe.each(dialects.map((traits) => [traits.dialect.id, traits] as const))('an answer of %s', (_, traits) => {
  const { dialect } = traits;

  it('is read whole as it was written', () => {
    fc.assert(
      fc.property(answer(traits), (answered) => {
        const { value, losses } = dialect.encodeResponse(answered, about);
        expect(losses.filter(({ path }) => path !== 'stop.reason')).toEqual([]);
        const read = dialect.decodeResponse(JSON.parse(JSON.stringify(value)));
        expect(read).toStrictEqual({ value: answered, losses: [] });
      }),
    );
  });

  it('is read from a stream as it was written, wherever its texts, its arguments and its bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(answer(traits), sizes, sizes, async (answered, pieces, by) => {
        expect(await readBack(dialect, wireOf(dialect, answered, pieces), by)).toStrictEqual(answered);
      }),
    );
  });

  it('is read from a stream whose every character and every byte comes alone', async () => {
    await fc.assert(
      fc.asyncProperty(answer(traits), async (answered) => {
        expect(await readBack(dialect, wireOf(dialect, answered, [1]), [1])).toStrictEqual(answered);
      }),
      { numRuns: 10 },
    );
  });
});

/** What vendors leave out of a Responses stream, because other events say it again. */
const sparse: readonly (readonly [string, RegExp])[] = [
  ['only what is done', /\.delta$|\.annotation\.added$/],
  ['no parts', /\.content_part\.|output_text\.done$|arguments\.done$|input\.done$|refusal\.done$/],
  [
    'items that are done and nothing else of them',
    /\.delta$|\.added$|content_part|text\.done$|arguments\.done$|input\.done$|refusal\.done$/,
  ],
  ['nothing but the end', /^(?!response\.completed$|response\.incomplete$)/],
];

describe.each(sparse)('a stream of openai-responses with %s', (_, missing) => {
  const traits = dialects[1] ?? dialects[0];
  if (traits === undefined) throw new Error('no dialect');

  it('is the same answer', async () => {
    await fc.assert(
      fc.asyncProperty(answer(traits), sizes, async (answered, pieces) => {
        const events = wireOf(openaiResponses, answered, pieces).filter(({ event = '' }) => !missing.test(event));
        expect(await readBack(openaiResponses, events, [999])).toStrictEqual(answered);
      }),
      { numRuns: 40 },
    );
  });
});
