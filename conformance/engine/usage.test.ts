import { describe, expect, it } from 'vitest';

import { usageOfValues } from './usage.ts';

const tokens = (...values: readonly unknown[]): readonly number[] => {
  const { inputTokens, outputTokens } = usageOfValues(values);
  return [inputTokens, outputTokens];
};

describe('what an answer says it cost', () => {
  it('is read in each dialect, and in a stream the largest number counts', () => {
    expect(tokens({ usage: { prompt_tokens: 4, completion_tokens: 2 } })).toEqual([4, 2]);
    expect(tokens({ response: { usage: { input_tokens: 4, output_tokens: 2 } } })).toEqual([4, 2]);
    expect(tokens({ message: { usage: { input_tokens: 4, output_tokens: 1 } } }, { usage: { output_tokens: 9 } })).toEqual([4, 9]);
    expect(tokens({ usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2 } })).toEqual([4, 2]);
  });

  it('has the thoughts of Gemini, which stand beside the answer and are paid for as it is', () => {
    const counts = { promptTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 800 };
    expect(tokens({ usageMetadata: { ...counts, totalTokenCount: 806 } })).toEqual([4, 802]);
    expect(tokens({ usageMetadata: counts })).toEqual([4, 802]);
    expect(tokens({ usageMetadata: { promptTokenCount: 4, thoughtsTokenCount: 800 } })).toEqual([4, 800]);
  });

  it('counts thoughts once where the answer has them in its own number', () => {
    const counts = { promptTokenCount: 4, candidatesTokenCount: 802, thoughtsTokenCount: 800, totalTokenCount: 806 };
    expect(tokens({ usageMetadata: counts })).toEqual([4, 802]);
  });

  it('has what a cache gave or took, which Messages tells beside the input', () => {
    const cached = { input_tokens: 4, cache_creation_input_tokens: 1_000, cache_read_input_tokens: 2_000, output_tokens: 2 };
    expect(tokens({ usage: cached })).toEqual([3_004, 2]);
    expect(tokens({ usage: { prompt_tokens: 3_004, cache_read_input_tokens: 2_000, completion_tokens: 2 } })).toEqual([3_004, 2]);
  });

  it('is nothing where nothing sensible is said', () => {
    expect(tokens({ usage: { prompt_tokens: -1, completion_tokens: 'many' } }, null, 7, { usage: [] })).toEqual([0, 0]);
    expect(tokens({ usageMetadata: { candidatesTokenCount: 1e300, thoughtsTokenCount: 1e300 } })).toEqual([0, Number.MAX_SAFE_INTEGER]);
  });
});
