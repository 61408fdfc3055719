import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-cache-writes',
  title: 'tokens written to the cache',
  group: 'Answers',
  marks: ['407'],
  answers: answerWith({
    chat: {
      answer: {
        usage: { prompt_tokens: 412, completion_tokens: 3, total_tokens: 415, prompt_tokens_details: { cache_write_tokens: 407 } },
      },
    },
    responses: {
      answer: { usage: { input_tokens: 412, output_tokens: 3, total_tokens: 415, input_tokens_details: { cache_write_tokens: 407 } } },
    },
    messages: { answer: { usage: { input_tokens: 5, cache_creation_input_tokens: 407, output_tokens: 3 } } },
  }),
});
