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
  ContentPart,
  DialectId,
  FilePart,
  ImagePart,
  JsonObject,
  OutputFormat,
  ReasoningPart,
  StopReason,
  ToolCallPart,
  ToolDefinition,
  ToolOutput,
  ToolResultPart,
  Turn,
  UserPart,
} from '../ir/chat.ts';
import anthropicMessages from './anthropic-messages/index.ts';
import { inputOnly } from './custom-tools.ts';
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
  /** What is left of an image or a file; nothing where the dialect does not take it. */
  readonly media: (part: ImagePart | FilePart, place: 'message' | 'output') => ImagePart | FilePart | undefined;
  readonly tool: (tool: ToolDefinition) => ToolDefinition;
  /** The requests that the property is about. */
  readonly asked: (request: ChatRequest) => ChatRequest;
  readonly settings: (request: ChatRequest) => ChatRequest;
  readonly rawStop: Readonly<Record<'end' | 'tool-calls' | 'length' | 'refusal', string>>;
  readonly streamed: (parts: readonly AssistantPart[]) => readonly AssistantPart[];
}

const saysSomething = (part: UserPart | AssistantPart): boolean => part.kind !== 'text' || part.text !== '';
const results = (parts: readonly UserPart[], wanted: boolean) => parts.filter((part) => (part.kind === 'tool-result') === wanted);

const omit = <T extends object>(from: T, ...keys: readonly (keyof ChatRequest | keyof ToolDefinition | 'detail' | 'name')[]): T =>
  Object.fromEntries(Object.entries(from).filter(([key]) => !(keys as readonly string[]).includes(key))) as T;

/** Functions stand for custom tools, and a schema holds its own name. */
const asFunctions = (request: ChatRequest): ChatRequest => ({
  ...request,
  tools: request.tools.map((tool) => omit(tool, 'kind')),
  turns: request.turns.map((turn): Turn => {
    if (turn.role === 'user') return { ...turn, parts: turn.parts.map((part) => (part.kind === 'tool-result' ? plainResult(part) : part)) };
    return { ...turn, parts: turn.parts.map((part) => (part.kind === 'tool-call' ? plainCall(part) : part)) };
  }),
});
const plainResult = ({ custom: _custom, ...result }: ToolResultPart): ToolResultPart => result;
const plainCall = ({ custom, ...call }: ToolCallPart): ToolCallPart =>
  custom ? { ...call, arguments: JSON.stringify({ input: call.arguments }) } : call;

