import { answerWith, defineFeature } from './feature.ts';

export default defineFeature({
  id: 'answer-cache-writes',
  title: 'tokens written to the cache',
  group: 'Answers',
  marks: ['407'],
  answers: answerWith({ messages: { answer: { usage: { input_tokens: 5, cache_creation_input_tokens: 407, output_tokens: 3 } } } }),
});
