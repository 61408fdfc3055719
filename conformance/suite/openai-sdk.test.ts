import OpenAI, { APIError } from 'openai';
import { makeParseableResponseFormat, makeParseableTextFormat } from 'openai/lib/parser';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf } from './client-behaviours.ts';
import {
  customTool,
  tool,
  weatherSchema,
  type Ask,
  type ClientFailure,
  type ClientUnderTest,
  type Connection,
  type Token,
} from './client-under-test.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** The official OpenAI SDK: Chat Completions and Responses. */

const clientOf = ({ url, apiKey, maxRetries, timeoutMs, fetch }: Connection): OpenAI =>
  new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries, timeout: timeoutMs, fetch });

/** The stream of Responses throws the error event as it came. */
const eventOf = (error: unknown): ClientFailure => {
  const { type, message } = error as OpenAI.Responses.ResponseErrorEvent;
  if (type !== 'error') throw error;
  return { className: 'error event', status: undefined, message };
};

const shared: Pick<ClientUnderTest, 'classes' | 'brokenStream' | 'showsHeaders' | 'sendsImageUrls' | 'failure'> = {
  classes: { badRequest: 'BadRequestError', rateLimit: 'RateLimitError', timeout: 'APIConnectionTimeoutError', abort: 'APIUserAbortError' },
  brokenStream: ['APIError', 'error event'],
  showsHeaders: true,
  sendsImageUrls: true,
  failure: (error) => {
    if (!(error instanceof APIError)) return eventOf(error);
    const { status, message, headers, code, requestID } = error as APIError;
    const words = status === undefined ? message : message.replace(`${status} `, '');
    return {
      className: error.constructor.name,
      status,
      message: words,
      code,
      requestId: requestID,
      header: (name) => headers?.get(name),
    };
  },
};

const png = (base64: string): string => `data:image/png;base64,${base64}`;
const paper = (base64: string) => ({ filename: 'page.pdf', file_data: `data:application/pdf;base64,${base64}` });

/** The SDK's helpers for zod make formats like this: a schema, and who reads the answer. */
const read = (content: string): unknown => JSON.parse(content);

interface Weighed {
  readonly token: string;
  readonly logprob: number;
  readonly top_logprobs?: readonly { readonly token: string; readonly logprob: number }[];
}

const weighed = (tokens: readonly Weighed[]): readonly Token[] =>
  tokens.map(({ token, logprob, top_logprobs = [] }) => ({
    token,
    logprob,
    top: top_logprobs.map((other) => ({ token: other.token, logprob: other.logprob })),
  }));

type Messages = OpenAI.ChatCompletionMessageParam[];
type ChatExtras = Partial<Pick<OpenAI.ChatCompletionCreateParams, 'tools' | 'response_format' | 'logprobs' | 'top_logprobs'>>;

const chatQuestion = ({ text, image, imageUrl, pdf, begun }: Ask): Messages => {
  const url = image === undefined ? imageUrl : png(image);
  const content: OpenAI.ChatCompletionContentPart[] = [
    { type: 'text', text },
    ...(url === undefined ? [] : [{ type: 'image_url' as const, image_url: { url } }]),
    ...(pdf === undefined ? [] : [{ type: 'file' as const, file: paper(pdf) }]),
  ];
  return [{ role: 'user', content }, ...(begun === undefined ? [] : [{ role: 'assistant' as const, content: begun }])];
};

const complete = async (connection: Connection, messages: Messages, extras: ChatExtras, { stream, signal, onText }: Ask) => {
  const { completions } = clientOf(connection).chat;
  const ask = { model: connection.model, messages, ...extras };
  const completion = stream
    ? await completions
        .stream({ ...ask, stream_options: { include_usage: true } }, { signal: signal ?? null })
        .on('content', (piece) => onText?.(piece))
        .finalChatCompletion()
    : await completions.create(ask, { signal: signal ?? null });
  const [choice] = completion.choices;
  if (choice === undefined) throw new Error(`no choice in ${JSON.stringify(completion)}`);
  return { choice, usage: completion.usage };
};

