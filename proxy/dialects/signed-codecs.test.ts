import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProxyError } from '../errors.ts';
import { newAggregator } from '../ir/aggregate.ts';
import type {
  AssistantPart,
  ChatEvent,
  ChatRequest,
  ChatResponse,
  DialectId,
  JsonObject,
  ReasoningPart,
  StopReason,
  ToolCallPart,
  ToolOutput,
  Turn,
  UserPart,
} from '../ir/chat.ts';
import anthropicMessages from './anthropic-messages/index.ts';
import type { Dialect } from './dialect.ts';
import geminiGenerate from './gemini-generate/index.ts';

/** The two dialects that sign what a model thought: what is written must be read back, but for the declared losses. */

interface Traits {
  readonly dialect: Dialect;
  readonly model: string;
  readonly levels: readonly string[];
  /** The one form that stands for several, declared in the writer's docstrings; not a loss. */
  readonly canonical: (request: ChatRequest) => ChatRequest;
  /** What the dialect cannot take, and declares. */
  readonly userParts: (parts: readonly UserPart[]) => readonly UserPart[];
  readonly assistantPart: (part: AssistantPart) => boolean;
  readonly output: (output: ToolOutput) => ToolOutput;
  readonly rawStop: Readonly<Record<'end' | 'tool-calls' | 'length' | 'refusal', string>>;
  readonly streamed: (parts: readonly AssistantPart[]) => readonly AssistantPart[];
}

const saysSomething = (part: UserPart | AssistantPart): boolean => part.kind !== 'text' || part.text !== '';
const results = (parts: readonly UserPart[], wanted: boolean) => parts.filter((part) => (part.kind === 'tool-result') === wanted);

const anthropic: Traits = {
  dialect: anthropicMessages,
  model: 'claude-sonnet-4-6',
  levels: ['none', 'low', 'medium', 'high', 'max'],
  canonical: (request) => ({
    ...request,
    maxOutputTokens: request.maxOutputTokens ?? 4096 + (request.reasoningBudget ?? 0),
    tools: request.tools.map((tool) => ({ ...tool, parameters: { type: 'object', ...tool.parameters } })),
  }),
  userParts: (parts) => [...results(parts, true), ...results(parts.filter(saysSomething), false)],
  assistantPart: (part) => saysSomething(part) && (part.kind !== 'reasoning' || part.signature?.issuer === 'anthropic-messages'),
  output: (output) => output,
  rawStop: { end: 'end_turn', 'tool-calls': 'tool_use', length: 'max_tokens', refusal: 'refusal' },
  streamed: (parts) => parts,
};

const isInline = (part: UserPart): boolean => part.kind === 'image' && part.source.kind === 'inline';

/** One text alone is a string, no parts are the empty string, and an empty text beside images is nothing. */
const plainOutput = (output: ToolOutput): ToolOutput => {
  if (output.form !== 'parts') return output;
  const [first, ...more] = output.parts.filter((part) => !isInline(part));
  const images = output.parts.filter(isInline);
  const alone = first?.kind === 'text' && more.length === 0;
  if (images.length === 0 && (!first || alone)) return { form: 'text', text: alone ? first.text : '' };
  return { form: 'parts', parts: alone && first.text === '' ? images : output.parts };
};

const imagesLast = (output: ToolOutput): ToolOutput =>
  output.form === 'parts'
    ? { form: 'parts', parts: [...output.parts.filter((part) => !isInline(part)), ...output.parts.filter(isInline)] }
    : output;

/** A stream has no borders between pieces of one kind, except where a signature closes them. */
const joined = (parts: readonly AssistantPart[]): readonly AssistantPart[] =>
  parts.reduce<AssistantPart[]>((all, part) => {
    const last = all.at(-1);
    const empty = part.kind !== 'tool-call' && part.text === '' && !(part.kind === 'reasoning' && part.signature);
    if (empty) return all;
    if (last?.kind === 'text' && part.kind === 'text') all.splice(-1, 1, { ...last, text: last.text + part.text });
    else if (last?.kind === 'reasoning' && part.kind === 'reasoning' && !last.signature)
      all.splice(-1, 1, { ...part, text: last.text + part.text });
    else all.push(part);
    return all;
  }, []);

const gemini: Traits = {
  dialect: geminiGenerate,
  model: 'gemini-3-flash-preview',
  levels: ['minimal', 'low', 'medium', 'high'],
  canonical: (request) => ({
    ...request,
    turns: request.turns.map((turn) => (turn.role === 'user' ? { ...turn, parts: turn.parts.map(withPlainOutput) } : turn)),
  }),
  userParts: (parts) => parts,
  assistantPart: (part) => part.kind !== 'reasoning' || !part.signature || part.signature.issuer === 'gemini-generate',
  output: imagesLast,
  rawStop: { end: 'STOP', 'tool-calls': 'STOP', length: 'MAX_TOKENS', refusal: 'SAFETY' },
  streamed: joined,
};

