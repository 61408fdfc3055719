import type { SurfaceId } from '#fixtures/exchange';
import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { isObject, listIn, objectIn, textIn, type Json } from './dialects/caller-dialect.ts';

/** A tool's result as it reached the upstream. */
export interface SentToolResult {
  readonly callId: string | undefined;
  /** As sent: a string, a list of blocks, null, or undefined when the key is missing. */
  readonly output: unknown;
  readonly isError: boolean;
  readonly name: string | undefined;
}

const chatResults = (body: unknown): readonly SentToolResult[] =>
  listIn(body, 'messages')
    .filter((message) => textIn(message, 'role') === 'tool')
    .map((message) => ({ callId: textIn(message, 'tool_call_id'), output: (message as Json)['content'], isError: false, name: undefined }));

const responsesResults = (body: unknown): readonly SentToolResult[] =>
  listIn(body, 'input')
    .filter((item) => textIn(item, 'type') === 'function_call_output')
    .map((item) => ({ callId: textIn(item, 'call_id'), output: (item as Json)['output'], isError: false, name: undefined }));

const messagesResults = (body: unknown): readonly SentToolResult[] =>
  listIn(body, 'messages')
    .flatMap((message) => listIn(message, 'content'))
    .filter((block) => textIn(block, 'type') === 'tool_result')
    .map((block) => ({
      callId: textIn(block, 'tool_use_id'),
      output: (block as Json)['content'],
      isError: (block as Json)['is_error'] === true,
      name: undefined,
    }));

/** Google documents `output` and `error`; proxies also write `result` or `content`. Without any of them the whole object is the output. */
const responseOutput = (response: Json): unknown => {
  const key = ['error', 'output', 'result', 'content'].find((name) => name in response);
  return key === undefined ? (Object.keys(response).length === 0 ? undefined : response) : response[key];
};

/** Google counts the tokens of a request that stands in a wrapper. */
const unwrapped = (body: unknown): unknown => (isObject(body) ? (body['generateContentRequest'] ?? body) : body);

const geminiResults = (body: unknown): readonly SentToolResult[] =>
  listIn(body, 'contents')
    .flatMap((content) => listIn(content, 'parts'))
    .map((part) => objectIn(part, 'functionResponse'))
    .filter((response) => Object.keys(response).length > 0)
    .map((sent) => {
      const response = objectIn(sent, 'response');
      return { callId: textIn(sent, 'id'), output: responseOutput(response), isError: 'error' in response, name: textIn(sent, 'name') };
    });

const readers: Readonly<Record<SurfaceId, (body: unknown) => readonly SentToolResult[]>> = {
  'openai-chat': chatResults,
  iflow: chatResults,
  'openai-responses': responsesResults,
  codex: responsesResults,
  'anthropic-messages': messagesResults,
  'gemini-generate': (body) => geminiResults(unwrapped(body)),
  antigravity: (body) => geminiResults(objectIn(body, 'request')),
};

/** The tool results of one upstream request, in order. */
export const toolResultsIn = (call: UpstreamRequest): readonly SentToolResult[] => readers[call.surface](call.body);

/** The text in an output, whichever of the legal forms it was sent in. */
export const textOfOutput = (output: unknown): string => {
  if (typeof output === 'string') return output;
  if (Array.isArray(output)) return output.map((block) => textOfOutput(block)).join('');
  return isObject(output) ? (textIn(output, 'text') ?? '') : '';
};
