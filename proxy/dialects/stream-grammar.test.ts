import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkStream } from '#fixtures/grammars/check-stream';
import { streamGrammar } from '#fixtures/grammars/find-grammar';
import type { ChatEvent, ErrorInfo, StopReason, TokenLogprob, UrlCitation, Usage } from '../ir/chat.ts';
import anthropicMessages from './anthropic-messages/index.ts';
import geminiGenerate from './gemini-generate/index.ts';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

// Whatever order the neutral events come in, what an encoder writes is in the vendor's language.

const dialects = [
  { surface: 'openai-chat', dialect: openaiChat },
  { surface: 'openai-responses', dialect: openaiResponses },
  { surface: 'anthropic-messages', dialect: anthropicMessages },
  { surface: 'gemini-generate', dialect: geminiGenerate },
] as const;

type PartKind = 'text' | 'refusal' | 'reasoning' | 'tool-call' | 'custom-call';
interface Part {
  readonly kind: PartKind;
  readonly pieces: readonly string[];
  readonly signed: boolean;
  readonly citations: readonly UrlCitation[];
  readonly logprobs: readonly TokenLogprob[];
  readonly ends: boolean;
}

const cutInTwo = (text: string, at: number): readonly string[] => [text.slice(0, at), text.slice(at)];
const args = fc
  .tuple(fc.dictionary(fc.string(), fc.string()), fc.nat(20))
  .map(([value, at]) => cutInTwo(JSON.stringify(value), at))
  .chain((pieces) => fc.constantFrom(pieces, []));
const range = fc.record({ start: fc.nat(9), end: fc.nat(9) });
const citation: fc.Arbitrary<UrlCitation> = fc.record(
  { url: fc.webUrl(), title: fc.string(), range, quote: fc.string() },
  { requiredKeys: ['url'] },
);
const token = { token: fc.string(), logprob: fc.double({ min: -9, max: 0, noNaN: true }) };
const logprob: fc.Arbitrary<TokenLogprob> = fc.record({ ...token, top: fc.array(fc.record(token), { maxLength: 2 }) });
const part: fc.Arbitrary<Part> = fc.oneof(
  ...(['text', 'refusal', 'reasoning', 'tool-call', 'custom-call'] as const).map((kind) =>
    fc.record({
      kind: fc.constant(kind),
      pieces: kind === 'tool-call' ? args : fc.array(fc.string({ maxLength: 8 }), { maxLength: 3 }),
      signed: kind === 'reasoning' ? fc.boolean() : fc.constant(false),
      citations: fc.array(citation, { maxLength: kind === 'text' ? 2 : 0 }),
      logprobs: fc.array(logprob, { maxLength: kind === 'text' || kind === 'refusal' ? 2 : 0 }),
      ends: fc.boolean(),
    }),
  ),
);

const startOf = (kind: PartKind, index: number): ChatEvent => {
  const call = { kind: 'part-start', index, part: 'tool-call', id: `call_${index}` } as const;
  if (kind === 'tool-call') return { ...call, name: 'lookup' };
  if (kind === 'custom-call') return { ...call, name: 'poet', custom: true };
  if (kind === 'refusal') return { kind: 'part-start', index, part: 'text', refusal: true };
  return { kind: 'part-start', index, part: kind };
};

const eventsOf = ({ kind, pieces, signed, citations, logprobs, ends }: Part, index: number): readonly ChatEvent[] => [
  startOf(kind, index),
  ...pieces.map((text, at): ChatEvent => ({ kind: 'delta', index, text, ...(at === 0 && { logprobs }) })),
  ...citations.map((one): ChatEvent => ({ kind: 'citation', index, citation: one })),
  ...(signed ? [{ kind: 'signature', index, issuer: 'anthropic-messages', value: 'c2lnbmVk' } as const] : []),
  // An upstream may forget to end a part before it stops.
  ...(ends ? [{ kind: 'part-end', index } as const] : []),
];

/** Parts start in their order; apart from that any of the open ones goes on next. */
const interleaved = (parts: readonly (readonly ChatEvent[])[], picks: readonly number[]): readonly ChatEvent[] => {
  const waiting = parts.map((events) => [...events]);
  const out: ChatEvent[] = [];
  for (let turn = 0; waiting.some((events) => events.length > 0); turn += 1) {
    const started = waiting.filter((events, index) => events.length > 0 && events.length < (parts[index]?.length ?? 0));
    const fresh = waiting.filter((events, index) => events.length > 0 && events.length === parts[index]?.length).slice(0, 1);
    const choices = [...started, ...fresh];
    const next = choices[(picks[turn % picks.length] ?? 0) % choices.length]?.shift();
    if (next !== undefined) out.push(next);
  }
  return out;
};

const usage: fc.Arbitrary<Usage> = fc.record(
  { input: fc.nat(1_000), output: fc.nat(1_000), cacheWrites: fc.nat(9), audioInput: fc.nat(9), audioOutput: fc.nat(9) },
  { requiredKeys: ['input', 'output'] },
);
const error: fc.Arbitrary<ErrorInfo> = fc.record({ status: fc.constantFrom(400, 429, 500, 503), message: fc.string({ minLength: 1 }) });
const stop = fc.record(
  { reason: fc.constantFrom<StopReason>('end', 'length', 'tool-calls', 'stop-sequence', 'refusal', 'other'), usage },
  { requiredKeys: ['reason', 'usage'] },
);
const ending: fc.Arbitrary<ChatEvent> = fc.oneof(
  stop.map((fields) => ({ kind: 'stop', ...fields }) as const),
  error.map((one) => ({ kind: 'error', error: one }) as const),
);

const streams = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.array(fc.nat(6), { minLength: 1, maxLength: 12 }), ending, fc.boolean())
  .map(([parts, picks, last, wantsUsage]) => {
    const start: ChatEvent = { kind: 'start', id: 'resp_1', model: 'upstream' };
    return { wantsUsage, events: [start, ...interleaved(parts.map(eventsOf), picks), last] };
  });

describe.each(dialects)('the stream encoder of $surface', ({ surface, dialect }) => {
  it('writes only what the grammar of its dialect allows', async () => {
    const grammar = await streamGrammar(surface);
    fc.assert(
      fc.property(streams, ({ events, wantsUsage }) => {
        const encoder = dialect.newStreamEncoder({ model: 'shown', createdAt: 17, wantsUsage, customTools: new Set(['poet']) });
        const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()];
        expect(checkStream(grammar, wire, { usage: wantsUsage })).toEqual([]);
      }),
    );
  });
});