interface CustomCall {
  readonly id: string;
  readonly custom: { readonly name: string; readonly input: string };
}

/** The SDK's stream helper knows calls of functions only. */
const streamedCustomCall = async (connection: Connection, messages: Messages, extras: ChatExtras): Promise<CustomCall> => {
  const { completions } = clientOf(connection).chat;
  const custom = { name: '', input: '' };
  let id = '';
  for await (const chunk of await completions.create({ model: connection.model, messages, ...extras, stream: true })) {
    const [delta] = (chunk.choices[0]?.delta.tool_calls ?? []) as readonly Partial<CustomCall>[];
    id += delta?.id ?? '';
    custom.name += delta?.custom?.name ?? '';
    custom.input += delta?.custom?.input ?? '';
  }
  return { id, custom };
};

const customCall = async (connection: Connection, messages: Messages, extras: ChatExtras): Promise<CustomCall> => {
  const completion = await clientOf(connection).chat.completions.create({ model: connection.model, messages, ...extras });
  const call = completion.choices[0]?.message.tool_calls?.[0];
  if (call?.type !== 'custom') throw new Error(`no custom call in ${JSON.stringify(completion)}`);
  return call;
};

const chat: ClientUnderTest = {
  ...shared,
  name: 'openai SDK, chat completions',
  dialect: 'openai-chat',
  say: async (connection, ask) => {
    const { choice, usage } = await complete(connection, chatQuestion(ask), {}, ask);
    return { text: choice.message.content ?? '', outputTokens: usage?.completion_tokens };
  },
  useTools: async (connection, ask, run) => {
    const tools = [{ type: 'function' as const, function: tool }];
    const messages = chatQuestion(ask);
    const { message } = (await complete(connection, messages, { tools }, ask)).choice;
    const calls = (message.tool_calls ?? []).flatMap((call) =>
      call.type === 'function' ? [{ id: call.id, name: call.function.name, input: JSON.parse(call.function.arguments) as unknown }] : [],
    );
    messages.push(message, ...calls.map(({ id, input }) => ({ role: 'tool' as const, tool_call_id: id, content: run(input) })));
    const { choice } = await complete(connection, messages, { tools }, ask);
    return { calls: calls.map(({ name, input }) => ({ name, input })), text: choice.message.content ?? '' };
  },
  useCustomTool: async (connection, ask, output) => {
    const tools = [{ type: 'custom' as const, custom: customTool }];
    const messages = chatQuestion(ask);
    const { id, custom } = await (ask.stream ? streamedCustomCall : customCall)(connection, messages, { tools });
    messages.push(
      { role: 'assistant', content: null, tool_calls: [{ id, type: 'custom', custom }] },
      { role: 'tool', tool_call_id: id, content: output },
    );
    const { choice } = await complete(connection, messages, { tools }, { ...ask, stream: false });
    return { calls: [custom], text: choice.message.content ?? '' };
  },
  parse: async (connection, ask) => {
    const response_format = { type: 'json_schema' as const, json_schema: { name: 'weather', strict: true, schema: weatherSchema } };
    const { completions } = clientOf(connection).chat;
    const request = {
      model: connection.model,
      messages: chatQuestion(ask),
      response_format: makeParseableResponseFormat(response_format, read),
    };
    const parsed = ask.stream ? await completions.stream(request).finalChatCompletion() : await completions.parse(request);
    return parsed.choices[0]?.message.parsed;
  },
  refusal: async (connection, ask) => {
    const { message, finish_reason } = (await complete(connection, chatQuestion(ask), {}, ask)).choice;
    return { refusal: message.refusal, text: message.content ?? '', end: finish_reason };
  },
  weigh: async (connection, ask) => {
    const { choice } = await complete(connection, chatQuestion(ask), { logprobs: true, top_logprobs: 2 }, ask);
    return weighed(choice.logprobs?.content ?? []);
  },
};

type Extras = Partial<Pick<OpenAI.Responses.ResponseCreateParams, 'tools' | 'text' | 'include' | 'top_logprobs'>>;