const withPlainOutput = (part: UserPart): UserPart => (part.kind === 'tool-result' ? { ...part, output: plainOutput(part.output) } : part);

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const name = fc.string({ minLength: 1, maxLength: 12 });
const json = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const fields = fc.dictionary(fc.stringMatching(/^x[a-z]{1,5}$/u), json, { minKeys: 1, maxKeys: 3 });
const dialectId = fc.constantFrom<DialectId>('openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate');
const text = fc.record({ kind: fc.constant('text' as const), text: anyText });
const said = fc.record({ kind: fc.constant('text' as const), text: someText });
const image = fc.record({
  kind: fc.constant('image' as const),
  source: fc.oneof(
    fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() }),
    fc.record(
      { kind: fc.constant('inline' as const), mediaType: fc.constant('image/png'), data: fc.base64String() },
      { requiredKeys: ['kind', 'data'] },
    ),
  ),
});
const call = fc.record({
  kind: fc.constant('tool-call' as const),
  id: fc.constant(''),
  name,
  arguments: fields.map((value) => JSON.stringify(value)),
});
const signature = fc.record({ issuer: dialectId, value: someText.map((value) => `${value}.`) });
const reasoning: fc.Arbitrary<ReasoningPart> = fc.record(
  { kind: fc.constant('reasoning' as const), text: fc.oneof(fc.constant(''), someText), signature },
  { requiredKeys: ['kind', 'text'] },
);
const output: fc.Arbitrary<ToolOutput> = fc.oneof(
  fc.constant({ form: 'null' as const }),
  fc.record({ form: fc.constant('text' as const), text: anyText }),
  fc.record({ form: fc.constant('parts' as const), parts: fc.array(fc.oneof(text, image), { maxLength: 4 }) }),
);
const result = fc.record({ kind: fc.constant('tool-result' as const), callId: fc.constant(''), output, isError: fc.boolean() });

/** Gives calls ids of their own, and results the id and name of an earlier call; results without one are left out. */
const linked = (turns: readonly Turn[]): readonly Turn[] => {
  const calls: ToolCallPart[] = [];
  let answered = 0;
  const link = (part: UserPart): readonly UserPart[] => {
    if (part.kind !== 'tool-result') return [part];
    const of = calls[answered++];
    return of ? [{ ...part, callId: of.id, name: of.name }] : [];
  };
  const number = (part: AssistantPart): AssistantPart => {
    if (part.kind !== 'tool-call') return part;
    const numbered = { ...part, id: `call_${calls.length}` };
    calls.push(numbered);
    return numbered;
  };
  return turns.map((turn) =>
    turn.role === 'user' ? { role: turn.role, parts: turn.parts.flatMap(link) } : { role: turn.role, parts: turn.parts.map(number) },
  );
};

const turns: fc.Arbitrary<readonly Turn[]> = fc
  .array(fc.tuple(fc.array(fc.oneof(text, image, result), { maxLength: 4 }), fc.array(fc.oneof(said, call, reasoning), { maxLength: 4 })), {
    maxLength: 3,
  })
  .map((pairs) =>
    linked(
      pairs.flatMap(([user, assistant]): Turn[] => [
        { role: 'user', parts: user },
        { role: 'assistant', parts: assistant },
      ]),
    ),
  );

const request = ({ model, levels }: Traits): fc.Arbitrary<ChatRequest> =>
  fc
    .record(
      {
        model: fc.constant(model),
        stream: fc.boolean(),
        system: fc.array(anyText, { maxLength: 2 }),
        turns,
        tools: fc.array(fc.record({ name, description: anyText, parameters: fields }, { requiredKeys: ['name', 'parameters'] }), {
          maxLength: 2,
        }),
        toolChoice: fc.oneof(
          fc.constantFrom({ kind: 'auto' as const }, { kind: 'none' as const }, { kind: 'required' as const }),
          fc.record({ kind: fc.constant('tool' as const), name }),
        ),
        maxOutputTokens: fc.integer({ min: 3000, max: 9000 }),
        temperature: fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs),
        topP: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
        stop: fc.array(anyText, { maxLength: 3 }),
        reasoning: fc.oneof(
          fc.record({ reasoningEffort: fc.constantFrom(...levels) }),
          fc.record({ reasoningBudget: fc.integer({ min: 1024, max: 2048 }) }),
        ),
        extensions: fc.dictionary(dialectId, fields),
      },
      { requiredKeys: ['model', 'stream', 'system', 'turns', 'tools', 'extensions'] },
    )
    // fast-check also makes objects without a prototype, which no decoder does.
    .map(({ reasoning, ...rest }) => structuredClone({ ...rest, ...reasoning, wantsUsage: true }));

