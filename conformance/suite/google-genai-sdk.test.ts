import {
  ApiError,
  GoogleGenAI,
  type Content,
  type GenerateContentParameters,
  type GenerateContentResponse,
  type Part,
} from '@google/genai';
import { afterAll, beforeAll, describe, it } from 'vitest';

import { behavioursOf, tool, toolOutput, type Ask, type ClientUnderTest, type Connection } from './client-behaviours.ts';
import { startProxiedUpstreams, type ProxiedUpstreams } from './proxied-upstreams.ts';

/** The official Google Gen AI SDK: generateContent. Its errors hold the status and the body as text, and no headers. */

const clientOf = ({ url, apiKey, maxRetries, timeoutMs }: Connection): GoogleGenAI =>
  new GoogleGenAI({
    apiKey,
    httpOptions: { baseUrl: url, timeout: timeoutMs, retryOptions: { attempts: maxRetries + 1, initialDelay: 0.001, maxDelay: 0.001 } },
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

const generate = async (connection: Connection, contents: Content[], { stream, signal, onText }: Ask): Promise<Answered> => {
  const client = clientOf(connection);
  const config = { tools: [{ functionDeclarations: [declaration] }], ...(signal !== undefined && { abortSignal: signal }) };
  const ask = { model: connection.model, contents, config };
  if (stream) return streamed(client, ask, onText);
  const response = await client.models.generateContent(ask);
  return { parts: partsOf(response), outputTokens: response.usageMetadata?.candidatesTokenCount };
};

const generateContent: ClientUnderTest = {
  name: '@google/genai, generateContent',
  classes: { badRequest: 'ApiError', rateLimit: 'ApiError', timeout: 'AbortError', abort: 'AbortError' },
  showsHeaders: false,
  failure: (error) => {
    if (error instanceof ApiError) return { className: error.name, status: error.status, message: error.message };
    if (!(error instanceof Error)) throw error;
    return { className: error.name, status: undefined, message: error.message };
  },
  say: async (connection, ask) => {
    const parts: Part[] = [
      { text: ask.text },
      ...(ask.image === undefined ? [] : [{ inlineData: { mimeType: 'image/png', data: ask.image } }]),
    ];
    const answered = await generate(connection, [{ role: 'user', parts }], ask);
    return { text: textOf(answered.parts), outputTokens: answered.outputTokens };
  },
  useTool: async (connection, ask) => {
    const contents: Content[] = [{ role: 'user', parts: [{ text: ask.text }] }];
    const { parts } = await generate(connection, contents, ask);
    const call = parts.find(({ functionCall }) => functionCall !== undefined)?.functionCall;
    if (call?.name === undefined) throw new Error(`no tool call in ${JSON.stringify(parts)}`);
    const { name, id, args } = call;
    contents.push(
      { role: 'model', parts: [...parts] },
      { role: 'user', parts: [{ functionResponse: { name, ...(id !== undefined && { id }), response: { output: toolOutput } } }] },
    );
    return { name, input: args, text: textOf((await generate(connection, contents, ask)).parts) };
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