const question = ({ text, image, imageUrl, pdf, begun }: Ask): OpenAI.Responses.ResponseInput => {
  const url = image === undefined ? imageUrl : png(image);
  const content: OpenAI.Responses.ResponseInputContent[] = [
    { type: 'input_text', text },
    ...(url === undefined ? [] : [{ type: 'input_image' as const, image_url: url, detail: 'auto' as const }]),
    ...(pdf === undefined ? [] : [{ type: 'input_file' as const, ...paper(pdf) }]),
  ];
  return [{ role: 'user', content }, ...(begun === undefined ? [] : [{ role: 'assistant' as const, content: begun }])];
};

const respond = (
  connection: Connection,
  input: OpenAI.Responses.ResponseInput,
  extras: Extras,
  { stream, signal, onText }: Ask,
): Promise<OpenAI.Responses.Response> => {
  const { responses } = clientOf(connection);
  const ask = { model: connection.model, input, ...extras };
  return stream
    ? responses
        .stream(ask, { signal: signal ?? null })
        .on('response.output_text.delta', ({ delta }) => onText?.(delta))
        .finalResponse()
    : responses.create(ask, { signal: signal ?? null });
};

const saidIn = (output: OpenAI.Responses.ResponseOutputItem[]) => output.flatMap((item) => (item.type === 'message' ? item.content : []));

const responses: ClientUnderTest = {
  ...shared,
  name: 'openai SDK, responses',
  dialect: 'openai-responses',
  say: async (connection, ask) => {
    const { output_text, usage } = await respond(connection, question(ask), {}, ask);
    return { text: output_text, outputTokens: usage?.output_tokens };
  },
  useTools: async (connection, ask, run) => {
    const tools = [{ type: 'function' as const, ...tool, strict: true }];
    const input = question(ask);
    const { output } = await respond(connection, input, { tools }, ask);
    const items = output.flatMap((item) => (item.type === 'function_call' ? [item] : []));
    const calls = items.map(({ name, arguments: written }) => ({ name, input: JSON.parse(written) as unknown }));
    for (const { type, call_id, name, arguments: written } of items) input.push({ type, call_id, name, arguments: written });
    for (const { call_id, arguments: written } of items)
      input.push({ type: 'function_call_output', call_id, output: run(JSON.parse(written)) });
    return { calls, text: (await respond(connection, input, { tools }, ask)).output_text };
  },
  useCustomTool: async (connection, ask, output) => {
    const tools = [{ type: 'custom' as const, ...customTool }];
    const input = question(ask);
    const answered = await respond(connection, input, { tools }, ask);
    const call = answered.output.find((item) => item.type === 'custom_tool_call');
    if (call === undefined) throw new Error(`no custom call in ${JSON.stringify(answered)}`);
    const { type, call_id, name, input: written } = call;
    input.push({ type, call_id, name, input: written }, { type: 'custom_tool_call_output', call_id, output });
    return { calls: [{ name, input: written }], text: (await respond(connection, input, { tools }, ask)).output_text };
  },
  parse: async (connection, ask) => {
    const format = { type: 'json_schema' as const, name: 'weather', strict: true, schema: weatherSchema };
    const { responses } = clientOf(connection);
    const request = { model: connection.model, input: question(ask), text: { format: makeParseableTextFormat(format, read) } };
    const parsed = ask.stream ? await responses.stream(request).finalResponse() : await responses.parse(request);
    return parsed.output_parsed;
  },
  refusal: async (connection, ask) => {
    const { output, output_text, status, incomplete_details } = await respond(connection, question(ask), {}, ask);
    const refusal = saidIn(output).find((part) => part.type === 'refusal')?.refusal ?? null;
    return { refusal, text: output_text, end: incomplete_details?.reason ?? status };
  },
  weigh: async (connection, ask) => {
    const extras: Extras = { include: ['message.output_text.logprobs'], top_logprobs: 2 };
    const { output } = await respond(connection, question(ask), extras, ask);
    return weighed(saidIn(output).flatMap((part) => (part.type === 'output_text' ? (part.logprobs ?? []) : [])));
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
