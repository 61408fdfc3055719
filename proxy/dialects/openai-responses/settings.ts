import type { ChatRequest, OutputFormat } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { lossesOfSettings } from '../conversation.ts';
import { lossesOfUsers, writeUsers } from '../openai-users.ts';
import { readSchema, writeSchema } from '../output-format.ts';
import {
  asArray,
  asObject,
  optionalArray,
  optionalFlag,
  optionalNumber,
  optionalObject,
  optionalText,
  present,
  without,
  type WireObject,
} from '../reading.ts';

/** Everything of a body that is neither conversation nor tool, both ways. */

const read = new Set([
  'max_output_tokens',
  'temperature',
  'top_p',
  'reasoning',
  'text',
  'include',
  'top_logprobs',
  'parallel_tool_calls',
  'user',
  'safety_identifier',
]);

/** The settings of a body, and the fields in it that are none or have no neutral form. */
export interface ReadSettings {
  readonly settings: Partial<ChatRequest>;
  readonly rest: WireObject;
}

export const readSettings = (body: WireObject): ReadSettings => {
  const { effort, ...reasoning } = optionalObject(body['reasoning'], 'reasoning') ?? {};
  const { verbosity, ...textRest } = optionalObject(body['text'], 'text') ?? {};
  const { format, rest: text } = readFormat(textRest);
  const { logprobs, include } = readLogprobs(body);
  const settings = {
    maxOutputTokens: optionalNumber(body['max_output_tokens'], 'max_output_tokens'),
    temperature: optionalNumber(body['temperature'], 'temperature'),
    topP: optionalNumber(body['top_p'], 'top_p'),
    format,
    verbosity: optionalText(verbosity, 'text.verbosity'),
    logprobs,
    parallelToolCalls: optionalFlag(body['parallel_tool_calls'], 'parallel_tool_calls'),
    user: optionalText(body['user'], 'user'),
    safetyIdentifier: optionalText(body['safety_identifier'], 'safety_identifier'),
    reasoningEffort: optionalText(effort, 'reasoning.effort'),
  };
  const rest = { ...without(body, read), ...nonEmpty('reasoning', reasoning), ...nonEmpty('text', text) };
  return { settings: present(settings), rest: { ...rest, ...(include.length > 0 && { include }) } };
};

const nonEmpty = (key: string, value: WireObject): WireObject => (Object.keys(value).length > 0 ? { [key]: value } : {});

const readFormat = (text: WireObject): { readonly format?: OutputFormat; readonly rest: WireObject } => {
  const { format, ...rest } = text;
  const wire = optionalObject(format, 'text.format') ?? { type: 'text' };
  if (wire['type'] === 'json_object') return { format: { kind: 'json' }, rest };
  if (wire['type'] === 'json_schema') return { format: readSchema(wire, 'text.format'), rest };
  return { rest: wire['type'] === 'text' ? rest : text };
};

const tokenLogprobs = 'message.output_text.logprobs';

/** Asked for by including them, or by a number of alternatives. */
const readLogprobs = (body: WireObject): { readonly logprobs?: { readonly top?: number }; readonly include: readonly unknown[] } => {
  const include = optionalArray(body['include'], 'include') ?? [];
  const top = optionalNumber(body['top_logprobs'], 'top_logprobs');
  const others = include.filter((each) => each !== tokenLogprobs);
  const wanted = others.length < include.length || (top ?? 0) > 0;
  return { ...(wanted && { logprobs: present({ top }) }), include: others };
};

export const writeSettings = (request: ChatRequest, own: WireObject) => {
  const { format, verbosity, logprobs } = request;
  const reasoning = { ...asObject(own['reasoning']), ...present({ effort: request.reasoningEffort }) };
  const text = { ...asObject(own['text']), ...present({ format: format && writeFormat(format), verbosity }) };
  return {
    ...present({
      max_output_tokens: request.maxOutputTokens,
      temperature: request.temperature,
      top_p: request.topP,
      parallel_tool_calls: request.parallelToolCalls,
    }),
    ...writeUsers(request),
    ...nonEmpty('reasoning', reasoning),
    ...nonEmpty('text', text),
    ...(logprobs && { include: [...(asArray(own['include']) ?? []), tokenLogprobs], ...present({ top_logprobs: logprobs.top }) }),
  };
};

const writeFormat = (format: OutputFormat) =>
  format.kind === 'json' ? { type: 'json_object' } : { type: 'json_schema', ...writeSchema(format) };

export const unsaidSettings = (request: ChatRequest): readonly Loss[] => [
  ...lossesOfSettings(request, {
    stop: 'the Responses API has no stop sequences',
    reasoningBudget: 'the Responses API has levels of effort and no budget in tokens',
    topK: 'the Responses API has no top_k',
    frequencyPenalty: 'the Responses API has no penalties',
    presencePenalty: 'the Responses API has no penalties',
    seed: 'the Responses API has no seed',
  }),
  ...lossesOfUsers(request),
];
