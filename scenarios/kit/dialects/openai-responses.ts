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
} from './caller-dialect.ts';

const toolRound = (ask: Ask): readonly unknown[] => {
  const results = ask.toolResults ?? [];
  const calls = results.map(({ callId }) => ({
    type: 'function_call',
    call_id: callId,
    name: lookupTool.name,
    arguments: '{"city":"Berlin"}',
  }));
  const outputs = results.map(({ callId, output }) => ({
    type: 'function_call_output',
    call_id: callId,
    ...(output !== undefined && { output }),
  }));
  const after =
    ask.afterResults === undefined ? [] : [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: ask.afterResults }] }];
  const next =
    ask.followUp === undefined
      ? []
      : [
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: earlierAnswer, annotations: [] }] },
          { type: 'message', role: 'user', content: [{ type: 'input_text', text: ask.followUp }] },
        ];
  return [...calls, ...outputs, ...after, ...next];
};

const body = (ask: Ask): unknown => ({
  model: ask.model,
  input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: ask.text }] }, ...toolRound(ask)],
  max_output_tokens: ask.maxOutputTokens,
  ...(ask.toolResults && { tools: [{ type: 'function', ...lookupTool }] }),
  ...(ask.stream && { stream: true }),
});

const readResponse = (response: unknown): Answer | undefined => {
  if (!isObject(response) || response['object'] !== 'response') return undefined;
  const output = listIn(response, 'output');
  const messages = output.filter((item) => textIn(item, 'type') === 'message');
  const calls = output.filter((item) => textIn(item, 'type') === 'function_call');
  return {
    text: messages.flatMap((item) => listIn(item, 'content').map((part) => textIn(part, 'text') ?? '')).join(''),
    toolCalls: calls.map((call) => ({ name: textIn(call, 'name') ?? '', arguments: parseJson(textIn(call, 'arguments') ?? '') })),
    stop: textIn(response, 'status'),
    usage: usageIn(objectIn(response, 'usage'), 'input_tokens', 'output_tokens'),
    ended: true,
  };
};

/** Text comes from the deltas, as clients show it; calls and usage from the last event, which carries the whole response. */
const readStream = (events: readonly SseEvent[]): Answer | undefined => {
  const deltas = events.filter(({ json }) => textIn(json, 'type') === 'response.output_text.delta');
  const last = events.findLast(({ json }) => ['response.completed', 'response.incomplete'].includes(textIn(json, 'type') ?? ''));
  if (events.length === 0 || !events.some(({ json }) => textIn(json, 'type') === 'response.created')) return undefined;
  const whole = last && readResponse(objectIn(last.json, 'response'));
  const text = deltas.map(({ json }) => textIn(json, 'delta') ?? '').join('');
  return {
    text,
    toolCalls: whole?.toolCalls ?? [],
    stop: whole?.stop,
    usage: whole?.usage,
    ended: whole !== undefined,
  };
};

export const openaiResponses: CallerDialect = {
  path: () => '/v1/responses',
  body,
  headers: {},
  readAnswer: readResponse,
  readStream,
  readError: readOpenaiError,
};
