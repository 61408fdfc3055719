import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { allTexts, type Fields, fieldsOf, listOf, numberOf, textIn, textOf } from '../loose.ts';
import { countTokens, type OfferedTool, type Question, type Refusal, type Reply } from '../question.ts';
import { saysEvents, saysJson, type Speaker, type Spoken } from '../speaker.ts';

/** Messages: docs.claude.com/en/api/messages, /messages-streaming, and the rules of extended thinking. */

/** Anthropic caches from this length on, and only what is marked: docs.claude.com/en/docs/build-with-claude/prompt-caching. */
const cachedFrom = 1_024;
const smallestBudget = 1_024;

const toolOf = (tool: unknown): OfferedTool => {
  const { name, input_schema: schema } = fieldsOf(tool);
  return { name: textOf(name), parameters: fieldsOf(schema) };
};

const choiceOf = ({ type, name }: Fields): Question['toolChoice'] => {
  if (type === 'any') return 'required';
  if (type === 'none') return 'none';
  return type === 'tool' ? { name: textOf(name) } : 'auto';
};

const blocksOf = (content: unknown): readonly Fields[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content).map(fieldsOf);

const lastOf = (messages: readonly Fields[]): Question['last'] => {
  const { content } = messages.at(-1) ?? {};
  const result = blocksOf(content).findLast(({ type }) => type === 'tool_result');
  if (result !== undefined) return { by: 'tool', text: textIn(result['content']) };
  return { by: 'person', text: textIn(content) };
};

const thinksIn = ({ thinking }: Fields): boolean => ['enabled', 'adaptive'].includes(textOf(fieldsOf(thinking)['type']));

const marksCache = (value: unknown): boolean => JSON.stringify(value ?? null).includes('"cache_control"');

const questionOf = (body: Fields, messages: readonly Fields[]): Question => {
  const inputTokens = countTokens(allTexts([messages, body['tools'], body['system']]));
  const cached = marksCache([messages, body['tools'], body['system']]) && inputTokens >= cachedFrom;
  const format = fieldsOf(fieldsOf(body['output_config'])['format'] ?? body['output_format']);
  return {
    model: textOf(body['model']),
    system: textIn(body['system']),
    said: messages.filter(({ role }) => role === 'user').map(({ content }) => textIn(content)),
    last: lastOf(messages),
    tools: listOf(body['tools']).map(toolOf),
    toolChoice: choiceOf(fieldsOf(body['tool_choice'])),
    parallelCalls: fieldsOf(body['tool_choice'])['disable_parallel_tool_use'] !== true,
    format: format['type'] === 'json_schema' ? fieldsOf(format['schema']) : undefined,
    stop: listOf(body['stop_sequences']).map(textOf),
    maxTokens: numberOf(body['max_tokens']),
    thinks: thinksIn(body),
    answers: 1,
    logprobs: false,
    inputTokens,
    cachedTokens: cached ? Math.floor(inputTokens / 2) : 0,
  };
};

/** What extended thinking does not go with: docs.claude.com/en/docs/build-with-claude/extended-thinking. */
const thinkingProblem = (body: Fields): string | undefined => {
  if (!thinksIn(body)) return undefined;
  const { type, budget_tokens: budget } = fieldsOf(body['thinking']);
  const tokens = type === 'enabled' ? (numberOf(budget) ?? 0) : smallestBudget;
  if (tokens < smallestBudget) return 'thinking.enabled.budget_tokens: Input should be greater than or equal to 1024';
  if (type === 'enabled' && tokens >= (numberOf(body['max_tokens']) ?? 0))
    return '`max_tokens` must be greater than `thinking.budget_tokens`.';
  if ((body['temperature'] ?? 1) !== 1) return '`temperature` may only be set to 1 when thinking is enabled or in adaptive mode.';
  if (body['top_k'] !== undefined) return '`top_k` must be unset when thinking is enabled.';
  const forced = ['any', 'tool'].includes(textOf(fieldsOf(body['tool_choice'])['type']));
  return forced ? 'Thinking may not be enabled when tool_choice forces tool use.' : undefined;
};

const unsigned = (messages: readonly Fields[]): boolean =>
  messages.flatMap(({ content }) => blocksOf(content)).some(({ type, signature }) => type === 'thinking' && textOf(signature) === '');

const problemOf = (body: Fields, counting: boolean): string | undefined => {
  const { messages } = body;
  if (textOf(body['model']) === '') return 'model: Field required';
  if (!Array.isArray(messages)) return 'messages: Input should be a valid list';
  if (messages.length === 0) return 'messages: at least one message is required';
  if (!counting && !Number.isInteger(body['max_tokens'])) return 'max_tokens: Field required';
  // No prefill from Claude 4.6 on: platform.claude.com/docs/en/about-claude/models/migration-guide.
  if (!counting && fieldsOf(messages.at(-1))['role'] === 'assistant') return 'The conversation must end with a user message.';
  if (unsigned(messages.map(fieldsOf))) return 'messages: Invalid `signature` in `thinking` block';
  return thinkingProblem(body);
};

