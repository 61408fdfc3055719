import type { StopReason, Usage } from '../../ir/chat.ts';
import { present } from '../reading.ts';

/** What this dialect writes: `text_completion` objects, whole and as chunks. */

interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number;
    readonly cache_write_tokens?: number;
    readonly audio_tokens?: number;
  };
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number; readonly audio_tokens?: number };
}

export interface WireChoice {
  readonly text: string;
  readonly index: 0;
  readonly logprobs: null;
  readonly finish_reason: string | null;
}

export const writeUsage = ({ input, output, cachedInput, cacheWrites, reasoning, audioInput, audioOutput }: Usage): WireUsage => {
  const prompt = present({ cached_tokens: cachedInput, cache_write_tokens: cacheWrites, audio_tokens: audioInput });
  const completion = present({ reasoning_tokens: reasoning, audio_tokens: audioOutput });
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    ...(Object.keys(prompt).length > 0 && { prompt_tokens_details: prompt }),
    ...(Object.keys(completion).length > 0 && { completion_tokens_details: completion }),
  };
};

const finishReasons: Readonly<Partial<Record<StopReason, string>>> = { length: 'length', refusal: 'content_filter' };

/** This dialect knows `stop`, `length` and `content_filter`. */
export const writeStop = (reason: StopReason): string => finishReasons[reason] ?? 'stop';

export const choiceOf = (text: string, finishReason: string | null): WireChoice => ({
  text,
  index: 0,
  logprobs: null,
  finish_reason: finishReason,
});

/** What every object of one answer begins with. An upstream may have given no id; clients expect one. */
export const headOf = (id: string, { model, createdAt }: { readonly model: string; readonly createdAt: number }) => ({
  id: id || `cmpl-${createdAt}`,
  object: 'text_completion',
  created: createdAt,
  model,
});
