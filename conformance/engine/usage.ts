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

/** Usage in any of the callers' dialects: Chat, Responses, Messages (whose streams wrap it in `message`), Gemini. */
const usageIn = (json: unknown): TokenUsage => {
  const root = asRecord(json);
  const holder = [root, asRecord(root['response']), asRecord(root['message'])].find((each) => each['usage'] || each['usageMetadata']) ?? {};
  const usage = asRecord(holder['usage']);
  const google = asRecord(holder['usageMetadata']);
  return {
    inputTokens: count(usage['prompt_tokens'], usage['input_tokens'], google['promptTokenCount']),
    outputTokens: count(usage['completion_tokens'], usage['output_tokens'], google['candidatesTokenCount']),
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