/** What is left of a request after everything that the dialect cannot take. */
const minusLost = (request: ChatRequest, traits: Traits): ChatRequest => {
  const own = request.extensions[traits.dialect.id];
  const left = request.turns.map((turn): Turn => {
    if (turn.role === 'assistant') return { ...turn, parts: turn.parts.filter(traits.assistantPart) };
    const parts = traits.userParts(turn.parts);
    return { ...turn, parts: parts.map((part) => (part.kind === 'tool-result' ? { ...part, output: traits.output(part.output) } : part)) };
  });
  return { ...request, turns: left.filter(({ parts }) => parts.length > 0), extensions: own ? { [traits.dialect.id]: own } : {} };
};

const response = ({ rawStop }: Traits): fc.Arbitrary<ChatResponse> =>
  fc
    .record({
      id: fc.stringMatching(/^[a-z]{1,8}$/u),
      parts: fc.array(fc.oneof(said, call, reasoning), { maxLength: 5 }),
      reason: fc.constantFrom<'end' | 'length' | 'refusal'>('end', 'length', 'refusal'),
      usage: fc.record({ cachedInput: fc.nat(99), reasoning: fc.nat(99) }, { requiredKeys: [] }),
      fresh: fc.nat(99),
      spoken: fc.nat(99),
    })
    .map(({ id, parts, reason, usage, fresh, spoken }) => {
      const numbered = parts.map((part, index) => (part.kind === 'tool-call' ? { ...part, id: `call_${index}` } : part));
      const fitting: keyof typeof rawStop = reason === 'end' && parts.some(({ kind }) => kind === 'tool-call') ? 'tool-calls' : reason;
      const counts = { ...usage, input: fresh + (usage.cachedInput ?? 0), output: spoken + (usage.reasoning ?? 0) };
      const stop: { reason: StopReason; raw: string } = { reason: fitting, raw: rawStop[fitting] };
      return structuredClone({ id, model: 'shown', parts: numbered, stop, usage: counts });
    });

const about = { model: 'shown', createdAt: 1_700_000_000, wantsUsage: true };

/** The steps of one part, its text cut in pieces. */
const stepsOf = (part: AssistantPart, index: number, piece: number): ChatEvent[] => {
  const whole = Array.from(part.kind === 'tool-call' ? part.arguments : part.text);
  const pieces = Array.from({ length: Math.ceil(whole.length / piece) }, (_, at) => whole.slice(at * piece, (at + 1) * piece).join(''));
  const start: ChatEvent =
    part.kind === 'tool-call'
      ? { kind: 'part-start', index, part: part.kind, id: part.id, name: part.name }
      : { kind: 'part-start', index, part: part.kind };
  const seal: ChatEvent[] = part.kind === 'reasoning' && part.signature ? [{ kind: 'signature', index, ...part.signature }] : [];
  return [start, ...pieces.map((text): ChatEvent => ({ kind: 'delta', index, text })), ...seal, { kind: 'part-end', index }];
};

/** Mixes the steps of all parts: each part's in order, and a part starts only after the one before it has. */
const mixed = (parts: readonly AssistantPart[], piece: number, picks: readonly number[]): ChatEvent[] => {
  const queues = parts.map((part, index) => stepsOf(part, index, piece));
  const steps: ChatEvent[] = [];
  let started = 0;
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
    const ready = queues.filter((queue, index) => queue.length > 0 && index <= started);
    const queue = ready[(picks[turn % Math.max(picks.length, 1)] ?? 0) % ready.length];
    const step = queue?.shift();
    if (step?.kind === 'part-start') started = step.index + 1;
    if (step) steps.push(step);
  }
  return steps;
};

const throughTheWire = (dialect: Dialect, events: readonly ChatEvent[]): unknown => {
  const encoder = dialect.newStreamEncoder(about);
  const decoder = dialect.newStreamDecoder();
  const aggregator = newAggregator();
  const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()];
  for (const event of [...wire.flatMap((each) => decoder.push(each)), ...decoder.finish()]) aggregator.push(event);
  return aggregator.result();
};

