import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'logprobs',
  title: 'log probabilities',
  group: 'Settings',
  marks: ['ogprobs'],
  asks: helloAnd({
    'openai-chat': { logprobs: true, top_logprobs: 3 },
    'openai-responses': { top_logprobs: 3 },
    'gemini-generate': { generationConfig: { responseLogprobs: true, logprobs: 3 } },
  }),
});
