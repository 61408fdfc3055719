import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { allTexts, type Fields, fieldsOf, listOf, numberOf, textIn, textOf } from '../loose.ts';
import { countTokens, type OfferedTool, type Question, type Refusal, type Reply } from '../question.ts';
import { saysEvents, saysJson, type Speaker, type Spoken } from '../speaker.ts';

/** Chat Completions: platform.openai.com/docs/api-reference/chat. */

const created = 1_770_000_000;

/** OpenAI caches prompts from this length on: platform.openai.com/docs/guides/prompt-caching. */
export const cachedFrom = 1_024;

export const cachedOf = (inputTokens: number): number => (inputTokens < cachedFrom ? 0 : Math.floor((inputTokens * 0.75) / 128) * 128);

const toolOf = (tool: unknown): OfferedTool => {
  const { name, parameters } = fieldsOf(fieldsOf(tool)['function']);
  return { name: textOf(name), parameters: fieldsOf(parameters) };
};

const choiceOf = (choice: unknown): Question['toolChoice'] => {
  if (choice === 'none' || choice === 'required') return choice;
  const { name } = fieldsOf(fieldsOf(choice)['function']);
  return typeof name === 'string' ? { name } : 'auto';
};

/** The schema of a `json_schema`, `{}` for a `json_object`, nothing for text. */
export const formatOf = (format: Fields, inside: Fields): Fields | undefined => {
  if (format['type'] === 'json_schema') return fieldsOf(inside['schema']);
  return format['type'] === 'json_object' ? {} : undefined;
};

const lastOf = (messages: readonly Fields[]): Question['last'] => {
  const { role, content } = messages.at(-1) ?? {};
  // A trailing assistant message is history to OpenAI: the model answers what a person said last.
  if (role === 'tool') return { by: 'tool', text: textIn(content) };
  const person = messages.findLast((message) => message['role'] === 'user');
  return { by: 'person', text: textIn(person?.['content']) };
};

const rolesOfSystem = new Set<unknown>(['system', 'developer']);

const stopOf = (stop: unknown): readonly string[] => (typeof stop === 'string' ? [stop] : listOf(stop).map(textOf));

const questionOf = (body: Fields, messages: readonly Fields[]): Question => {
  const format = fieldsOf(body['response_format']);
  const inputTokens = countTokens(allTexts([messages, body['tools']]));
  return {
    model: textOf(body['model']),
    system: messages
      .filter(({ role }) => rolesOfSystem.has(role))
      .map(({ content }) => textIn(content))
      .join('\n'),
    said: messages.filter(({ role }) => role === 'user').map(({ content }) => textIn(content)),
    last: lastOf(messages),
    tools: listOf(body['tools']).map(toolOf),
    toolChoice: choiceOf(body['tool_choice']),
    parallelCalls: body['parallel_tool_calls'] !== false,
    format: formatOf(format, fieldsOf(format['json_schema'])),
    stop: stopOf(body['stop']),
    maxTokens: numberOf(body['max_completion_tokens']) ?? numberOf(body['max_tokens']),
    thinks: typeof body['reasoning_effort'] === 'string' && body['reasoning_effort'] !== 'none',
    answers: numberOf(body['n']) ?? 1,
    logprobs: body['logprobs'] === true,
    inputTokens,
    cachedTokens: cachedOf(inputTokens),
  };
};

const read = ({ body: unread }: UpstreamRequest): Question | Refusal => {
  const body = fieldsOf(unread);
  if (textOf(body['model']) === '') return { refused: 'you must provide a model parameter', param: null };
  if (!Array.isArray(body['messages'])) return { refused: "Invalid type for 'messages': expected an array of objects.", param: 'messages' };
  if (body['messages'].length === 0) return { refused: "Invalid 'messages': empty array.", param: 'messages' };
  return questionOf(body, body['messages'].map(fieldsOf));
};

const usageOf = ({ inputTokens, cachedTokens }: Question, { outputTokens, thoughts }: Reply, answers: number): Fields => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens * answers,
  total_tokens: inputTokens + outputTokens * answers,
  prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: thoughts.length * answers,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

const finishes = { stop: 'stop', length: 'length', calls: 'tool_calls' } as const;
const finishOf = ({ finish }: Reply): string => (typeof finish === 'string' ? finishes[finish] : 'stop');

