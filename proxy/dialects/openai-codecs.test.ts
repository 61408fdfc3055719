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
  FilePart,
  ImagePart,
  JsonObject,
  OutputFormat,
  StopReason,
  TextPart,
  ToolCallPart,
  ToolDefinition,
  ToolResultPart,
  Turn,
  UserPart,
} from '../ir/chat.ts';
import type { Loss } from '../ir/loss.ts';
import { inputOnly } from './custom-tools.ts';
import type { Dialect } from './dialect.ts';
import openaiChat from './openai-chat/index.ts';
import openaiResponses from './openai-responses/index.ts';

/** What the two wire formats can carry in ways that the tests must know: everything else is found out by the losses. */
interface Traits {
  readonly dialect: Dialect;
  readonly mediaInToolOutput: boolean;
  readonly partsInAnyOrder: boolean;
  /** Whether the number of calls at a time is left out where there are no tools. */
  readonly callsNeedTools: boolean;
  readonly rawStop: Readonly<Record<'end' | 'tool-calls' | 'length' | 'refusal', string>>;
}

const chat: Traits = {
  dialect: openaiChat,
  mediaInToolOutput: false,
  partsInAnyOrder: false,
  callsNeedTools: true,
  rawStop: { end: 'stop', 'tool-calls': 'tool_calls', length: 'length', refusal: 'content_filter' },
};
const responses: Traits = {
  dialect: openaiResponses,
  mediaInToolOutput: true,
  partsInAnyOrder: true,
  callsNeedTools: false,
  rawStop: { end: 'completed', 'tool-calls': 'completed', length: 'max_output_tokens', refusal: 'content_filter' },
};

const anyText = fc.string({ unit: 'binary' });
const someText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const name = fc.string({ minLength: 1, maxLength: 12 });
/** As JSON.parse gives it: without the negative zero, which JSON cannot write. */
const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const fields = fc.dictionary(fc.stringMatching(/^x_[a-z]{1,5}$/u), json, { minKeys: 1, maxKeys: 3 });
const dialectId = fc.constantFrom<DialectId>('openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate');
const text: fc.Arbitrary<TextPart> = fc.record({ kind: fc.constant('text' as const), text: anyText });
const image: fc.Arbitrary<ImagePart> = fc.record(
  {
    kind: fc.constant('image' as const),
    source: fc.oneof(
      fc.record({ kind: fc.constant('url' as const), url: fc.webUrl() }),
      fc.record(
        { kind: fc.constant('inline' as const), mediaType: fc.constantFrom('image/png', 'image/webp'), data: fc.base64String() },
        { requiredKeys: ['kind', 'data'] },
      ),
    ),
    detail: fc.constantFrom('low', 'high', 'original'),
  },
  { requiredKeys: ['kind', 'source'] },
);
const file: fc.Arbitrary<FilePart> = fc.oneof(
  fc.record({
    kind: fc.constant('file' as const),
    source: fc.record({
      kind: fc.constant('inline' as const),
      mediaType: fc.constantFrom('application/pdf', 'text/plain', 'application/msword'),
      data: fc.base64String(),
    }),
    name,
  }),
  fc.record(
    {
      kind: fc.constant('file' as const),
      source: fc.record(
        { kind: fc.constant('url' as const), url: fc.webUrl(), mediaType: fc.constant('text/csv') },
        { requiredKeys: ['kind', 'url'] },
      ),
      name,
    },
    { requiredKeys: ['kind', 'source'] },
  ),
);
const said: fc.Arbitrary<TextPart> = fc.record({ kind: fc.constant('text' as const), text: someText });
const call = fc.record({ kind: fc.constant('tool-call' as const), id: fc.constant(''), name, arguments: someText });
const customCall = fc.record({
  kind: fc.constant('tool-call' as const),
  id: fc.constant(''),
  name,
  arguments: anyText,
  custom: fc.constant(true as const),
});
const asked = fc.oneof(call, customCall);
const reasoning: fc.Arbitrary<AssistantPart> = fc.record(
  { kind: fc.constant('reasoning' as const), text: anyText, signature: fc.record({ issuer: dialectId, value: someText }) },
  { requiredKeys: ['kind', 'text'] },
);

const result = ({ mediaInToolOutput }: Traits): fc.Arbitrary<ToolResultPart> => {
  const part = mediaInToolOutput ? fc.oneof(text, image, file) : text;
  return fc.record({
    kind: fc.constant('tool-result' as const),
    callId: fc.constant(''),
    output: fc.oneof(
      fc.constantFrom({ form: 'missing' as const }, { form: 'null' as const }),
      fc.record({ form: fc.constant('text' as const), text: anyText }),
      fc.record({ form: fc.constant('parts' as const), parts: fc.array(part, { maxLength: 3 }) }),
    ),
    isError: fc.boolean(),
  });
};