const streamOf = (whole: ChatResponse, piece: number, picks: readonly number[]): ChatEvent[] => [
  { kind: 'start', id: whole.id, model: 'upstream-name' },
  ...mixed(whole.parts, piece, picks),
  { kind: 'stop', ...whole.stop, ...(whole.usage && { usage: whole.usage }) },
];

const mergedNeighbours = (request: ChatRequest): ChatRequest => ({
  ...request,
  turns: request.turns.reduce<Turn[]>((all, turn) => {
    const last = all.at(-1);
    if (last?.role !== turn.role) return [...all, turn];
    return [...all.slice(0, -1), { role: turn.role, parts: [...last.parts, ...turn.parts] } as Turn];
  }, []),
});

const complaintOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return 'none';
  } catch (error) {
    return error instanceof ProxyError ? `${error.code}: ${error.message}` : String(error);
  }
};

describe.each([anthropic, gemini])('$dialect.id', (traits) => {
  const { dialect } = traits;

  it('reads a request as it was written, but for what it declared lost', () => {
    fc.assert(
      fc.property(request(traits), (request) => {
        const { value, losses } = dialect.encodeRequest(request);
        const kept = minusLost(request, traits);
        const read = dialect.decodeRequest(JSON.parse(value), { model: request.model, stream: request.stream });
        expect({ ...read, value: mergedNeighbours(read.value) }).toStrictEqual({
          value: mergedNeighbours(traits.canonical(kept)),
          losses: [],
        });
        expect({ losses, lost: losses.length > 0 }).toStrictEqual({ losses, lost: !isDeepStrictEqual(kept, request) });
      }),
      { numRuns: 300 },
    );
  });

  it('reads an answer as it was written', () => {
    fc.assert(
      fc.property(response(traits), (whole) => {
        const { value, losses } = dialect.encodeResponse(whole, about);
        expect(losses).toStrictEqual([]);
        expect(dialect.decodeResponse(JSON.parse(JSON.stringify(value)))).toStrictEqual({ value: whole, losses: [] });
      }),
      { numRuns: 300 },
    );
  });

  it('reads a stream as it was written, whatever the pieces and however the parts interleave', () => {
    fc.assert(
      fc.property(response(traits), fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(5)), (whole, piece, picks) => {
        expect(throughTheWire(dialect, streamOf(whole, piece, picks))).toStrictEqual({ ...whole, parts: traits.streamed(whole.parts) });
      }),
      { numRuns: 300 },
    );
  });

  it('makes no stop of a stream that is cut, wherever', () => {
    fc.assert(
      fc.property(response(traits), fc.array(fc.nat(5)), fc.nat(50), (whole, picks, at) => {
        expect(throughTheWire(dialect, streamOf(whole, 3, picks).slice(0, -1).slice(0, at))).toBeUndefined();
      }),
    );
  });

  it('refuses what it cannot read as an invalid request that names a path', () => {
    const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'model', 'x'), content: fc.jsonValue(), parts: fc.jsonValue() });
    const block = fc.record({
      type: fc.constantFrom('text', 'image', 'tool_use', 'tool_result'),
      text: fc.jsonValue(),
      source: fc.jsonValue(),
      id: fc.jsonValue(),
    });
    const blocks = fc.record({ role: fc.constantFrom('user', 'assistant', 'model'), content: fc.array(block), parts: fc.array(block) });
    const list = fc.array(fc.oneof(message, blocks));
    const body = fc.record({ model: fc.string(), messages: list, contents: list, tools: fc.array(fc.jsonValue()), system: fc.jsonValue() });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), body), (wire) => {
        expect(complaintOf(() => dialect.decodeRequest(wire, {}))).toMatch(/^(?:none|invalid-request: \S+: expected .+, got .+)$/u);
      }),
      { numRuns: 300 },
    );
  });

  it('takes any JSON as an event of a stream, and ends at most once', () => {
    const type = fc.constantFrom('message_start', 'content_block_start', 'content_block_delta', 'message_delta', 'message_stop', 'error');
    const event = fc.oneof(
      fc.jsonValue(),
      fc.record({ type, index: fc.nat(1), content_block: fc.jsonValue(), delta: fc.jsonValue() }),
      fc.record({
        candidates: fc.array(fc.record({ content: fc.jsonValue(), finishReason: fc.jsonValue() })),
        usageMetadata: fc.jsonValue(),
      }),
    );
    fc.assert(
      fc.property(fc.array(event), (wire) => {
        const decoder = dialect.newStreamDecoder();
        const events = [...wire.flatMap((each) => decoder.push({ data: JSON.stringify(each) })), ...decoder.finish()];
        expect(events.filter(({ kind }) => kind === 'stop' || kind === 'error').length).toBeLessThan(2);
      }),
    );
  });
});
