import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-usage',
  title: 'usage, with cached and reasoning tokens',
  group: 'Answers',
  marks: ['301', '53'],
  answers: answerWith({
    chat: {
      answer: {
        usage: {
          prompt_tokens: 1302,
          completion_tokens: 99,
          total_tokens: 1401,
          prompt_tokens_details: { cached_tokens: 301 },
          completion_tokens_details: { reasoning_tokens: 53 },
        },
      },
    },
    responses: {
      answer: {
        usage: {
          input_tokens: 1302,
          input_tokens_details: { cached_tokens: 301 },
          output_tokens: 99,
          output_tokens_details: { reasoning_tokens: 53 },
          total_tokens: 1401,
        },
      },
    },
    messages: {
      answer: {
        usage: { input_tokens: 1001, cache_read_input_tokens: 301, output_tokens: 99, output_tokens_details: { thinking_tokens: 53 } },
      },
    },
    gemini: {
      answer: {
        usageMetadata: {
          promptTokenCount: 1302,
          cachedContentTokenCount: 301,
          candidatesTokenCount: 46,
          thoughtsTokenCount: 53,
          totalTokenCount: 1401,
        },
      },
    },
  }),
});
