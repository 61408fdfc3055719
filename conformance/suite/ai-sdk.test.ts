import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateText,
  jsonSchema,
  RetryError,
  stepCountIs,
  streamText,
  tool as aiTool,
  type LanguageModel,
  type ModelMessage,
} from 'ai';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf, tool, toolOutput, type Ask, type ClientUnderTest, type Connection } from './client-behaviours.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** `ai` with its providers for OpenAI (Chat Completions and Responses), Anthropic and Google. The loop over tool calls is its own. */

const providers: Readonly<Record<string, (connection: Connection) => LanguageModel>> = {
  'OpenAI chat': ({ url, apiKey, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey }).chat(model),
  'OpenAI responses': ({ url, apiKey, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey }).responses(model),
  Anthropic: ({ url, apiKey, model }) => createAnthropic({ baseURL: `${url}/v1`, apiKey })(model),
  Google: ({ url, apiKey, model }) => createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey })(model),
};

const settings = ({ maxRetries, timeoutMs }: Connection, { signal }: Ask) => ({
  maxRetries,
  timeout: timeoutMs,
  ...(signal !== undefined && { abortSignal: signal }),
});

const messagesOf = ({ text, image }: Ask): ModelMessage[] => [
  {
    role: 'user',
    content: [{ type: 'text', text }, ...(image === undefined ? [] : [{ type: 'image' as const, image, mediaType: 'image/png' }])],
  },
];

interface StreamPart {
  readonly type: string;
  readonly text?: string;
  readonly error?: unknown;
}

/** The pieces of text until the end; an error in the stream, or the abort that ends it, is thrown. */
const drain = async (parts: AsyncIterable<StreamPart>, { onText, signal }: Ask): Promise<void> => {
  for await (const part of parts) {
    if (part.type === 'text-delta') onText?.(part.text ?? '');
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw signal?.reason;
  }
};

const clientWith = (provider: string, modelOf: (connection: Connection) => LanguageModel): ClientUnderTest => ({
  name: `ai, ${provider} provider`,
  classes: { badRequest: 'AI_APICallError', rateLimit: 'AI_APICallError', timeout: 'TimeoutError', abort: 'AbortError' },
  showsHeaders: true,
  failure: (error) => {
    const last = RetryError.isInstance(error) ? error.lastError : error;
    if (APICallError.isInstance(last)) {
      const { name, statusCode, message, responseHeaders } = last;
      return { className: name, status: statusCode, message, header: (header) => responseHeaders?.[header] };
    }
    if (!(last instanceof Error)) throw last;
    return { className: last.name, status: undefined, message: last.message };
  },
  say: async (connection, ask) => {
    const request = { model: modelOf(connection), messages: messagesOf(ask), ...settings(connection, ask) };
    if (!ask.stream) {
      const { text, usage } = await generateText(request);
      return { text, outputTokens: usage.outputTokens };
    }
    const result = streamText({ ...request, onError: () => undefined });
    await drain(result.fullStream, ask);
    return { text: await result.text, outputTokens: (await result.usage).outputTokens };
  },
  useTool: async (connection, ask) => {
    const calls: unknown[] = [];
    const lookup = aiTool({
      description: tool.description,
      inputSchema: jsonSchema(tool.parameters),
      execute: (input) => {
        calls.push(input);
        return toolOutput;
      },
    });
    const request = {
      model: modelOf(connection),
      messages: messagesOf(ask),
      tools: { lookup },
      stopWhen: stepCountIs(3),
      ...settings(connection, ask),
    };
    if (!ask.stream) {
      const { text } = await generateText(request);
      return { name: 'lookup', input: calls[0], text };
    }
    const result = streamText({ ...request, onError: () => undefined });
    await drain(result.fullStream, ask);
    return { name: 'lookup', input: calls[0], text: await result.text };
  },
});

let proxied: ProxiedUpstreams;
beforeAll(async () => {
  proxied = await startProxiedUpstreams();
});
afterAll(() => proxied.stop());

const clients = Object.entries(providers).map(([name, modelOf]) => clientWith(name, modelOf));

describe.each(clients)('$name', (client) => {
  it.concurrent.each(behavioursOf(client))('$title', ({ prove }) => prove(proxied));
});
