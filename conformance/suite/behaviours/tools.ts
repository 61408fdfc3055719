import assert from 'node:assert/strict';

import type { SurfaceId } from '#fixtures/exchange';
import { answer, type Predicate, type Script } from '#fixtures/upstreams/script';
import { textOfOutput, toolResultsIn } from '#scenarios/kit/index';

import { customTool, type ClientUnderTest } from '../client-under-test.ts';
import { askedOf, connect, dialectOf, finalText, type Behaviours, type Case, type Fields } from './case.ts';

const weather: Readonly<Record<string, string>> = { Berlin: '21 °C', Paris: '18 °C' };
const run = (input: unknown): string => weather[(input as { readonly city: string }).city] ?? 'no such city';

const hasResults: Predicate = (request) => toolResultsIn(request).length > 0;

/** Calls until it has seen a result, then speaks. */
const loop = (slug: string): Script => answer(slug).when(hasResults, answer('text'));

interface SentCall {
  readonly id: string | undefined;
  readonly city: unknown;
}

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? (value as Fields[]) : []);
const cityIn = (args: unknown): unknown => (typeof args === 'string' ? (JSON.parse(args) as Fields) : (args as Fields))['city'];

/** The calls of earlier turns as the upstream got them back. */
const callsIn = (surface: SurfaceId, body: unknown): readonly SentCall[] => {
  const { messages, input, contents } = askedOf(surface, body);
  const inChat = listOf(messages).flatMap(({ tool_calls }) => listOf(tool_calls));
  const inResponses = listOf(input).filter(({ type }) => type === 'function_call');
  const inMessages = listOf(messages)
    .flatMap(({ content }) => listOf(content))
    .filter(({ type }) => type === 'tool_use');
  const inGemini = listOf(contents)
    .flatMap(({ parts }) => listOf(parts))
    .flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall as Fields]));
  return [
    ...inChat.map(({ id, function: called }) => ({ id: id as string, city: cityIn((called as Fields)['arguments']) })),
    ...inResponses.map(({ call_id, arguments: args }) => ({ id: call_id as string, city: cityIn(args) })),
    ...inMessages.map(({ id, input: args }) => ({ id: id as string, city: cityIn(args) })),
    ...inGemini.map(({ id, args }) => ({ id: id as string | undefined, city: cityIn(args) })),
  ];
};

const usesTools =
  (slug: string, cities: readonly string[], stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(loop(slug));
    const done = await about.client.useTools(connect(about), { text: topic.text, stream }, run);
    assert.deepEqual(done, { calls: cities.map((city) => ({ name: 'lookup', input: { city } })), text: finalText });
    const results = topic.calls().map((call) => toolResultsIn(call).map(({ output }) => textOfOutput(output)));
    assert.deepEqual(results, [[], cities.map((city) => weather[city])]);
    const second = topic.calls()[1];
    assert.ok(second !== undefined);
    const sent = callsIn(about.surface, second.body);
    assert.deepEqual(
      sent.map(({ city }) => city),
      cities,
    );
    assert.deepEqual(
      toolResultsIn(second).map(({ callId }) => callId),
      sent.map(({ id }) => id),
    );
  };

/** The free text of the exchanges named `custom-call`. */
const program = 'print("21 °C")\nexit';
const printed = '21 °C';

const inputOnly = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

/** Of the calls in the exchanges named `custom-call`; Google's has none, so the proxy makes one up. */
const callIds: Readonly<Partial<Record<SurfaceId, string>>> = {
  'openai-chat': 'call_Qm4Zr9VxKJ2dLhYsCeWpT1b7',
  'openai-responses': 'call_Z7nB4kPwQd1uJfEo',
  codex: 'call_h2Yv8sKqLxT3mWcR',
  'anthropic-messages': 'toolu_01T9qRvN5sWcBxZ3kMyPdLfG',
  'gemini-generate': 'call_gE2AaZ-wireproof-0001_0',
  antigravity: 'toolu_vrtx_01WireproofLookup',
};

/** The tool's definition, the call and its result, as OpenAI says it, or as a function of one text elsewhere. */
const customAsSent = (surface: SurfaceId): { readonly tools: unknown; readonly turns: unknown } => {
  const [id, name, args] = [callIds[surface], customTool.name, { input: program }];
  const inDialect = {
    'openai-chat': {
      tools: [{ type: 'custom', custom: customTool }],
      turns: [
        { role: 'assistant', content: null, tool_calls: [{ id, type: 'custom', custom: { name, input: program } }] },
        { role: 'tool', tool_call_id: id, content: printed },
      ],
    },
    'openai-responses': {
      tools: [{ type: 'custom', ...customTool }],
      turns: [
        { type: 'custom_tool_call', call_id: id, name, input: program },
        { type: 'custom_tool_call_output', call_id: id, output: printed },
      ],
    },
    'anthropic-messages': {
      tools: [{ ...customTool, input_schema: inputOnly }],
      turns: [
        { role: 'assistant', content: [{ type: 'tool_use', id, name, input: args }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: printed }] },
      ],
    },
    'gemini-generate': {
      tools: [{ functionDeclarations: [{ ...customTool, parametersJsonSchema: inputOnly }] }],
      turns: [
        { role: 'model', parts: [{ functionCall: { id, name, args } }] },
        { role: 'user', parts: [{ functionResponse: { id, name, response: { result: printed } } }] },
      ],
    },
  };
  return inDialect[dialectOf(surface)];
};

const usesCustomTool =
  (use: NonNullable<ClientUnderTest['useCustomTool']>, stream: boolean) =>
  async (about: Case): Promise<void> => {
    const topic = about.proxied.topic(answer('custom-call').when(({ callIndex }) => callIndex > 0, answer('text')));
    const done = await use(connect(about), { text: topic.text, stream }, printed);
    assert.deepEqual(done, { calls: [{ name: customTool.name, input: program }], text: finalText });
    const asked = topic.calls().map(({ body }) => {
      const { tools, messages, input, contents } = askedOf(about.surface, body);
      return { tools, turns: listOf(messages ?? input ?? contents).slice(1) };
    });
    const { tools, turns } = customAsSent(about.surface);
    assert.deepEqual(asked, [
      { tools, turns: [] },
      { tools, turns },
    ]);
  };

export const tools = ({ useCustomTool }: ClientUnderTest): Behaviours => ({
  'uses a tool': usesTools('tool-call', ['Berlin'], false),
  'uses a tool, streamed': usesTools('tool-call', ['Berlin'], true),
  'uses two tools at a time': usesTools('parallel-calls', ['Berlin', 'Paris'], false),
  'uses two tools at a time, streamed': usesTools('parallel-calls', ['Berlin', 'Paris'], true),
  ...(useCustomTool && {
    'uses a custom tool': usesCustomTool(useCustomTool, false),
    'uses a custom tool, streamed': usesCustomTool(useCustomTool, true),
  }),
});
