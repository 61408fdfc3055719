import type { ChatRequest, OutputFormat } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { lossesOfSettings } from '../conversation.ts';
import { readSampling } from '../openai-sampling.ts';
import { lossesOfUsers, writeUsers } from '../openai-users.ts';
import { readSchema, writeSchema } from '../output-format.ts';
import { asObject, optionalFlag, optionalNumber, optionalObject, optionalText, present, without, type WireObject } from '../reading.ts';

/** Everything of a body that is neither conversation nor tool, both ways. */

const read = new Set([
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'frequency_penalty',
  'presence_penalty',
  'seed',
  'stop',
  'verbosity',
  'parallel_tool_calls',
  'user',
  'safety_identifier',
  'reasoning_effort',
]);

/** The settings of a body, and the fields in it that are none or have no neutral form. */
export interface ReadSettings {
  readonly settings: Partial<ChatRequest>;
  readonly rest: WireObject;
}

export const readSettings = (body: WireObject): ReadSettings => {
  const { format, rest: formatRest } = readFormat(body['response_format']);
  const { logprobs, rest: logprobsRest } = readLogprobs(body);
  const settings = {
    maxOutputTokens:
      optionalNumber(body['max_completion_tokens'], 'max_completion_tokens') ?? optionalNumber(body['max_tokens'], 'max_tokens'),
    ...readSampling(body),
    format,
    logprobs,
    verbosity: optionalText(body['verbosity'], 'verbosity'),
    parallelToolCalls: optionalFlag(body['parallel_tool_calls'], 'parallel_tool_calls'),
    user: optionalText(body['user'], 'user'),
    safetyIdentifier: optionalText(body['safety_identifier'], 'safety_identifier'),
    reasoningEffort: optionalText(body['reasoning_effort'], 'reasoning_effort'),
  };
  // One answer is what everybody gives.
  const one = body['n'] === 1 ? ['n'] : [];
  const more = new Set([...read, ...one, 'response_format', 'logprobs', 'top_logprobs']);
  return { settings: present(settings), rest: { ...without(body, more), ...formatRest, ...logprobsRest } };
};

const readFormat = (wire: unknown): { readonly format?: OutputFormat; readonly rest?: WireObject } => {
  const { type, json_schema: jsonSchema } = optionalObject(wire, 'response_format') ?? {};
  if (type === 'json_object') return { format: { kind: 'json' } };
  const schema = type === 'json_schema' ? asObject(jsonSchema) : undefined;
  if (schema !== undefined) return { format: readSchema(schema, 'response_format.json_schema') };
  return wire === undefined || wire === null || type === 'text' ? {} : { rest: { response_format: wire } };
};

/** How many alternatives are wanted means nothing unless probabilities are. */
const readLogprobs = (body: WireObject): { readonly logprobs?: { readonly top?: number }; readonly rest?: WireObject } => {
  const top = optionalNumber(body['top_logprobs'], 'top_logprobs');
  if (optionalFlag(body['logprobs'], 'logprobs') === true) return { logprobs: present({ top }) };
  return top === undefined || top === 0 ? {} : { rest: { top_logprobs: top } };
};

/** OpenAI's reasoning models refuse `max_tokens`; most compatible upstreams know nothing else. */
const wantsCompletionLimit = /^(o\d|gpt-5)/u;

export const writeSettings = (request: ChatRequest) => ({
  ...present({
    [wantsCompletionLimit.test(request.model) ? 'max_completion_tokens' : 'max_tokens']: request.maxOutputTokens,
    temperature: request.temperature,
    top_p: request.topP,
    frequency_penalty: request.frequencyPenalty,
    presence_penalty: request.presencePenalty,
    seed: request.seed,
    stop: request.stop,
    response_format: request.format && writeFormat(request.format),
    verbosity: request.verbosity,
    // Refused where there are no tools, and says nothing there.
    parallel_tool_calls: request.tools.length > 0 ? request.parallelToolCalls : undefined,
    reasoning_effort: request.reasoningEffort,
  }),
  ...writeUsers(request),
  ...(request.logprobs && { logprobs: true, ...present({ top_logprobs: request.logprobs.top }) }),
});

const writeFormat = (format: OutputFormat) =>
  format.kind === 'json' ? { type: 'json_object' } : { type: 'json_schema', json_schema: writeSchema(format) };

export const unsaidSettings = (request: ChatRequest): readonly Loss[] => [
  ...lossesOfSettings(request, {
    reasoningBudget: 'Chat Completions has levels of effort and no budget in tokens',
    topK: 'Chat Completions has no top_k',
  }),
  ...lossesOfUsers(request),
];
