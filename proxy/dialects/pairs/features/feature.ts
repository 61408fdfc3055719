import type { DialectId } from '../../../ir/chat.ts';

/** Parts of the table, in their order. */
export const groups = ['Conversation', 'Tools', 'Reasoning', 'Settings', 'Answers'] as const;

/** The dialects of both clients and upstreams; text completions are one of clients only, Kiro's of an upstream only. */
export type SharedDialect = Exclude<DialectId, 'openai-completions' | 'kiro'>;

type Wire = Readonly<Record<string, unknown>>;
type InEachDialect<T> = Readonly<Partial<Record<SharedDialect, T>>>;

/** Something that a dialect can say, in the words of each dialect that can. One file each; `id` is the file's name. */
export interface Feature {
  readonly id: string;
  /** The row's name. */
  readonly title: string;
  readonly group: (typeof groups)[number];
  /** Words that have to arrive wherever no loss is declared. */
  readonly marks: readonly string[];
  /** The remedy, switched on by default, that gives it a form where a codec alone would write what is no JSON. */
  readonly remedy?: string;
  /** Requests of clients, without the model; made for one upstream where it matters whom the request goes to. */
  readonly asks?: InEachDialect<Wire | ((upstream: SharedDialect) => Wire)>;
  /** Whole answers of upstreams. */
  readonly answers?: InEachDialect<Wire>;
}

export const defineFeature = (feature: Feature): Feature => feature;

export const hello = 'Guten-Tag';

const helloIn = {
  'openai-chat': { messages: [{ role: 'user', content: hello }] },
  'openai-responses': { input: hello },
  'anthropic-messages': { max_tokens: 64, messages: [{ role: 'user', content: hello }] },
  'gemini-generate': { contents: [{ role: 'user', parts: [{ text: hello }] }] },
} as const;

/** A request of one user message, and in the dialects named, more. */
export const helloAnd = (more: InEachDialect<Wire>): InEachDialect<Wire> =>
  Object.fromEntries(Object.entries(more).map(([id, fields]) => [id, { ...helloIn[id as SharedDialect], ...fields }]));

/** Only user content: what each dialect calls a list of content. */
export const userContent = (content: InEachDialect<readonly unknown[]>): InEachDialect<Wire> => {
  const { 'openai-chat': chat, 'openai-responses': responses, 'anthropic-messages': messages, 'gemini-generate': gemini } = content;
  return {
    ...(chat && { 'openai-chat': { messages: [{ role: 'user', content: chat }] } }),
    ...(responses && { 'openai-responses': { input: [{ role: 'user', content: responses }] } }),
    ...(messages && { 'anthropic-messages': { max_tokens: 64, messages: [{ role: 'user', content: messages }] } }),
    ...(gemini && { 'gemini-generate': { contents: [{ role: 'user', parts: gemini }] } }),
  };
};

const schema = { type: 'object', properties: { city: { type: 'string' } } } as const;

export const lookup = {
  'openai-chat': { tools: [{ type: 'function', function: { name: 'lookup', description: 'looks-up', parameters: schema } }] },
  'openai-responses': { tools: [{ type: 'function', name: 'lookup', description: 'looks-up', parameters: schema, strict: false }] },
  'anthropic-messages': { tools: [{ name: 'lookup', description: 'looks-up', input_schema: schema }] },
  'gemini-generate': { tools: [{ functionDeclarations: [{ name: 'lookup', description: 'looks-up', parametersJsonSchema: schema }] }] },
} as const;

const args = { city: 'Berlin-Mitte' } as const;

/** One call of `lookup`, answered with `result`: the fields that hold the output, in each dialect's own names. */
export const resultOf = (result: InEachDialect<Wire>): InEachDialect<Wire> => {
  const { 'openai-chat': chat, 'openai-responses': responses, 'anthropic-messages': messages, 'gemini-generate': gemini } = result;
  const call = { type: 'function', function: { name: 'lookup', arguments: JSON.stringify(args) } };
  const item = { type: 'function_call', call_id: 'c1', name: 'lookup', arguments: JSON.stringify(args) };
  const use = { type: 'tool_use', id: 'c1', name: 'lookup', input: args };
  return {
    ...(chat && {
      'openai-chat': {
        messages: [
          { role: 'user', content: hello },
          { role: 'assistant', content: null, tool_calls: [{ id: 'c1', ...call }] },
          { role: 'tool', tool_call_id: 'c1', ...chat },
        ],
      },
    }),
    ...(responses && {
      'openai-responses': {
        input: [{ role: 'user', content: hello }, item, { type: 'function_call_output', call_id: 'c1', ...responses }],
      },
    }),
    ...(messages && {
      'anthropic-messages': {
        max_tokens: 64,
        messages: [
          { role: 'user', content: hello },
          { role: 'assistant', content: [use] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c1', ...messages }] },
        ],
      },
    }),
    ...(gemini && {
      'gemini-generate': {
        contents: [
          { role: 'user', parts: [{ text: hello }] },
          { role: 'model', parts: [{ functionCall: { id: 'c1', name: 'lookup', args } }] },
          { role: 'user', parts: [{ functionResponse: { id: 'c1', name: 'lookup', ...gemini } }] },
        ],
      },
    }),
  };
};

/** What an answer of each dialect consists of; everything around it is made here. */
export interface AnswerBody {
  readonly chat?: { readonly message?: Wire; readonly choice?: Wire; readonly answer?: Wire };
  readonly responses?: { readonly output?: readonly unknown[]; readonly answer?: Wire };
  readonly messages?: { readonly content?: readonly unknown[]; readonly answer?: Wire };
  readonly gemini?: { readonly parts?: readonly unknown[]; readonly candidate?: Wire; readonly answer?: Wire };
}

const counts = {
  chat: { usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 } },
  responses: { usage: { input_tokens: 5, output_tokens: 3, total_tokens: 8 } },
  messages: { usage: { input_tokens: 5, output_tokens: 3 } },
  gemini: { usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 3, totalTokenCount: 8 } },
} as const;

export const answerWith = ({ chat, responses, messages, gemini }: AnswerBody): InEachDialect<Wire> => ({
  ...(chat && {
    'openai-chat': {
      id: 'a1',
      object: 'chat.completion',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: hello, ...chat.message }, finish_reason: 'stop', ...chat.choice }],
      ...counts.chat,
      ...chat.answer,
    },
  }),
  ...(responses && {
    'openai-responses': {
      id: 'a1',
      object: 'response',
      model: 'm',
      status: 'completed',
      output: responses.output ?? [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: hello }] }],
      ...counts.responses,
      ...responses.answer,
    },
  }),
  ...(messages && {
    'anthropic-messages': {
      id: 'a1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: messages.content ?? [{ type: 'text', text: hello }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      ...counts.messages,
      ...messages.answer,
    },
  }),
  ...(gemini && {
    'gemini-generate': {
      responseId: 'a1',
      modelVersion: 'm',
      candidates: [{ content: { role: 'model', parts: gemini.parts ?? [{ text: hello }] }, finishReason: 'STOP', ...gemini.candidate }],
      ...counts.gemini,
      ...gemini.answer,
    },
  }),
});
