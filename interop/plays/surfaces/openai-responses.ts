import type { UpstreamRequest } from '#fixtures/upstreams/script';

import { allTexts, type Fields, fieldsOf, listOf, numberOf, textIn, textOf } from '../loose.ts';
import { countTokens, type OfferedTool, type Question, type Refusal, type Reply } from '../question.ts';
import { saysEvents, saysJson, type Speaker, type Spoken } from '../speaker.ts';
import { cachedOf, formatOf, logprobOf, openaiRefusal } from './openai-chat.ts';

/** The Responses API: platform.openai.com/docs/api-reference/responses and /responses-streaming. */

const created = 1_770_000_000;

const toolOf = (tool: unknown): OfferedTool => {
  const { name, parameters } = fieldsOf(tool);
  return { name: textOf(name), parameters: fieldsOf(parameters) };
};

const choiceOf = (choice: unknown): Question['toolChoice'] => {
  if (choice === 'none' || choice === 'required') return choice;
  const { name } = fieldsOf(choice);
  return typeof name === 'string' ? { name } : 'auto';
};

/** A text is a message of the user. */
const itemsOf = (input: unknown): readonly Fields[] =>
  typeof input === 'string' ? [{ role: 'user', content: input }] : listOf(input).map(fieldsOf);

const lastOf = (items: readonly Fields[]): Question['last'] => {
  const { type, output } = items.at(-1) ?? {};
  if (type === 'function_call_output') return { by: 'tool', text: textIn(output) };
  const person = items.findLast(({ role }) => role === 'user');
  return { by: 'person', text: textIn(person?.['content']) };
};

const thinksOf = (body: Fields): boolean => {
  const { effort } = fieldsOf(body['reasoning']);
  return typeof effort === 'string' && effort !== 'none';
};

const questionOf = (body: Fields, before: readonly string[]): Question => {
  const items = itemsOf(body['input']);
  const format = fieldsOf(fieldsOf(body['text'])['format']);
  const inputTokens = countTokens(allTexts([before, items, body['tools'], body['instructions']]));
  return {
    model: textOf(body['model']),
    system: [
      textOf(body['instructions']),
      ...items.filter(({ role }) => role === 'system' || role === 'developer').map(({ content }) => textIn(content)),
    ].join('\n'),
    said: [...before, ...items.filter(({ role }) => role === 'user').map(({ content }) => textIn(content))],
    last: lastOf(items),
    tools: listOf(body['tools']).map(toolOf),
    toolChoice: choiceOf(body['tool_choice']),
    parallelCalls: body['parallel_tool_calls'] !== false,
    format: formatOf(format, format),
    stop: [],
    maxTokens: numberOf(body['max_output_tokens']),
    thinks: thinksOf(body),
    answers: 1,
    logprobs: listOf(body['include']).includes('message.output_text.logprobs'),
    inputTokens,
    cachedTokens: cachedOf(inputTokens),
  };
};

type Item = Fields & { readonly id: string; readonly type: string };

const itemsSaid = (question: Question, reply: Reply): readonly Item[] => {
  const status = reply.finish === 'length' ? 'incomplete' : 'completed';
  const logprobs = question.logprobs ? reply.tokens.map(logprobOf) : [];
  const part = { type: 'output_text', annotations: [], logprobs, text: reply.tokens.join('') };
  return [
    ...(reply.thoughts.length > 0 ? [{ id: `rs_${reply.seed}`, type: 'reasoning', summary: [] }] : []),
    ...(reply.tokens.length > 0 ? [{ id: `msg_${reply.seed}`, type: 'message', status, content: [part], role: 'assistant' }] : []),
    ...reply.calls.map(({ id, name, args }) => ({
      id: `fc_${id}`,
      type: 'function_call',
      status: 'completed',
      arguments: JSON.stringify(args),
      call_id: `call_${id}`,
      name,
    })),
  ];
};

const usageOf = ({ inputTokens, cachedTokens }: Question, { outputTokens, thoughts }: Reply): Fields => ({
  input_tokens: inputTokens,
  input_tokens_details: { cached_tokens: cachedTokens },
  output_tokens: outputTokens,
  output_tokens_details: { reasoning_tokens: thoughts.length },
  total_tokens: inputTokens + outputTokens,
});

/** The response before anything is said, with the request's settings as OpenAI repeats them. */
const begun = (body: Fields, seed: string): Fields => ({
  id: `resp_${seed}`,
  object: 'response',
  created_at: created,
  status: 'in_progress',
  background: body['background'] === true,
  error: null,
  incomplete_details: null,
  instructions: body['instructions'] ?? null,
  max_output_tokens: body['max_output_tokens'] ?? null,
  max_tool_calls: null,
  model: body['model'],
  output: [],
  parallel_tool_calls: body['parallel_tool_calls'] ?? true,
  previous_response_id: body['previous_response_id'] ?? null,
  prompt_cache_key: body['prompt_cache_key'] ?? null,
  reasoning: { effort: fieldsOf(body['reasoning'])['effort'] ?? null, summary: null },
  safety_identifier: null,
  service_tier: 'default',
  store: body['store'] ?? true,
  temperature: body['temperature'] ?? 1,
  text: { format: fieldsOf(body['text'])['format'] ?? { type: 'text' }, verbosity: 'medium' },
  tool_choice: body['tool_choice'] ?? 'auto',
  tools: body['tools'] ?? [],
  top_logprobs: body['top_logprobs'] ?? 0,
  top_p: body['top_p'] ?? 1,
  truncation: 'disabled',
  usage: null,
  user: null,
  metadata: body['metadata'] ?? {},
});