const rank = { reasoning: 0, text: 1, 'tool-call': 2 };
const inWireOrder = (parts: readonly AssistantPart[]): readonly AssistantPart[] => [...parts].sort((a, b) => rank[a.kind] - rank[b.kind]);

const turns = (traits: Traits): fc.Arbitrary<readonly Turn[]> => {
  const user: fc.Arbitrary<readonly UserPart[]> = fc.array(fc.oneof(text, image, file, result(traits)), {
    minLength: 1,
    maxLength: 4,
  });
  const assistant = fc
    .tuple(fc.oneof(said, asked), fc.array(fc.oneof(said, asked, reasoning), { maxLength: 4 }))
    .map(([first, more]) => (traits.partsInAnyOrder ? [first, ...more] : inWireOrder([first, ...more])));
  const pair = fc.tuple(user, assistant).map(([asked, answered]): Turn[] => [
    { role: 'user', parts: asked },
    { role: 'assistant', parts: answered },
  ]);
  return fc
    .tuple(fc.array(pair, { maxLength: 3 }), fc.boolean())
    .map(([pairs, cut]) => linked(cut ? pairs.flat().slice(0, -1) : pairs.flat()));
};

/** Gives calls ids of their own, and results the id, name and kind of an earlier call where there is one; the others are of a custom tool. */
const linked = (turns: readonly Turn[]): readonly Turn[] => {
  const calls: ToolCallPart[] = [];
  let results = 0;
  const link = (part: UserPart): UserPart => {
    if (part.kind !== 'tool-result') return part;
    const of = calls[results++];
    if (!of) return { ...part, callId: 'unknown', custom: true };
    return { ...part, callId: of.id, name: of.name, ...(of.custom && { custom: true }) };
  };
  const number = (part: AssistantPart): AssistantPart => {
    if (part.kind !== 'tool-call') return part;
    const numbered = { ...part, id: `call_${calls.length}` };
    calls.push(numbered);
    return numbered;
  };
  return turns.map((turn) =>
    turn.role === 'user' ? { role: turn.role, parts: turn.parts.map(link) } : { role: turn.role, parts: turn.parts.map(number) },
  );
};

const tool: fc.Arbitrary<ToolDefinition> = fc.oneof(
  fc.record(
    { name, description: anyText, parameters: fields, strict: fc.constant(true as const) },
    { requiredKeys: ['name', 'parameters'] },
  ),
  fc.record(
    {
      kind: fc.constant('custom' as const),
      name,
      description: anyText,
      parameters: fc.constant(inputOnly),
      grammar: fc.record({ syntax: anyText, definition: anyText }),
    },
    { requiredKeys: ['kind', 'name', 'parameters'] },
  ),
);

const format: fc.Arbitrary<OutputFormat> = fc.oneof(
  fc.constant({ kind: 'json' as const }),
  fc.record(
    { kind: fc.constant('json-schema' as const), schema: fields, name, description: anyText, strict: fc.boolean() },
    { requiredKeys: ['kind', 'schema', 'name'] },
  ),
);

const request = (traits: Traits): fc.Arbitrary<ChatRequest> =>
  fc
    .record(
      {
        model: fc.oneof(someText, fc.constantFrom('gpt-5.4', 'o3', 'gpt-4.1-mini')),
        stream: fc.boolean(),
        system: fc.array(anyText, { maxLength: 2 }),
        turns: turns(traits),
        tools: fc.array(tool, { maxLength: 2 }),
        toolChoice: fc.oneof(
          fc.constantFrom({ kind: 'auto' as const }, { kind: 'none' as const }, { kind: 'required' as const }),
          fc.record({ kind: fc.constant('tool' as const), name }),
          fc.record({
            kind: fc.constant('allowed' as const),
            mode: fc.constantFrom('auto' as const, 'required' as const),
            names: fc.array(name, { minLength: 1, maxLength: 3 }),
          }),
        ),
        maxOutputTokens: fc.nat(),
        temperature: fc.double({ min: 0, max: 2, noNaN: true }),
        topP: fc.double({ min: 0, max: 1, noNaN: true }),
        topK: fc.nat(),
        frequencyPenalty: fc.integer({ min: -2, max: 2 }),
        presencePenalty: fc.integer({ min: -2, max: 2 }),
        seed: fc.integer(),
        stop: fc.array(anyText, { maxLength: 3 }),
        format,
        verbosity: name,
        parallelToolCalls: fc.boolean(),
        logprobs: fc.record({ top: fc.nat(20) }, { requiredKeys: [] }),
        user: anyText,
        safetyIdentifier: anyText,
        reasoningEffort: name,
        reasoningBudget: fc.nat(),
        extensions: fc.dictionary(dialectId, fields),
      },
      { requiredKeys: ['model', 'stream', 'system', 'turns', 'tools', 'extensions'] },
    )
    // fast-check also makes objects without a prototype, which no decoder does.
    .map((request) => structuredClone({ ...request, wantsUsage: traits.dialect.id !== 'openai-chat' || request.stream }))
    .map(({ parallelToolCalls, ...rest }) =>
      parallelToolCalls === undefined || (traits.callsNeedTools && rest.tools.length === 0) ? rest : { ...rest, parallelToolCalls },
    );

