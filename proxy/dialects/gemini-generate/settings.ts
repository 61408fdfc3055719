import type { ChatRequest, JsonObject, OutputFormat } from '../../ir/chat.ts';
import type { Loss } from '../../ir/loss.ts';
import { lossesOfSettings } from '../conversation.ts';
import { namedSchema } from '../output-format.ts';
import { asObject, needText, optionalArray, optionalFlag, optionalNumber, present, without, type WireObject } from '../reading.ts';
import { lowerTypes } from './tools.ts';

/** `generationConfig` but for thinking, both ways. */

const read = new Set([
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'stopSequences',
  'responseMimeType',
  'responseJsonSchema',
  'responseSchema',
  'responseLogprobs',
  'logprobs',
  'thinkingConfig',
]);

/** The settings, and what of the configuration has no neutral form. */
export interface ReadSettings {
  readonly settings: Partial<ChatRequest>;
  readonly rest: WireObject;
}

const at = (key: string): string => `generationConfig.${key}`;

export const readSettings = (generation: WireObject): ReadSettings => {
  const number = (key: string): number | undefined => optionalNumber(generation[key], at(key));
  const { format, rest: formatRest } = readFormat(generation);
  const { logprobs, rest: logprobsRest } = readLogprobs(generation);
  const settings = {
    maxOutputTokens: number('maxOutputTokens'),
    temperature: number('temperature'),
    topP: number('topP'),
    topK: number('topK'),
    frequencyPenalty: number('frequencyPenalty'),
    presencePenalty: number('presencePenalty'),
    seed: number('seed'),
    stop: optionalArray(generation['stopSequences'], at('stopSequences'))?.map((text, i) => needText(text, at(`stopSequences[${i}]`))),
    format,
    logprobs,
  };
  // One answer is what everybody gives.
  const one = generation['candidateCount'] === 1 ? ['candidateCount'] : [];
  return { settings: present(settings), rest: { ...without(generation, new Set([...read, ...one])), ...formatRest, ...logprobsRest } };
};

const formatKeys = ['responseMimeType', 'responseJsonSchema', 'responseSchema'];

/** JSON with or without a schema. The older `responseSchema` spells the types in capitals. Other media types are Google's own. */
const readFormat = (generation: WireObject): { readonly format?: OutputFormat; readonly rest?: WireObject } => {
  const { responseMimeType: mediaType, responseJsonSchema, responseSchema } = generation;
  const [schema, older] = [asObject(responseJsonSchema), asObject(responseSchema)];
  if (mediaType === 'application/json') {
    if (schema) return { format: { kind: 'json-schema', schema: schema as JsonObject } };
    return { format: older ? { kind: 'json-schema', schema: lowerTypes(older as JsonObject) as JsonObject } : { kind: 'json' } };
  }
  const isText = mediaType === 'text/plain' && schema === undefined && older === undefined;
  return isText
    ? {}
    : { rest: Object.fromEntries(formatKeys.flatMap((key) => (generation[key] === undefined ? [] : [[key, generation[key]]]))) };
};

/** How many alternatives are wanted means nothing unless probabilities are. */
const readLogprobs = (generation: WireObject): { readonly logprobs?: { readonly top?: number }; readonly rest?: WireObject } => {
  const top = optionalNumber(generation['logprobs'], at('logprobs'));
  if (optionalFlag(generation['responseLogprobs'], at('responseLogprobs')) === true) return { logprobs: present({ top }) };
  return top === undefined ? {} : { rest: { logprobs: top } };
};

export const writeSettings = (request: ChatRequest, losses: Loss[]): WireObject => ({
  ...present({
    maxOutputTokens: request.maxOutputTokens,
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    frequencyPenalty: request.frequencyPenalty,
    presencePenalty: request.presencePenalty,
    seed: request.seed,
    stopSequences: request.stop,
  }),
  ...(request.logprobs && { responseLogprobs: true, ...present({ logprobs: request.logprobs.top }) }),
  ...(request.format && writeFormat(request.format, losses)),
});

const writeFormat = (format: OutputFormat, losses: Loss[]): WireObject => {
  if (format.kind === 'json') return { responseMimeType: 'application/json' };
  const schema = namedSchema(format);
  losses.push(...schema.losses);
  return { responseMimeType: 'application/json', responseJsonSchema: schema.value };
};

export const unsaidSettings = (request: ChatRequest): readonly Loss[] => [
  ...lossesOfSettings(request, {
    verbosity: 'Gemini has no verbosity',
    user: 'Gemini has no name for the end user',
    safetyIdentifier: 'Gemini has no name for the end user',
  }),
  ...(request.parallelToolCalls === false ? [{ path: 'parallelToolCalls', why: 'Gemini calls as many tools at a time as it wants' }] : []),
];