const namedInside = (request: ChatRequest): ChatRequest => {
  if (request.format?.kind !== 'json-schema') return request;
  const { kind, schema, name: title, description } = request.format;
  const labels = { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
  return { ...request, format: { kind, schema: { ...labels, ...schema } } };
};

/** Only "no" is ever written, and to Anthropic only beside tools that may be called, in a choice. */
const parallelInChoice = (request: ChatRequest): ChatRequest => {
  const { parallelToolCalls, tools, toolChoice = { kind: 'auto' as const } } = request;
  if (parallelToolCalls !== false || tools.length === 0 || toolChoice.kind === 'none') return omit(request, 'parallelToolCalls');
  return { ...request, toolChoice };
};

const oneUser = ({ user, safetyIdentifier = user, ...request }: ChatRequest): ChatRequest => ({
  ...request,
  ...(safetyIdentifier !== undefined && { user: safetyIdentifier }),
});

const thinks = ({ reasoningEffort = 'none', reasoningBudget = 0 }: ChatRequest): boolean =>
  reasoningEffort !== 'none' || reasoningBudget > 0;

/** Sampling that Anthropic refuses beside thinking. */
const besideThinking = (request: ChatRequest): ChatRequest => {
  const { temperature, topP, topK: _topK, ...rest } = request;
  if (!thinks(request)) return request;
  return { ...rest, ...(temperature === 1 && { temperature }), ...(topP !== undefined && topP >= 0.95 && { topP }) };
};

/** A forced call goes before thinking; which is left out here, as what is left of an effort says more than its loss. */
const unforced = (request: ChatRequest): ChatRequest => {
  const { toolChoice: choice, ...rest } = request;
  const forced = choice?.kind === 'required' || choice?.kind === 'tool' || (choice?.kind === 'allowed' && choice.mode === 'required');
  return forced && thinks(request) ? rest : request;
};

const takenByAnthropic = (part: ImagePart | FilePart): ImagePart | FilePart | undefined => {
  if (part.kind === 'image') return omit(part, 'detail');
  if (part.source.kind === 'url') return part.source.mediaType === undefined ? part : undefined;
  const { mediaType } = part.source;
  if (mediaType.startsWith('text/')) return { ...part, source: { ...part.source, mediaType: 'text/plain' } };
  return mediaType === 'application/pdf' ? part : undefined;
};

const anthropic: Traits = {
  dialect: anthropicMessages,
  model: 'claude-sonnet-4-6',
  levels: ['none', 'low', 'medium', 'high', 'max'],
  canonical: (asked) => {
    const request = oneUser(parallelInChoice(namedInside(asFunctions(asked))));
    return {
      ...request,
      maxOutputTokens: request.maxOutputTokens ?? 4096 + (request.reasoningBudget ?? 0),
      tools: request.tools.map((tool) => ({ ...tool, parameters: { type: 'object', ...tool.parameters } })),
    };
  },
  userParts: (parts) => [...results(parts, true), ...results(parts.filter(saysSomething), false)],
  assistantPart: (part) => saysSomething(part) && (part.kind !== 'reasoning' || part.signature?.issuer === 'anthropic-messages'),
  output: (output) => output,
  media: takenByAnthropic,
  tool: (tool) => omit(tool, 'grammar'),
  asked: unforced,
  settings: (request) => {
    const lost = omit(besideThinking(request), 'seed', 'frequencyPenalty', 'presencePenalty', 'logprobs', 'verbosity');
    const one = lost.safetyIdentifier !== undefined && lost.user !== lost.safetyIdentifier ? omit(lost, 'user') : lost;
    const free = one.format?.kind === 'json' ? omit(one, 'format') : one;
    return free.toolChoice?.kind === 'allowed' ? { ...free, toolChoice: { kind: free.toolChoice.mode } } : free;
  },
  rawStop: { end: 'end_turn', 'tool-calls': 'tool_use', length: 'max_tokens', refusal: 'refusal' },
  streamed: (parts) => parts,
};

const isInline = (part: ContentPart): boolean => part.kind !== 'text' && part.source.kind === 'inline';

/** One text alone is a string, no parts are the empty string, and an empty text beside images or files is nothing. */
const plainOutput = (output: ToolOutput): ToolOutput => {
  if (output.form !== 'parts') return output;
  const [first, ...more] = output.parts.filter((part) => !isInline(part));
  const media = output.parts.filter(isInline);
  const alone = first?.kind === 'text' && more.length === 0;
  if (media.length === 0 && (!first || alone)) return { form: 'text', text: alone ? first.text : '' };
  return { form: 'parts', parts: alone && first.text === '' ? media : output.parts };
};

const mediaLast = (output: ToolOutput): ToolOutput =>
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
  canonical: (asked) => {
    const request = omit(namedInside(asFunctions(asked)), 'parallelToolCalls');
    return {
      ...request,
      turns: request.turns.map((turn) => (turn.role === 'user' ? { ...turn, parts: turn.parts.map(withPlainOutput) } : turn)),
    };
  },
  userParts: (parts) => parts,
  assistantPart: (part) => part.kind !== 'reasoning' || !part.signature || part.signature.issuer === 'gemini-generate',
  output: mediaLast,
  media: (part, place) => {
    if (part.kind === 'image') return omit(part, 'detail');
    return place === 'output' && part.source.kind === 'url' ? part : omit(part, 'name');
  },
  tool: (tool) => omit(tool, 'grammar', 'strict'),
  asked: (request) => request,
  settings: (request) => {
    const lost = omit(request, 'verbosity', 'user', 'safetyIdentifier');
    return lost.parallelToolCalls === false ? omit(lost, 'parallelToolCalls') : lost;
  },
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
const detailed = fc
  .tuple(image, fc.option(fc.constantFrom('low', 'high'), { nil: undefined }))
  .map(([part, detail]): ImagePart => ({ ...part, ...(detail !== undefined && { detail }) }));
const base64 = someText.map((value) => Buffer.from(value).toString('base64'));
const file: fc.Arbitrary<FilePart> = fc.record(
  {
    kind: fc.constant('file' as const),
    source: fc.oneof(
      fc.record({
        kind: fc.constant('inline' as const),
        mediaType: fc.constantFrom('application/pdf', 'text/plain', 'text/csv', 'application/msword'),
        data: base64,
      }),
      fc.record(
        { kind: fc.constant('url' as const), url: fc.webUrl(), mediaType: fc.constant('text/csv') },
        { requiredKeys: ['kind', 'url'] },
      ),
    ),
    name,
  },
  { requiredKeys: ['kind', 'source'] },
);
const call = fc.record({
  kind: fc.constant('tool-call' as const),
  id: fc.constant(''),
  name,
  arguments: fields.map((value) => JSON.stringify(value)),
});
const customCall = fc.record({
  kind: fc.constant('tool-call' as const),
  id: fc.constant(''),
  name,
  arguments: anyText,
  custom: fc.constant(true as const),
});
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
    { requiredKeys: ['kind', 'schema'] },
  ),
);
const signature = fc.record({ issuer: dialectId, value: someText.map((value) => `${value}.`) });
const reasoning: fc.Arbitrary<ReasoningPart> = fc.record(
  { kind: fc.constant('reasoning' as const), text: fc.oneof(fc.constant(''), someText), signature },
  { requiredKeys: ['kind', 'text'] },
);
const output: fc.Arbitrary<ToolOutput> = fc.oneof(
  fc.constant({ form: 'null' as const }),
  fc.record({ form: fc.constant('text' as const), text: anyText }),
  fc.record({ form: fc.constant('parts' as const), parts: fc.array(fc.oneof(text, detailed, file), { maxLength: 4 }) }),
);
const result = fc.record({ kind: fc.constant('tool-result' as const), callId: fc.constant(''), output, isError: fc.boolean() });

