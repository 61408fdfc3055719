import type { SseEvent } from '../sight.ts';
import {
  earlierAnswer,
  isObject,
  listIn,
  lookupTool,
  numberIn,
  objectIn,
  parseJson,
  textIn,
  usageIn,
  type Answer,
  type Ask,
  type CallerDialect,
  type ReadToolCall,
} from './caller-dialect.ts';

const toolRound = (ask: Ask): readonly unknown[] => {
  const results = ask.toolResults ?? [];
  if (results.length === 0) return [];
  return [
    {
      role: 'assistant',
      content: results.map(({ callId }) => ({ type: 'tool_use', id: callId, name: lookupTool.name, input: { city: 'Berlin' } })),
    },
    {
      role: 'user',
      content: [
        ...results.map(({ callId, output, isError }) => ({
          type: 'tool_result',
          tool_use_id: callId,
          ...(output !== undefined && { content: output }),
          ...(isError !== undefined && { is_error: isError }),
        })),
        ...(ask.afterResults === undefined ? [] : [{ type: 'text', text: ask.afterResults }]),
      ],
    },
    ...(ask.followUp === undefined
      ? []
      : [
          { role: 'assistant', content: earlierAnswer },
          { role: 'user', content: ask.followUp },
        ]),
  ];
};

const body = (ask: Ask): unknown => ({
  model: ask.model,
  max_tokens: ask.maxOutputTokens,
  messages: [{ role: 'user', content: ask.text }, ...toolRound(ask)],
  ...(ask.toolResults && {
    tools: [{ name: lookupTool.name, description: lookupTool.description, input_schema: lookupTool.parameters }],
  }),
  ...(ask.stream && { stream: true }),
});

const readAnswer = (json: unknown): Answer | undefined => {
  if (!isObject(json) || json['type'] !== 'message') return undefined;
  const blocks = listIn(json, 'content');
  const calls = blocks.filter((block) => textIn(block, 'type') === 'tool_use');
  return {
    text: blocks.map((block) => textIn(block, 'text') ?? '').join(''),
    toolCalls: calls.map((call) => ({ name: textIn(call, 'name') ?? '', arguments: objectIn(call, 'input') })),
    stop: textIn(json, 'stop_reason'),
    usage: usageIn(objectIn(json, 'usage'), 'input_tokens', 'output_tokens'),
    ended: true,
  };
};

const streamedCalls = (data: readonly unknown[]): readonly ReadToolCall[] =>
  data
    .filter((event) => textIn(objectIn(event, 'content_block'), 'type') === 'tool_use')
    .map((start) => {
      const pieces = data.filter(
        (event) => textIn(event, 'type') === 'content_block_delta' && numberIn(event, 'index') === numberIn(start, 'index'),
      );
      const text = pieces.map((event) => textIn(objectIn(event, 'delta'), 'partial_json') ?? '').join('');
      return { name: textIn(objectIn(start, 'content_block'), 'name') ?? '', arguments: parseJson(text === '' ? '{}' : text) };
    });

const readStream = (events: readonly SseEvent[]): Answer | undefined => {
  const data = events.map(({ json }) => json);
  const start = data.find((event) => textIn(event, 'type') === 'message_start');
  if (start === undefined) return undefined;
  const last = data.findLast((event) => textIn(event, 'type') === 'message_delta');
  const input = numberIn(objectIn(objectIn(start, 'message'), 'usage'), 'input_tokens');
  const finalUsage = objectIn(last, 'usage');
  const output = numberIn(finalUsage, 'output_tokens');
  const read = numberIn(finalUsage, 'input_tokens') ?? input;
  return {
    text: data.map((event) => textIn(objectIn(event, 'delta'), 'text') ?? '').join(''),
    toolCalls: streamedCalls(data),
    stop: textIn(objectIn(last, 'delta'), 'stop_reason'),
    usage: read === undefined || output === undefined ? undefined : { input: read, output },
    ended: textIn(data.at(-1), 'type') === 'message_stop',
  };
};

export const anthropicMessages: CallerDialect = {
  path: () => '/v1/messages',
  body,
  headers: { 'anthropic-version': '2023-06-01' },
  readAnswer,
  readStream,
  readError: (json) => {
    const message = textIn(objectIn(json, 'error'), 'message');
    if (textIn(json, 'type') !== 'error' || message === undefined) return undefined;
    return { message, type: textIn(objectIn(json, 'error'), 'type'), code: undefined };
  },
};
