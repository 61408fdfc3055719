import type { SseEvent } from '../sight.ts';
import {
  earlierAnswer,
  isObject,
  listIn,
  lookupTool,
  objectIn,
  parseJson,
  readOpenaiError,
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
  const calls = results.map(({ callId }) => ({
    id: callId,
    type: 'function',
    function: { name: lookupTool.name, arguments: '{"city":"Berlin"}' },
  }));
  return [
    { role: 'assistant', content: null, tool_calls: calls },
    ...results.map(({ callId, output }) => ({ role: 'tool', tool_call_id: callId, ...(output !== undefined && { content: output }) })),
    ...(ask.afterResults === undefined ? [] : [{ role: 'user', content: ask.afterResults }]),
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
  messages: [{ role: 'user', content: ask.text }, ...toolRound(ask)],
  max_tokens: ask.maxOutputTokens,
  ...(ask.toolResults && { tools: [{ type: 'function', function: lookupTool }] }),
  ...(ask.stream && { stream: true, stream_options: { include_usage: true } }),
});

const readCall = (call: unknown): ReadToolCall => {
  const called = objectIn(call, 'function');
  return { name: textIn(called, 'name') ?? '', arguments: parseJson(textIn(called, 'arguments') ?? '') };
};

const readAnswer = (json: unknown): Answer | undefined => {
  const choice = listIn(json, 'choices')[0];
  if (!isObject(choice) || !isObject(choice['message'])) return undefined;
  return {
    text: textIn(choice['message'], 'content') ?? '',
    toolCalls: listIn(choice['message'], 'tool_calls').map(readCall),
    stop: textIn(choice, 'finish_reason'),
    usage: usageIn(objectIn(json, 'usage'), 'prompt_tokens', 'completion_tokens'),
    ended: true,
  };
};

const joinCalls = (deltas: readonly unknown[]): readonly ReadToolCall[] => {
  const calls = new Map<unknown, { name: string; text: string }>();
  for (const piece of deltas.flatMap((delta) => listIn(delta, 'tool_calls'))) {
    const index = isObject(piece) ? piece['index'] : undefined;
    const call = calls.get(index) ?? { name: '', text: '' };
    const part = objectIn(piece, 'function');
    calls.set(index, { name: call.name + (textIn(part, 'name') ?? ''), text: call.text + (textIn(part, 'arguments') ?? '') });
  }
  return [...calls.values()].map(({ name, text }) => ({ name, arguments: parseJson(text) }));
};

const readStream = (events: readonly SseEvent[]): Answer | undefined => {
  const choices = events.flatMap(({ json }) => listIn(json, 'choices'));
  if (choices.length === 0) return undefined;
  const deltas = choices.map((choice) => objectIn(choice, 'delta'));
  const usages = events.map(({ json }) => usageIn(objectIn(json, 'usage'), 'prompt_tokens', 'completion_tokens'));
  return {
    text: deltas.map((delta) => textIn(delta, 'content') ?? '').join(''),
    toolCalls: joinCalls(deltas),
    stop: choices.map((choice) => textIn(choice, 'finish_reason')).findLast((reason) => reason !== undefined),
    usage: usages.findLast((usage) => usage !== undefined),
    ended: events.at(-1)?.data === '[DONE]',
  };
};

export const openaiChat: CallerDialect = {
  path: () => '/v1/chat/completions',
  body,
  headers: {},
  readAnswer,
  readStream,
  readError: readOpenaiError,
};
