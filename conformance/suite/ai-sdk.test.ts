import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateText,
  jsonSchema,
  Output,
  RetryError,
  stepCountIs,
  streamText,
  tool as aiTool,
  type LanguageModel,
  type ModelMessage,
  type UserContent,
} from 'ai';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf } from './client-behaviours.ts';
import {
  tool,
  weatherSchema,
  type Ask,
  type Called,
  type ClientDialect,
  type ClientFailure,
  type ClientUnderTest,
  type Connection,
} from './client-under-test.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** `ai` with its providers for OpenAI (Chat Completions and Responses), Anthropic and Google. The loop over tool calls is its own. */

interface Provider {
  readonly name: string;
  readonly dialect: ClientDialect;
  /** What the provider says of itself; `ai` gets the other images before it asks. */
  readonly sendsImageUrls: boolean;
  readonly modelOf: (connection: Connection) => LanguageModel;
}

const providers: readonly Provider[] = [
  {
    name: 'OpenAI chat',
    dialect: 'openai-chat',
    sendsImageUrls: true,
    modelOf: ({ url, apiKey, model, fetch }) => createOpenAI({ baseURL: `${url}/v1`, apiKey, fetch }).chat(model),
  },
  {
    name: 'OpenAI responses',
    dialect: 'openai-responses',
    sendsImageUrls: true,
    modelOf: ({ url, apiKey, model, fetch }) => createOpenAI({ baseURL: `${url}/v1`, apiKey, fetch }).responses(model),
  },
  {
    name: 'Anthropic',
    dialect: 'anthropic-messages',
    sendsImageUrls: true,
    modelOf: ({ url, apiKey, model, fetch }) => createAnthropic({ baseURL: `${url}/v1`, apiKey, fetch })(model),
  },
  {
    name: 'Google',
    dialect: 'gemini-generate',
    sendsImageUrls: false,
    modelOf: ({ url, apiKey, model, fetch }) => createGoogleGenerativeAI({ baseURL: `${url}/v1beta`, apiKey, fetch })(model),
  },
];

const settings = ({ maxRetries, timeoutMs }: Connection, { signal }: Ask) => ({
  maxRetries,
  timeout: timeoutMs,
  ...(signal !== undefined && { abortSignal: signal }),
});

const messagesOf = ({ text, image, imageUrl, pdf, begun }: Ask): ModelMessage[] => {
  const content: UserContent = [{ type: 'text', text }];
  if (image !== undefined) content.push({ type: 'image', image, mediaType: 'image/png' });
  if (imageUrl !== undefined) content.push({ type: 'image', image: new URL(imageUrl), mediaType: 'image/png' });
  if (pdf !== undefined) content.push({ type: 'file', data: pdf, mediaType: 'application/pdf', filename: 'page.pdf' });
  return [{ role: 'user', content }, ...(begun === undefined ? [] : [{ role: 'assistant' as const, content: begun }])];
};

interface StreamPart {
  readonly type: string;
  readonly text?: string;
  readonly error?: unknown;
  readonly reason?: string;
}

/** The pieces of text until the end; an error in the stream, or the abort that ends it, is thrown. */
const drain = async (parts: AsyncIterable<StreamPart>, { onText, signal }: Ask): Promise<void> => {
  for await (const part of parts) {
    if (part.type === 'text-delta') onText?.(part.text ?? '');
    if (part.type === 'error') throw part.error;
    if (part.type === 'abort') throw signal?.reason ?? new DOMException(part.reason, 'TimeoutError');
  }
};

interface ErrorBody {
  readonly type?: string;
  readonly code?: string | null;
  readonly status?: string;
}

/** Where each dialect's envelope tells programs what went wrong. */
const codeIn: Readonly<Record<ClientDialect, (error: ErrorBody | undefined) => unknown>> = {
  'openai-chat': (error) => error?.code,
  'openai-responses': (error) => error?.code,
  'anthropic-messages': (error) => error?.type,
  'gemini-generate': (error) => error?.status,
};

/** Errors in a stream that has begun are handed on as the provider read them. */
const partOf = (error: unknown): ClientFailure => {
  if (typeof error !== 'object' || error === null || !('message' in error)) throw error;
  return { className: 'error part', status: undefined, message: String(error.message) };
};

const clientWith = ({ name, dialect, sendsImageUrls, modelOf }: Provider): ClientUnderTest => ({
  name: `ai, ${name} provider`,
  dialect,
  classes: { badRequest: 'AI_APICallError', rateLimit: 'AI_APICallError', timeout: 'TimeoutError', abort: 'AbortError' },
  brokenStream: ['AI_APICallError', 'error part'],
  showsHeaders: true,
  sendsImageUrls,
  failure: (error) => {
    const last = RetryError.isInstance(error) ? error.lastError : error;
    if (APICallError.isInstance(last)) {
      const { name, statusCode, message, responseHeaders, data } = last;
      const requestId = responseHeaders?.[dialect === 'anthropic-messages' ? 'request-id' : 'x-request-id'];
      const code = codeIn[dialect]((data as { readonly error?: ErrorBody } | undefined)?.error);
      const header = (field: string) => responseHeaders?.[field];
      return { className: name, status: statusCode, message, code, header, ...(dialect !== 'gemini-generate' && { requestId }) };
    }
    if (!(last instanceof Error)) return partOf(last);
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
  useTools: async (connection, ask, run) => {
    const calls: Called[] = [];
    const lookup = aiTool({
      description: tool.description,
      inputSchema: jsonSchema(tool.parameters),
      execute: (input) => {
        calls.push({ name: 'lookup', input });
        return run(input);
      },
    });
    const request = {
      model: modelOf(connection),
      messages: messagesOf(ask),
      tools: { lookup },
      stopWhen: stepCountIs(3),
      ...settings(connection, ask),
    };
    if (!ask.stream) return { text: (await generateText(request)).text, calls };
    const result = streamText({ ...request, onError: () => undefined });
    await drain(result.fullStream, ask);
    return { text: await result.text, calls };
  },
  parse: async (connection, ask) => {
    const output = Output.object({ name: 'weather', schema: jsonSchema(weatherSchema) });
    // Models whose names it does not know are asked by a tool otherwise.
    const providerOptions = { anthropic: { structuredOutputMode: 'outputFormat' } };
    const request = { model: modelOf(connection), messages: messagesOf(ask), output, providerOptions, ...settings(connection, ask) };
    if (!ask.stream) return (await generateText(request)).output;
    const result = streamText({ ...request, onError: () => undefined });
    await drain(result.fullStream, ask);
    return result.output;
  },
});

let proxied: ProxiedUpstreams;
beforeAll(async () => {
  proxied = await startProxiedUpstreams();
});
afterAll(() => proxied.stop());

describe.each(providers.map(clientWith))('$name', (client) => {
  it.concurrent.each(behavioursOf(client))('$title', ({ prove }) => prove(proxied));
});
