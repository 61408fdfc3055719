import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf, tool, toolOutput, type ClientUnderTest, type Connection } from './client-behaviours.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** The official Anthropic SDK: Messages. */

const clientOf = ({ url, apiKey, maxRetries, timeoutMs }: Connection): Anthropic =>
  new Anthropic({ baseURL: url, apiKey, maxRetries, timeout: timeoutMs });

const textIn = ({ content }: Anthropic.Message): string => content.map((block) => (block.type === 'text' ? block.text : '')).join('');

const messages: ClientUnderTest = {
  name: '@anthropic-ai/sdk, messages',
  classes: { badRequest: 'BadRequestError', rateLimit: 'RateLimitError', timeout: 'APIConnectionTimeoutError', abort: 'APIUserAbortError' },
  showsHeaders: true,
  failure: (error) => {
    if (!(error instanceof APIError)) throw error;
    const { status, message, headers } = error as APIError;
    return { className: error.constructor.name, status, message, header: (name) => headers?.get(name) };
  },
  say: async (connection, { text, stream, image, signal, onText }) => {
    const content: Anthropic.ContentBlockParam[] = [
      { type: 'text', text },
      ...(image === undefined
        ? []
        : [{ type: 'image' as const, source: { type: 'base64' as const, media_type: 'image/png' as const, data: image } }]),
    ];
    const ask = { model: connection.model, max_tokens: 64, messages: [{ role: 'user' as const, content }] };
    const { messages } = clientOf(connection);
    const message = stream
      ? await messages
          .stream(ask, { signal: signal ?? null })
          .on('text', (piece) => onText?.(piece))
          .finalMessage()
      : await messages.create(ask, { signal: signal ?? null });
    return { text: textIn(message), outputTokens: message.usage.output_tokens };
  },
  useTool: async (connection, { text, stream }) => {
    const { messages } = clientOf(connection);
    const turns: Anthropic.MessageParam[] = [{ role: 'user', content: text }];
    const turn = (): Promise<Anthropic.Message> => {
      const { name, description, parameters } = tool;
      const ask = { model: connection.model, max_tokens: 64, messages: turns, tools: [{ name, description, input_schema: parameters }] };
      return stream ? messages.stream(ask).finalMessage() : messages.create(ask);
    };
    const { content } = await turn();
    const call = content.find((block) => block.type === 'tool_use');
    if (call === undefined) throw new Error(`no tool call in ${JSON.stringify(content)}`);
    turns.push(
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: toolOutput }] },
    );
    return { name: call.name, input: call.input, text: textIn(await turn()) };
  },
};

let proxied: ProxiedUpstreams;
beforeAll(async () => {
  proxied = await startProxiedUpstreams();
});
afterAll(() => proxied.stop());

describe.each([messages])('$name', (client) => {
  it.concurrent.each(behavioursOf(client))('$title', ({ prove }) => prove(proxied));
});