/** Gives calls ids of their own, and results the id, name and kind of an earlier call; results without one are left out. */
const linked = (turns: readonly Turn[]): readonly Turn[] => {
  const calls: ToolCallPart[] = [];
  let answered = 0;
  const link = (part: UserPart): readonly UserPart[] => {
    if (part.kind !== 'tool-result') return [part];
    const of = calls[answered++];
    return of ? [{ ...part, callId: of.id, name: of.name, ...(of.custom && { custom: true }) }] : [];
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
  .array(
    fc.tuple(
      fc.array(fc.oneof(text, detailed, file, result), { maxLength: 4 }),
      fc.array(fc.oneof(said, call, customCall, reasoning), { maxLength: 4 }),
    ),
    {
      maxLength: 3,
    },
  )
  .map((pairs) =>
    linked(
      pairs.flatMap(([user, assistant]): Turn[] => [
        { role: 'user', parts: user },
        { role: 'assistant', parts: assistant },
      ]),
    ),
  );

const request = ({ model, levels, asked }: Traits): fc.Arbitrary<ChatRequest> =>
  fc
    .record(
      {
        model: fc.constant(model),
        stream: fc.boolean(),
        system: fc.array(anyText, { maxLength: 2 }),
        turns,
        tools: fc.array(tool, { maxLength: 2 }),
        toolChoice: fc.oneof(
          fc.constantFrom({ kind: 'auto' as const }, { kind: 'none' as const }, { kind: 'required' as const }),
          fc.record({ kind: fc.constant('tool' as const), name }),
          fc.record({
            kind: fc.constant('allowed' as const),
            mode: fc.constantFrom('auto' as const, 'required' as const),
            // Gemini says "one of this one" as "this one".
            names: fc.array(name, { minLength: 2, maxLength: 3 }),
          }),
        ),
        maxOutputTokens: fc.integer({ min: 3000, max: 9000 }),
        temperature: fc.double({ min: 0, max: 2, noNaN: true }).map(Math.abs),
        topP: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
        topK: fc.nat(),
        frequencyPenalty: fc.integer({ min: -2, max: 2 }),
        presencePenalty: fc.integer({ min: -2, max: 2 }),
        seed: fc.integer(),
        stop: fc.array(anyText, { maxLength: 3 }),
        format,
        verbosity: name,
        parallelToolCalls: fc.boolean(),
        logprobs: fc.record({ top: fc.nat(20) }, { requiredKeys: [] }),
        user: fc.constantFrom('u', 'v'),
        safetyIdentifier: fc.constantFrom('u', 'v'),
        reasoning: fc.oneof(
          fc.record({ reasoningEffort: fc.constantFrom(...levels) }),
          fc.record({ reasoningBudget: fc.integer({ min: 1024, max: 2048 }) }),
        ),
        extensions: fc.dictionary(dialectId, fields),
      },
      { requiredKeys: ['model', 'stream', 'system', 'turns', 'tools', 'extensions'] },
    )
    // fast-check also makes objects without a prototype, which no decoder does.
    .map(({ reasoning, ...rest }) => asked(structuredClone({ ...rest, ...reasoning, wantsUsage: true })));

/** Requests of which one thing may be lost, so that no other loss can stand for it. */
const oneThing = (traits: Traits): fc.Arbitrary<ChatRequest> => {
  const bare = { model: traits.model, stream: false, system: [], turns: [], tools: [], wantsUsage: true, extensions: {} };
  const asked = fc.oneof(text, detailed, file).map((part): readonly Turn[] => [{ role: 'user', parts: [part] }]);
  const answered = fc.tuple(fc.oneof(call, customCall), result).map(([part, of]): readonly Turn[] => [
    { role: 'assistant', parts: [part] },
    { role: 'user', parts: [of] },
  ]);
  const set = fc.tuple(request(traits), fc.nat()).map(([whole, at]) => {
    const settings = Object.entries(whole).filter(([key]) => !(key in bare));
    return Object.fromEntries(settings.slice(at % Math.max(settings.length, 1)).slice(0, 1));
  });
  const one = fc.oneof(
    fc.oneof(asked, answered.map(linked)).map((turns) => ({ turns })),
    tool.map((each) => ({ tools: [each] })),
    set,
  );
  return one.map((some) => structuredClone({ ...bare, ...some }));
};

/** What is left of a request after everything that the dialect cannot take. */
const minusLost = (request: ChatRequest, traits: Traits): ChatRequest => {
  const own = request.extensions[traits.dialect.id];
  const left = request.turns.map((turn): Turn => {
    if (turn.role === 'assistant') return { ...turn, parts: turn.parts.filter(traits.assistantPart) };
    return { ...turn, parts: traits.userParts(turn.parts.flatMap((part) => leftOf(part, traits))) };
  });
  return {
    ...traits.settings(request),
    turns: left.filter(({ parts }) => parts.length > 0),
    tools: request.tools.map(traits.tool),
    extensions: own ? { [traits.dialect.id]: own } : {},
  };
};

const leftOf = (part: UserPart, { media, output }: Traits): UserPart[] => {
  const taken = (each: ContentPart, place: 'message' | 'output'): ContentPart[] => {
    const left = each.kind === 'text' ? each : media(each, place);
    return left ? [left] : [];
  };
  if (part.kind !== 'tool-result') return taken(part, 'message');
  if (part.output.form !== 'parts') return [part];
  return [{ ...part, output: output({ form: 'parts', parts: part.output.parts.flatMap((each) => taken(each, 'output')) }) }];
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

  const readsAgain = (request: ChatRequest): void => {
    const { value, losses } = dialect.encodeRequest(request);
    const kept = minusLost(request, traits);
    const read = dialect.decodeRequest(JSON.parse(value), { model: request.model, stream: request.stream });
    expect({ ...read, value: mergedNeighbours(read.value) }).toStrictEqual({
      value: mergedNeighbours(traits.canonical(kept)),
      losses: [],
    });
    expect({ losses, lost: losses.length > 0 }).toStrictEqual({ losses, lost: !isDeepStrictEqual(kept, request) });
  };

  it('reads a request as it was written, but for what it declared lost', () => {
    fc.assert(fc.property(request(traits), readsAgain), { numRuns: 300 });
  });

  it('declares a loss for one thing alone just when it loses it', () => {
    fc.assert(fc.property(oneThing(traits), readsAgain), { numRuns: 600 });
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