const read = ({ body: unread, operation }: UpstreamRequest): Question | Refusal => {
  const body = fieldsOf(unread);
  const refused = problemOf(body, operation === 'count-tokens');
  return refused === undefined ? questionOf(body, listOf(body['messages']).map(fieldsOf)) : { refused, param: null };
};

/** Tokens that were read from the cache are no `input_tokens`. */
const cacheCounts = ({ inputTokens, cachedTokens }: Question): Fields => ({
  input_tokens: inputTokens - cachedTokens,
  cache_creation_input_tokens: cachedTokens > 0 ? 1 : 0,
  cache_read_input_tokens: cachedTokens > 0 ? cachedTokens - 1 : 0,
});

const wholeUsage = (question: Question, outputTokens: number): Fields => ({
  ...cacheCounts(question),
  cache_creation: { ephemeral_5m_input_tokens: question.cachedTokens > 0 ? 1 : 0, ephemeral_1h_input_tokens: 0 },
  output_tokens: outputTokens,
  service_tier: 'standard',
});

const signature = 'EqQBCkgIAhABGAIiQWlyZXByb29mSW50ZXJvcFNpZ25hdHVyZQ==';

const blocksSaid = ({ thoughts, tokens, calls }: Reply): readonly Fields[] => [
  ...(thoughts.length > 0 ? [{ type: 'thinking', thinking: thoughts.join(''), signature }] : []),
  ...(tokens.length > 0 ? [{ type: 'text', text: tokens.join('') }] : []),
  ...calls.map(({ id, name, args }) => ({ type: 'tool_use', id: `toolu_${id}`, name, input: args })),
];

const reasons = { stop: 'end_turn', length: 'max_tokens', calls: 'tool_use' } as const;
const endOf = ({ finish }: Reply): Fields =>
  typeof finish === 'string'
    ? { stop_reason: reasons[finish], stop_sequence: null }
    : { stop_reason: 'stop_sequence', stop_sequence: finish.stopSequence };

const messageHead = ({ model }: Question, { seed }: Reply): Fields => ({ model, id: `msg_${seed}`, type: 'message', role: 'assistant' });

const pieces = (block: Fields, reply: Reply): readonly Fields[] => {
  if (block['type'] === 'text') return reply.tokens.map((text) => ({ type: 'text_delta', text }));
  if (block['type'] === 'tool_use')
    return (JSON.stringify(block['input']).match(/.{1,12}/gsu) ?? []).map((part) => ({ type: 'input_json_delta', partial_json: part }));
  return [...reply.thoughts.map((thinking) => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature }];
};

const emptied: Readonly<Record<string, Fields>> = {
  text: { text: '' },
  thinking: { thinking: '', signature: '' },
  tool_use: { input: {} },
};

const blockEvents = (block: Fields, index: number, reply: Reply): readonly Fields[] => [
  { type: 'content_block_start', index, content_block: { ...block, ...emptied[textOf(block['type'])] } },
  ...pieces(block, reply).map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];

const headersOf = ({ seed }: Reply): Readonly<Record<string, string>> => ({
  'request-id': `req_${seed}`,
  'anthropic-ratelimit-requests-limit': '50',
  'anthropic-ratelimit-requests-remaining': '49',
});

const streamed = (question: Question, reply: Reply): Spoken => {
  const start = { ...messageHead(question, reply), content: [], stop_reason: null, stop_sequence: null, usage: wholeUsage(question, 1) };
  const events: readonly Fields[] = [
    { type: 'message_start', message: start },
    ...blocksSaid(reply).flatMap((block, index) => blockEvents(block, index, reply)),
    { type: 'message_delta', delta: endOf(reply), usage: { ...cacheCounts(question), output_tokens: reply.outputTokens } },
    { type: 'message_stop' },
  ];
  return saysEvents(
    events.map((event) => `event: ${textOf(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`),
    headersOf(reply),
  );
};

const say = (question: Question, reply: Reply, { stream }: UpstreamRequest): Spoken => {
  if (stream) return streamed(question, reply);
  const usage = wholeUsage(question, reply.outputTokens);
  return saysJson({ ...messageHead(question, reply), content: blocksSaid(reply), ...endOf(reply), usage }, headersOf(reply));
};

const refuse = ({ refused }: Refusal): Spoken =>
  saysJson(
    { type: 'error', error: { type: 'invalid_request_error', message: refused }, request_id: 'req_interop' },
    { 'request-id': 'req_interop' },
    400,
  );

export const anthropicMessages: Speaker = {
  read,
  say,
  refuse,
  other: (request) => {
    if (request.operation !== 'count-tokens') return undefined;
    const question = read(request);
    return 'refused' in question ? refuse(question) : saysJson({ input_tokens: question.inputTokens });
  },
};
