import {
  ApiError,
  GoogleGenAI,
  type Content,
  type GenerateContentConfig,
  type GenerateContentParameters,
  type GenerateContentResponse,
  type Part,
} from '@google/genai';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf } from './client-behaviours.ts';
import { tool, weatherSchema, type Ask, type ClientFailure, type ClientUnderTest, type Connection } from './client-under-test.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** The official Google Gen AI SDK: generateContent. Its errors hold the status and the body as text, and no headers. */

const clientOf = ({ url, apiKey, maxRetries, timeoutMs, fetch }: Connection): GoogleGenAI =>
  new GoogleGenAI({
    apiKey,
    httpOptions: {
      baseUrl: url,
      timeout: timeoutMs,
      fetch,
      retryOptions: { attempts: maxRetries + 1, initialDelay: 0.001, maxDelay: 0.001 },
    },
  });

const declaration = { name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters };

interface Answered {
  readonly parts: readonly Part[];
  readonly outputTokens: number | undefined;
}

const partsOf = (response: GenerateContentResponse): readonly Part[] => response.candidates?.[0]?.content?.parts ?? [];
const textOf = (parts: readonly Part[]): string => parts.map(({ text, thought }) => (thought === true ? '' : (text ?? ''))).join('');

const streamed = async (client: GoogleGenAI, ask: GenerateContentParameters, onText: Ask['onText']): Promise<Answered> => {
  const parts: Part[] = [];
  let outputTokens: number | undefined;
  for await (const response of await client.models.generateContentStream(ask)) {
    parts.push(...partsOf(response));
    outputTokens = response.usageMetadata?.candidatesTokenCount ?? outputTokens;
    const piece = textOf(partsOf(response));
    if (piece !== '') onText?.(piece);
  }
  return { parts, outputTokens };
};

const generate = async (
  connection: Connection,
  contents: Content[],
  extras: GenerateContentConfig,
  { stream, signal, onText }: Ask,
): Promise<Answered> => {
  const client = clientOf(connection);
  const config = { ...extras, ...(signal !== undefined && { abortSignal: signal }) };
  const ask = { model: connection.model, contents, config };
  if (stream) return streamed(client, ask, onText);
  const response = await client.models.generateContent(ask);
  return { parts: partsOf(response), outputTokens: response.usageMetadata?.candidatesTokenCount };
};

const question = ({ text, image, imageUrl, pdf, begun }: Ask): Content[] => {
  const parts: Part[] = [{ text }];
  if (image !== undefined) parts.push({ inlineData: { mimeType: 'image/png', data: image } });
  if (imageUrl !== undefined) parts.push({ fileData: { mimeType: 'image/png', fileUri: imageUrl } });
  if (pdf !== undefined) parts.push({ inlineData: { mimeType: 'application/pdf', data: pdf } });
  return [{ role: 'user', parts }, ...(begun === undefined ? [] : [{ role: 'model', parts: [{ text: begun }] }])];
};

/** The SDK's message is the body as text; behind a word about the status where the error came in a stream. */
const envelopeIn = (text: string): Pick<ClientFailure, 'message' | 'code'> => {
  const { error } = JSON.parse(text.slice(text.indexOf('{'))) as { readonly error: { readonly message: string; readonly status: string } };
  return { message: error.message, code: error.status };
};

const generateContent: ClientUnderTest = {
  name: '@google/genai, generateContent',
  dialect: 'gemini-generate',
  classes: { badRequest: 'ApiError', rateLimit: 'ApiError', timeout: 'AbortError', abort: 'AbortError' },
  brokenStream: ['ApiError'],
  showsHeaders: false,
  sendsImageUrls: true,
  failure: (error) => {
    if (error instanceof ApiError) return { className: error.name, status: error.status, ...envelopeIn(error.message) };
    if (!(error instanceof Error)) throw error;
    return { className: error.name, status: undefined, message: error.message };
  },
  say: async (connection, ask) => {
    const { parts, outputTokens } = await generate(connection, question(ask), {}, ask);
    return { text: textOf(parts), outputTokens };
  },
  useTools: async (connection, ask, run) => {
    const tools = [{ functionDeclarations: [declaration] }];
    const contents = question(ask);
    const { parts } = await generate(connection, contents, { tools }, ask);
    const calls = parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall]));
    const results = calls.map(({ name, id, args }): Part => ({
      functionResponse: { ...(name !== undefined && { name }), ...(id !== undefined && { id }), response: { output: run(args) } },
    }));
    contents.push({ role: 'model', parts: [...parts] }, { role: 'user', parts: results });
    const text = textOf((await generate(connection, contents, { tools }, ask)).parts);
    return { calls: calls.map(({ name, args }) => ({ name, input: args })), text };
  },
  parse: async (connection, ask) => {
    const extras = { responseMimeType: 'application/json', responseJsonSchema: weatherSchema };
    return JSON.parse(textOf((await generate(connection, question(ask), extras, ask)).parts)) as unknown;
  },
};

let proxied: ProxiedUpstreams;
beforeAll(async () => {
  proxied = await startProxiedUpstreams();
});
afterAll(() => proxied.stop());

describe.each([generateContent])('$name', (client) => {
  it.concurrent.each(behavioursOf(client))('$title', ({ prove }) => prove(proxied));
});
