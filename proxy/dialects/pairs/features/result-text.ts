import { defineFeature, resultOf } from './feature.ts';

export default defineFeature({
  id: 'result-text',
  title: 'tool result: text',
  group: 'Tools',
  marks: ['Berlin-Mitte', 'sunny', 'c1'],
  asks: resultOf({
    'openai-chat': { content: 'sunny' },
    'openai-responses': { output: 'sunny' },
    'anthropic-messages': { content: 'sunny' },
    'gemini-generate': { response: { result: 'sunny' } },
  }),
});