const ended = (first: Fields, question: Question, reply: Reply): Fields => ({
  ...first,
  status: reply.finish === 'length' ? 'incomplete' : 'completed',
  incomplete_details: reply.finish === 'length' ? { reason: 'max_output_tokens' } : null,
  output: itemsSaid(question, reply),
  usage: usageOf(question, reply),
});

const messageEvents = (item: Item, at: Fields, { tokens }: Reply, { logprobs }: Question): readonly Fields[] => {
  const where = { item_id: item.id, ...at, content_index: 0 };
  const [part] = listOf(item['content']).map(fieldsOf);
  return [
    { type: 'response.content_part.added', ...where, part: { ...part, logprobs: [], text: '' } },
    ...tokens.map((delta) => ({ type: 'response.output_text.delta', ...where, delta, logprobs: logprobs ? [logprobOf(delta)] : [] })),
    { type: 'response.output_text.done', ...where, text: tokens.join(''), logprobs: part?.['logprobs'] },
    { type: 'response.content_part.done', ...where, part },
  ];
};

const callEvents = (item: Item, at: Fields): readonly Fields[] => [
  ...(textOf(item['arguments']).match(/.{1,12}/gsu) ?? []).map((delta) => ({
    type: 'response.function_call_arguments.delta',
    item_id: item.id,
    ...at,
    delta,
  })),
  { type: 'response.function_call_arguments.done', item_id: item.id, ...at, arguments: item['arguments'] },
];

const emptied: Readonly<Record<string, Fields>> = {
  message: { status: 'in_progress', content: [] },
  function_call: { status: 'in_progress', arguments: '' },
};

const itemEvents = (item: Item, index: number, reply: Reply, question: Question): readonly Fields[] => {
  const at = { output_index: index };
  const inside =
    item.type === 'message' ? messageEvents(item, at, reply, question) : item.type === 'function_call' ? callEvents(item, at) : [];
  return [
    { type: 'response.output_item.added', ...at, item: { ...item, ...emptied[item.type] } },
    ...inside,
    { type: 'response.output_item.done', ...at, item },
  ];
};

const headers = { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499', 'openai-version': '2020-10-01' };

const streamed = (first: Fields, last: Fields, reply: Reply, question: Question): Spoken => {
  const events: readonly Fields[] = [
    { type: 'response.created', response: first },
    { type: 'response.in_progress', response: first },
    ...itemsSaid(question, reply).flatMap((item, index) => itemEvents(item, index, reply, question)),
    { type: `response.${textOf(last['status'])}`, response: last },
  ];
  const numbered = events.map(({ type, ...rest }, index): Fields => ({ type, sequence_number: index, ...rest }));
  return saysEvents(
    numbered.map((event) => `event: ${textOf(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`),
    headers,
  );
};

const keptResponses = 100;

/** A Responses API that remembers what was said before, for `previous_response_id`. */
export const newOpenaiResponses = (): Speaker => {
  const remembered = new Map<string, readonly string[]>();
  const remember = (id: string, said: readonly string[]): void => {
    remembered.set(id, said);
    const [oldest] = remembered.keys();
    if (remembered.size > keptResponses && oldest !== undefined) remembered.delete(oldest);
  };
  const read = ({ body: unread }: UpstreamRequest): Question | Refusal => {
    const body = fieldsOf(unread);
    const { input, previous_response_id: previous } = body;
    if (textOf(body['model']) === '') return { refused: "Missing required parameter: 'model'.", param: 'model' };
    if (typeof input !== 'string' && !Array.isArray(input))
      return { refused: "Invalid type for 'input': expected a string or an array.", param: 'input' };
    const before = typeof previous === 'string' ? remembered.get(previous) : [];
    if (before === undefined)
      return { refused: `Previous response with id '${textOf(previous)}' not found.`, param: 'previous_response_id' };
    return questionOf(body, before);
  };
  const say = (question: Question, reply: Reply, { stream, body: unread }: UpstreamRequest): Spoken => {
    const body = fieldsOf(unread);
    const first = begun(body, reply.seed);
    remember(`resp_${reply.seed}`, question.said);
    if (body['background'] === true && !stream) return saysJson({ ...first, status: 'queued' }, headers);
    const last = ended(first, question, reply);
    return stream ? streamed(first, last, reply, question) : saysJson(last, headers);
  };
  return { read, say, refuse: openaiRefusal };
};
