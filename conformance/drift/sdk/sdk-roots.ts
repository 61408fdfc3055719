import type { z } from 'zod';

import { openaiError } from '#fixtures/wire/openai-error';
import { compaction, response } from '#fixtures/wire/response-object';
import { event as anthropicEvent, message } from '#fixtures/wire/schemas/anthropic-messages';
import { embeddings } from '#fixtures/wire/schemas/embeddings';
import { answer, tokenCount } from '#fixtures/wire/schemas/gemini-generate';
import { chunk, completion } from '#fixtures/wire/schemas/openai-chat';
import { event as responsesEvent } from '#fixtures/wire/schemas/openai-responses';

/** A type of an SDK that says what goes over the wire. */
export interface SdkRoot {
  /** As it is exported. */
  readonly name: string;
  /** Where from: the package's name, and a path in it. */
  readonly module: string;
  readonly side: 'request' | 'answer';
  /** The strict schema of ours for the same thing. */
  readonly wire?: { readonly name: string; readonly schema: z.ZodType; readonly at?: string };
}

const chat = 'openai/resources/chat/completions';
const responses = 'openai/resources/responses/responses';
const messages = '@anthropic-ai/sdk/resources/messages';
const genai = '@google/genai';

/**
 * The roots of each package that can be watched: the same types that the `.test-d.ts` files beside our schemas name, and the requests.
 * A request that streams differs from one that does not in `stream` only, so that one of both is enough.
 */
const rootsByPackage: Readonly<Record<string, readonly SdkRoot[]>> = {
  openai: [
    { name: 'ChatCompletion', module: chat, side: 'answer', wire: { name: 'openai-chat completion', schema: completion } },
    { name: 'ChatCompletionChunk', module: chat, side: 'answer', wire: { name: 'openai-chat chunk', schema: chunk } },
    { name: 'Response', module: responses, side: 'answer', wire: { name: 'openai-responses response', schema: response } },
    { name: 'ResponseStreamEvent', module: responses, side: 'answer', wire: { name: 'openai-responses event', schema: responsesEvent } },
    { name: 'CompactedResponse', module: responses, side: 'answer', wire: { name: 'openai-responses compaction', schema: compaction } },
    {
      name: 'CreateEmbeddingResponse',
      module: 'openai/resources/embeddings',
      side: 'answer',
      wire: { name: 'embeddings', schema: embeddings },
    },
    {
      name: 'ErrorObject',
      module: 'openai/resources/shared',
      side: 'answer',
      wire: { name: 'openai-error error', schema: openaiError, at: 'error' },
    },
    { name: 'ChatCompletionCreateParamsNonStreaming', module: chat, side: 'request' },
    { name: 'ResponseCreateParamsNonStreaming', module: responses, side: 'request' },
  ],
  '@anthropic-ai/sdk': [
    { name: 'Message', module: messages, side: 'answer', wire: { name: 'anthropic-messages message', schema: message } },
    { name: 'RawMessageStreamEvent', module: messages, side: 'answer', wire: { name: 'anthropic-messages event', schema: anthropicEvent } },
    { name: 'MessageCreateParamsNonStreaming', module: messages, side: 'request' },
  ],
  '@google/genai': [
    { name: 'GenerateContentResponse', module: genai, side: 'answer', wire: { name: 'gemini-generate answer', schema: answer } },
    { name: 'CountTokensResponse', module: genai, side: 'answer', wire: { name: 'gemini-generate tokenCount', schema: tokenCount } },
    { name: 'GenerateContentParameters', module: genai, side: 'request' },
  ],
};

/** Names of the packages that can be watched. */
export const watchedPackages: readonly string[] = Object.keys(rootsByPackage);

/** What of a package is watched; `undefined` when it is none of those. */
export const rootsOf = (packageName: string): readonly SdkRoot[] | undefined =>
  Object.hasOwn(rootsByPackage, packageName) ? rootsByPackage[packageName] : undefined;
