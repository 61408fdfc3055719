import type { CallerSight } from '#scenarios/kit/sight';

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const count = (...candidates: readonly unknown[]): number => {
  const found = candidates.find((candidate) => typeof candidate === 'number' && Number.isFinite(candidate) && candidate >= 0);
  return Math.min(Math.round((found as number | undefined) ?? 0), Number.MAX_SAFE_INTEGER);
};

const sum = (...counts: readonly number[]): number =>
  Math.min(
    counts.reduce((total, each) => total + each, 0),
    Number.MAX_SAFE_INTEGER,
  );

/** Google tells thoughts beside the answer; some who pass that on have them in the answer's number, which the total then shows. */
const googleOutput = (google: Readonly<Record<string, unknown>>): number => {
  const [answer, thoughts] = [count(google['candidatesTokenCount']), count(google['thoughtsTokenCount'])];
  return google['totalTokenCount'] === count(google['promptTokenCount']) + answer ? answer : sum(answer, thoughts);
};

/** Messages tells what a cache gave or took beside the input; in the other dialects it is a part of it. */
const cachedInput = (usage: Readonly<Record<string, unknown>>): number =>
  typeof usage['prompt_tokens'] === 'number'
    ? 0
    : sum(count(usage['cache_creation_input_tokens']), count(usage['cache_read_input_tokens']));

/** Usage in any of the callers' dialects: Chat, Responses, Messages (whose streams wrap it in `message`), Gemini. */
const usageIn = (json: unknown): TokenUsage => {
  const root = asRecord(json);
  const holder = [root, asRecord(root['response']), asRecord(root['message'])].find((each) => each['usage'] || each['usageMetadata']) ?? {};
  const usage = asRecord(holder['usage']);
  const google = asRecord(holder['usageMetadata']);
  return {
    inputTokens: sum(count(usage['prompt_tokens'], usage['input_tokens'], google['promptTokenCount']), cachedInput(usage)),
    outputTokens: count(usage['completion_tokens'], usage['output_tokens'], googleOutput(google)),
  };
};

/** What the parts of one answer (its body, or its events) say it cost; zeros where they say nothing. The largest number counts. */
export const usageOfValues = (values: readonly unknown[]): TokenUsage =>
  values.map(usageIn).reduce<TokenUsage>(
    (most, each) => ({
      inputTokens: Math.max(most.inputTokens, each.inputTokens),
      outputTokens: Math.max(most.outputTokens, each.outputTokens),
    }),
    { inputTokens: 0, outputTokens: 0 },
  );

/** What the answer says it cost; zeros where it says nothing. In a stream the largest number counts. */
export const usageOf = (sight: CallerSight): TokenUsage => usageOfValues([sight.json, ...sight.events.map((event) => event.json)]);