/** Takes what a loss names out of a copy of the request, and turns of which nothing is left. */
const minus = (request: ChatRequest, losses: readonly Loss[]): unknown => {
  const copy = structuredClone(request) as unknown as Record<string, unknown>;
  const gone = Symbol('gone');
  for (const { path } of losses) {
    const keys = path.split(/[.[\]]+/u).filter((key) => key !== '');
    const last = keys.pop() ?? '';
    const holder = keys.reduce<Record<string, unknown>>((value, key) => value[key] as Record<string, unknown>, copy);
    if (last === 'isError') holder[last] = false;
    else if (Array.isArray(holder)) Reflect.set(holder, last, gone);
    else Reflect.deleteProperty(holder, last);
  }
  const kept = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((each) => each !== gone).map(kept);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, kept(each)]));
  };
  const whole = kept(copy) as { extensions: Record<string, object>; turns: readonly Turn[] };
  const extensions = Object.entries(whole.extensions).filter(([, fields]) => Object.keys(fields).length > 0);
  const turns = whole.turns.filter(({ parts }) => parts.length > 0);
  return { ...whole, turns, extensions: Object.fromEntries(extensions) };
};

const reasons: readonly StopReason[] = ['end', 'tool-calls', 'length', 'refusal'];

/** Answers that the wire can say: ends that fit the parts, and usage with every detail. */
const response = (traits: Traits): fc.Arbitrary<ChatResponse> => {
  const thought: fc.Arbitrary<AssistantPart> = fc.record({ kind: fc.constant('reasoning' as const), text: someText });
  const sealed: fc.Arbitrary<AssistantPart> = fc.record({
    kind: fc.constant('reasoning' as const),
    text: fc.string(),
    signature: fc.record({ issuer: fc.constant('openai-responses' as const), value: someText.map((value) => `${value}.`) }),
  });
  const parts: fc.Arbitrary<readonly AssistantPart[]> = traits.partsInAnyOrder
    ? fc.array(fc.oneof(text, call, thought, sealed), { maxLength: 5 })
    : fc
        .tuple(fc.array(thought, { maxLength: 1 }), fc.array(said, { maxLength: 1 }), fc.array(call, { maxLength: 3 }))
        .map((groups) => groups.flat());
  return fc
    .record({
      id: name,
      parts: parts.map((all) => all.map((part, index) => (part.kind === 'tool-call' ? { ...part, id: `call_${index}` } : part))),
      reason: fc.constantFrom(...reasons),
      usage: fc.record({ input: fc.nat(), output: fc.nat(), cachedInput: fc.nat(), reasoning: fc.nat() }),
    })
    .map(({ id, parts, reason, usage }) => {
      const calls = parts.some((part) => part.kind === 'tool-call');
      const fitting = reason === 'end' || reason === 'tool-calls' ? (calls ? 'tool-calls' : 'end') : (reason as 'length' | 'refusal');
      // fast-check also makes objects without a prototype, which no decoder does.
      return structuredClone({ id, model: 'shown', parts, stop: { reason: fitting, raw: traits.rawStop[fitting] }, usage });
    });
};

const about = { model: 'shown', createdAt: 1_700_000_000 };

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

/** Mixes the steps of several parts, each part's in order and the starts in order. */
const interleave = (queues: ChatEvent[][], picks: readonly number[]): ChatEvent[] => {
  const starts = queues.flatMap((queue) => queue.splice(0, 1));
  const steps: ChatEvent[] = [];
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn++) {
    const left = queues.filter((queue) => queue.length > 0);
    const picked = left[(picks[turn % Math.max(picks.length, 1)] ?? 0) % left.length]?.shift();
    if (picked !== undefined) steps.push(picked);
  }
  return [...starts, ...steps];
};

