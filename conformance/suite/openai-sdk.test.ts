import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf, tool, toolOutput, type ClientUnderTest, type Connection } from './client-behaviours.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** The official OpenAI SDK: Chat Completions and Responses. */

const clientOf = ({ url, apiKey, maxRetries, timeoutMs }: Connection): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries, timeout: timeoutMs });

const shared: Pick<ClientUnderTest, 'classes' | 'showsHeaders' | 'failure'> = {
  classes: { badRequest: 'BadRequestError', rateLimit: 'RateLimitError', timeout: 'APIConnectionTimeoutError', abort: 'APIUserAbortError' },
  showsHeaders: true,
  failure: (error) => {
    if (!(error instanceof APIError)) throw error;
    const { status, message, headers } = error as APIError;
    return { className: error.constructor.name, status, message, header: (name) => headers?.get(name) };
  },
};

const chat: ClientUnderTest = {
  ...shared,
  name: 'openai SDK, chat completions',
  say: async (connection, { text, stream, image, signal, onText }) => {
    const content: OpenAI.ChatCompletionContentPart[] = [
      { type: 'text', text },
      ...(image === undefined ? [] : [{ type: 'image_url' as const, image_url: { url: `data:image/png;base64,${image}` } }]),
    ];
    const ask = { model: connection.model, messages: [{ role: 'user' as const, content }] };
    const { completions } = clientOf(connection).chat;
    const completion = stream
      ? await completions
          .stream({ ...ask, stream_options: { include_usage: true } }, { signal: signal ?? null })
          .on('content', (piece) => onText?.(piece))
          .finalChatCompletion()
      : await completions.create(ask, { signal: signal ?? null });
    return { text: completion.choices[0]?.message.content ?? '', outputTokens: completion.usage?.completion_tokens };
  },
  useTool: async (connection, { text, stream }) => {
    const { completions } = clientOf(connection).chat;
    const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: text }];
    const turn = async (): Promise<OpenAI.ChatCompletionMessage | undefined> => {
      const ask = { model: connection.model, messages, tools: [{ type: 'function' as const, function: tool }] };
      const completion = stream ? await completions.stream(ask).finalChatCompletion() : await completions.create(ask);
      return completion.choices[0]?.message;
    };
    const called = await turn();
    const call = called?.tool_calls?.[0];
    if (called === undefined || call?.type !== 'function') throw new Error(`no tool call in ${JSON.stringify(called)}`);
    messages.push(called, { role: 'tool', tool_call_id: call.id, content: toolOutput });
    return { name: call.function.name, input: JSON.parse(call.function.arguments), text: (await turn())?.content ?? '' };
  },
};

const responses: ClientUnderTest = {
  ...shared,
  name: 'openai SDK, responses',
  say: async (connection, { text, stream, image, signal, onText }) => {
    const content: OpenAI.Responses.ResponseInputContent[] = [
      { type: 'input_text', text },
      ...(image === undefined
        ? []
        : [{ type: 'input_image' as const, image_url: `data:image/png;base64,${image}`, detail: 'auto' as const }]),
    ];
    const ask = { model: connection.model, input: [{ role: 'user' as const, content }] };
    const { responses } = clientOf(connection);
    const response = stream
      ? await responses
          .stream(ask, { signal: signal ?? null })
          .on('response.output_text.delta', ({ delta }) => onText?.(delta))
          .finalResponse()
      : await responses.create(ask, { signal: signal ?? null });
    return { text: response.output_text, outputTokens: response.usage?.output_tokens };
  },
  useTool: async (connection, { text, stream }) => {
    const { responses } = clientOf(connection);
    const input: OpenAI.Responses.ResponseInput = [{ role: 'user', content: text }];
    const turn = (): Promise<OpenAI.Responses.Response> => {
      const ask = { model: connection.model, input, tools: [{ type: 'function' as const, ...tool, strict: true }] };
      return stream ? responses.stream(ask).finalResponse() : responses.create(ask);
    };
    const { output } = await turn();
    const call = output.find((item) => item.type === 'function_call');
    if (call === undefined) throw new Error(`no tool call in ${JSON.stringify(output)}`);
    const { type, call_id, name, arguments: written } = call;
    input.push({ type, call_id, name, arguments: written }, { type: 'function_call_output', call_id, output: toolOutput });
    return { name, input: JSON.parse(written), text: (await turn()).output_text };
  },
};

let proxied: ProxiedUpstreams;
beforeAll(async () => {
  proxied = await startProxiedUpstreams();
});
afterAll(() => proxied.stop());

describe.each([chat, responses])('$name', (client) => {
  it.concurrent.each(behavioursOf(client))('$title', ({ prove }) => prove(proxied));
});
