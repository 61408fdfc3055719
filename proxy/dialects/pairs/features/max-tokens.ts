import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'max-tokens',
  title: 'most tokens of the answer',
  group: 'Settings',
  marks: ['777'],
  asks: helloAnd({
    'openai-chat': { max_completion_tokens: 777 },
    'openai-responses': { max_output_tokens: 777 },
    'anthropic-messages': { max_tokens: 777 },
    'gemini-generate': { generationConfig: { maxOutputTokens: 777 } },
  }),
});