/** Neighbours that a stream may send at the same time: in Chat the calls, in Responses all but reasoning, which has no part until it speaks. */
const groupsOf = (parts: readonly AssistantPart[], mixAll: boolean): number[][] =>
  parts.reduce<number[][]>((groups, part, index) => {
    const last = groups.at(-1);
    const mixes = (kind: AssistantPart['kind'] | undefined) => kind === 'tool-call' || (mixAll && kind === 'text');
    if (last !== undefined && mixes(part.kind) && mixes(parts[index - 1]?.kind)) last.push(index);
    else groups.push([index]);
    return groups;
  }, []);

const eventsOf = (whole: ChatResponse, piece: number, picks: readonly number[], mixAll: boolean): ChatEvent[] => {
  const queues = whole.parts.map((part, index) => stepsOf(part, index, piece));
  const groups = groupsOf(whole.parts, mixAll).map((group) => group.flatMap((index) => [queues[index] ?? []]));
  return [
    { kind: 'start', id: whole.id, model: 'upstream-name' },
    ...groups.flatMap((group) => interleave(group, picks)),
    { kind: 'stop', ...whole.stop, ...(whole.usage && { usage: whole.usage }) },
  ];
};

const throughTheWire = (dialect: Dialect, events: readonly ChatEvent[]) => {
  const encoder = dialect.newStreamEncoder({ ...about, wantsUsage: true });
  const decoder = dialect.newStreamDecoder();
  const aggregator = newAggregator();
  const wire = [...events.flatMap((event) => encoder.push(event)), ...encoder.finish()];
  for (const event of [...wire.flatMap((each) => decoder.push(each)), ...decoder.finish()]) aggregator.push(event);
  return aggregator.result();
};

const outcomeOf = (decode: () => unknown): unknown => {
  try {
    decode();
    return 'read';
  } catch (error) {
    return error instanceof ProxyError ? error.code : error;
  }
};

describe.each([chat, responses])('$dialect.id', (traits) => {
  const { dialect } = traits;

  it('reads a request as it was written, but for the declared losses', () => {
    fc.assert(
      fc.property(request(traits), (request) => {
        const { value, losses } = dialect.encodeRequest(request);
        expect(dialect.decodeRequest(JSON.parse(value), {})).toStrictEqual({ value: minus(request, losses), losses: [] });
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
    );
  });

  it('reads a stream as it was written, whatever the pieces and their order', () => {
    const pieces = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(response(traits), pieces, fc.array(fc.nat(5)), (whole, piece, picks) => {
        const events = eventsOf(whole, piece, picks, traits.partsInAnyOrder);
        expect(throughTheWire(dialect, events)).toStrictEqual(whole);
      }),
      { numRuns: 300 },
    );
  });

  it('makes no stop when a stream is cut, wherever', () => {
    fc.assert(
      fc.property(response(traits), fc.nat(50), (whole, at) => {
        const events = eventsOf(whole, 3, [], traits.partsInAnyOrder).slice(0, -1).slice(0, at);
        expect(throughTheWire(dialect, events)).toBeUndefined();
      }),
    );
  });

  it('never throws anything but an invalid-request for a body that it cannot read', () => {
    const settings = ['tools', 'tool_choice', 'response_format', 'text', 'include', 'logprobs', 'user', 'reasoning'];
    const odd = fc.dictionary(fc.constantFrom(...settings), fc.jsonValue());
    const nearly = fc
      .tuple(odd, fc.record({ model: fc.jsonValue(), messages: fc.jsonValue(), input: fc.jsonValue() }))
      .map(([some, rest]) => ({ ...some, ...rest }));
    const listed = fc.array(fc.record({ role: fc.constantFrom('user', 'assistant', 'tool', 'x'), content: fc.jsonValue() }));
    const lists = fc.record({ model: fc.string(), messages: listed, input: listed, tools: fc.array(fc.jsonValue()) });
    const withLists = fc.tuple(lists, odd).map(([some, more]) => ({ ...more, ...some }));
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), nearly, withLists), (body) => {
        expect(['read', 'invalid-request']).toContain(outcomeOf(() => dialect.decodeRequest(body, {})));
      }),
    );
  });

  it('takes any JSON as a stream event', () => {
    const type = fc.constantFrom(
      'response.output_item.added',
      'response.output_item.done',
      'response.completed',
      'error',
      'response.failed',
    );
    const event = fc.oneof(
      fc.jsonValue(),
      fc.record({ type, item: fc.jsonValue(), response: fc.jsonValue() }),
      fc.record({ choices: fc.jsonValue() }),
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
