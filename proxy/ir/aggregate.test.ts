import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newAggregator } from './aggregate.ts';
import { asEvents } from './as-events.ts';
import type { AssistantPart, ChatEvent, ChatResponse, DialectId, StopReason, TokenLogprob, UrlCitation } from './chat.ts';

const fold = (events: readonly ChatEvent[]) => {
  const aggregator = newAggregator();
  for (const event of events) aggregator.push(event);
  return aggregator.result();
};

const text = fc.string({ unit: 'grapheme' });
const issuer = fc.constantFrom<DialectId>('openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate');
const range = fc.record({ start: fc.nat(), end: fc.nat() });
const citation: fc.Arbitrary<UrlCitation> = fc.record({ url: text, title: text, range, quote: text }, { requiredKeys: ['url'] });
const token = fc.record(
  { token: text, logprob: fc.double({ noNaN: true }), bytes: fc.array(fc.nat(255)) },
  { requiredKeys: ['token', 'logprob'] },
);
const logprob = fc.tuple(token, fc.array(token, { maxLength: 2 })).map(([chosen, top]): TokenLogprob => ({ ...chosen, top }));
const part: fc.Arbitrary<AssistantPart> = fc.oneof(
  fc.record(
    {
      kind: fc.constant('text' as const),
      text,
      refusal: fc.constant(true as const),
      citations: fc.array(citation, { minLength: 1, maxLength: 3 }),
      logprobs: fc.array(logprob, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: ['kind', 'text'] },
  ),
  fc.record(
    { kind: fc.constant('tool-call' as const), id: text, name: text, arguments: text, custom: fc.constant(true as const) },
    { requiredKeys: ['kind', 'id', 'name', 'arguments'] },
  ),
  fc.record(
    { kind: fc.constant('reasoning' as const), text, signature: fc.record({ issuer, value: text }) },
    { requiredKeys: ['kind', 'text'] },
  ),
);
const stop = fc.record(
  { reason: fc.constantFrom<StopReason>('end', 'length', 'tool-calls', 'stop-sequence', 'refusal', 'other'), raw: text },
  { requiredKeys: ['reason'] },
);
const usage = fc.record(
  { input: fc.nat(), output: fc.nat(), cachedInput: fc.nat(), cacheWrites: fc.nat(), reasoning: fc.nat(), audioInput: fc.nat() },
  { requiredKeys: ['input', 'output'] },
);
const response: fc.Arbitrary<ChatResponse> = fc
  .record({ id: text, model: text, parts: fc.array(part), stop, usage }, { requiredKeys: ['id', 'model', 'parts', 'stop'] })
  .map((value) => structuredClone(value)); // fast-check also makes objects without a prototype, which no decoder does.

describe('aggregating a stream', () => {
  it('gives back the answer that was taken apart', () => {
    fc.assert(
      fc.property(response, (whole) => {
        expect(fold(asEvents(whole))).toStrictEqual(whole);
      }),
    );
  });

  it('joins deltas of parts that are open at the same time', () => {
    const events: ChatEvent[] = [
      { kind: 'start', id: 'r1', model: 'm' },
      { kind: 'part-start', index: 0, part: 'tool-call', id: 'a', name: 'f' },
      { kind: 'part-start', index: 1, part: 'tool-call', id: 'b', name: 'g' },
      { kind: 'delta', index: 1, text: '[' },
      { kind: 'delta', index: 0, text: '{' },
      { kind: 'delta', index: 1, text: ']' },
      { kind: 'delta', index: 0, text: '}' },
      { kind: 'part-end', index: 1 },
      { kind: 'part-end', index: 0 },
      { kind: 'stop', reason: 'tool-calls', raw: 'tool_calls' },
    ];
    expect(fold(events)).toStrictEqual({
      id: 'r1',
      model: 'm',
      parts: [
        { kind: 'tool-call', id: 'a', name: 'f', arguments: '{}' },
        { kind: 'tool-call', id: 'b', name: 'g', arguments: '[]' },
      ],
      stop: { reason: 'tool-calls', raw: 'tool_calls' },
    });
  });

  it('makes no answer of a stream without a stop', () => {
    expect(fold([{ kind: 'start', id: 'r1', model: 'm' }])).toBeUndefined();
  });

  it('gives the error that ended the stream, and keeps to it', () => {
    const error = { status: 429, message: 'slow down' };
    expect(
      fold([
        { kind: 'error', error },
        { kind: 'stop', reason: 'end' },
      ]),
    ).toStrictEqual(error);
  });

  it('keeps the answer when something follows its stop', () => {
    const events: ChatEvent[] = [
      { kind: 'stop', reason: 'end' },
      { kind: 'error', error: { status: 502, message: 'late' } },
    ];
    expect(fold(events)).toStrictEqual({ id: '', model: '', parts: [], stop: { reason: 'end' } });
  });

  it('refuses a delta of a part that never started', () => {
    expect(fold([{ kind: 'delta', index: 3, text: 'x' }])).toStrictEqual({
      status: 502,
      code: 'upstream_bad_answer',
      message: "the upstream's stream has a delta for part 3, which never started",
    });
  });
});