export const logprobOf = (token: string): Fields => ({
  token,
  logprob: -0.125,
  bytes: [...Buffer.from(token)],
  top_logprobs: [],
});

const toolCalls = ({ calls }: Reply): readonly Fields[] =>
  calls.map(({ id, name, args }) => ({ id: `call_${id}`, type: 'function', function: { name, arguments: JSON.stringify(args) } }));

const choiceJson = (question: Question, reply: Reply, index: number): Fields => ({
  index,
  message: {
    role: 'assistant',
    content: reply.calls.length > 0 ? null : reply.tokens.join(''),
    ...(reply.calls.length > 0 && { tool_calls: toolCalls(reply) }),
    refusal: null,
    annotations: [],
  },
  logprobs: question.logprobs ? { content: reply.tokens.map(logprobOf), refusal: null } : null,
  finish_reason: finishOf(reply),
});

const head = (question: Question, { seed }: Reply): Fields => ({
  id: `chatcmpl-${seed}`,
  created,
  model: question.model,
  service_tier: 'default',
  system_fingerprint: 'fp_3d9c1b7a52',
});

const deltasOf = (reply: Reply): readonly Fields[] => [
  { role: 'assistant', content: reply.calls.length > 0 ? null : '', refusal: null },
  ...reply.tokens.map((content) => ({ content })),
  ...reply.calls.flatMap(({ id, name, args }, index) => [
    { tool_calls: [{ index, id: `call_${id}`, type: 'function', function: { name, arguments: '' } }] },
    ...(JSON.stringify(args).match(/.{1,12}/gsu) ?? []).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]),
];

const chunksOf = (question: Question, reply: Reply, index: number): readonly Fields[] => {
  const withLogprobs = (delta: Fields): Fields | null =>
    question.logprobs && textOf(delta['content']) !== '' ? { content: [logprobOf(textOf(delta['content']))], refusal: null } : null;
  const choices = [
    ...deltasOf(reply).map((delta) => ({ index, delta, logprobs: withLogprobs(delta), finish_reason: null })),
    { index, delta: {}, logprobs: null, finish_reason: finishOf(reply) },
  ];
  return choices.map((choice) => ({ choices: [choice] }));
};

const headers = { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499', 'openai-version': '2020-10-01' };

const say = (question: Question, reply: Reply, { stream, body }: UpstreamRequest): Spoken => {
  const indexes = Array.from({ length: question.answers }, (_none, index) => index);
  const usage = usageOf(question, reply, question.answers);
  if (!stream) {
    const choices = indexes.map((index) => choiceJson(question, reply, index));
    return saysJson({ ...head(question, reply), object: 'chat.completion', choices, usage }, headers);
  }
  const counted = fieldsOf(fieldsOf(body)['stream_options'])['include_usage'] === true;
  const chunks: Fields[] = indexes
    .flatMap((index) => chunksOf(question, reply, index))
    .map((chunk) => ({ ...chunk, ...(counted && { usage: null }) }));
  if (counted) chunks.push({ choices: [], usage });
  const full = chunks.map((chunk) => ({ ...head(question, reply), object: 'chat.completion.chunk', ...chunk }));
  return saysEvents([...full.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`), 'data: [DONE]\n\n'], headers);
};

export const openaiRefusal = ({ refused, param }: Refusal): Spoken =>
  saysJson({ error: { message: refused, type: 'invalid_request_error', param, code: null } }, headers, 400);

const embeddings = ({ body: unread }: UpstreamRequest): Spoken => {
  const { model, input, dimensions } = fieldsOf(unread);
  if (textOf(input) === '' && listOf(input).length === 0) return openaiRefusal({ refused: "'$.input' is invalid.", param: null });
  const length = numberOf(dimensions) ?? 1_536;
  const embedding = Array.from({ length }, (_none, index) => ((index % 7) - 3) / 10);
  const tokens = countTokens(allTexts(input));
  return saysJson({
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding }],
    model: textOf(model),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
};

export const openaiChat: Speaker = {
  read,
  say,
  refuse: openaiRefusal,
  other: (request) => (request.operation === 'embeddings' ? embeddings(request) : undefined),
};
