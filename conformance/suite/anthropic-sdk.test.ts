import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { jsonSchemaOutputFormat } from '@anthropic-ai/sdk/helpers/json-schema';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf } from './client-behaviours.ts';
import { tool, weatherSchema, type Ask, type ClientUnderTest, type Connection } from './client-under-test.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** The official Anthropic SDK: Messages. */

const clientOf = ({ url, apiKey, maxRetries, timeoutMs, fetch }: Connection): Anthropic =>
  new Anthropic({ baseURL: url, apiKey, maxRetries, timeout: timeoutMs, fetch });

const textIn = ({ content }: Pick<Anthropic.Message, 'content'>): string =>
  content.map((block) => (block.type === 'text' ? block.text : '')).join('');

const question = ({ text, image, imageUrl, pdf, begun }: Ask): Anthropic.MessageParam[] => {
  const content: Anthropic.ContentBlockParam[] = [{ type: 'text', text }];
  if (image !== undefined) content.push({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } });
  if (imageUrl !== undefined) content.push({ type: 'image', source: { type: 'url', url: imageUrl } });
  if (pdf !== undefined)
    content.push({ type: 'document', title: 'page.pdf', source: { type: 'base64', media_type: 'application/pdf', data: pdf } });
  return [{ role: 'user', content }, ...(begun === undefined ? [] : [{ role: 'assistant' as const, content: begun }])];
};

const create = (
  connection: Connection,
  turns: Anthropic.MessageParam[],
  extras: Pick<Anthropic.MessageCreateParamsNonStreaming, 'tools' | 'output_config'>,
  { stream, signal, onText }: Ask,
) => {
  const { messages } = clientOf(connection);
  const ask = { model: connection.model, max_tokens: 64, messages: turns, ...extras };
  return stream
    ? messages
        .stream(ask, { signal: signal ?? null })
        .on('text', (piece) => onText?.(piece))
        .finalMessage()
    : messages.parse(ask, { signal: signal ?? null });
};

/** The SDK puts the whole envelope into its message. */
const wordsIn = (body: unknown, otherwise: string): string =>
  (body as { readonly error?: { readonly message?: string } } | undefined)?.error?.message ?? otherwise;

const { name, description, parameters } = tool;
const tools: Anthropic.Tool[] = [{ name, description, input_schema: parameters }];

const messages: ClientUnderTest = {
  name: '@anthropic-ai/sdk, messages',
  dialect: 'anthropic-messages',
  classes: { badRequest: 'BadRequestError', rateLimit: 'RateLimitError', timeout: 'APIConnectionTimeoutError', abort: 'APIUserAbortError' },
  brokenStream: ['APIError'],
  showsHeaders: true,
  sendsImageUrls: true,
  failure: (error) => {
    if (!(error instanceof APIError)) throw error;
    const { status, headers, type, requestID, error: body } = error as APIError;
    return {
      className: error.constructor.name,
      status,
      message: wordsIn(body, error.message),
      code: type,
      requestId: requestID,
      header: (name) => headers?.get(name),
    };
  },
  say: async (connection, ask) => {
    const message = await create(connection, question(ask), {}, ask);
    return { text: textIn(message), outputTokens: message.usage.output_tokens };
  },
  useTools: async (connection, ask, run) => {
    const turns = question(ask);
    const { content } = await create(connection, turns, { tools }, ask);
    const calls = content.filter((block) => block.type === 'tool_use');
    const results = calls.map(({ id, input }) => ({ type: 'tool_result' as const, tool_use_id: id, content: run(input) }));
    turns.push({ role: 'assistant', content }, { role: 'user', content: results });
    const text = textIn(await create(connection, turns, { tools }, ask));
    return { calls: calls.map(({ name: called, input }) => ({ name: called, input })), text };
  },
  parse: async (connection, ask) => {
    const output_config = { format: jsonSchemaOutputFormat(weatherSchema) };
    return (await create(connection, question(ask), { output_config }, ask)).parsed_output;
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
