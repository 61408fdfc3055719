import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'top-p',
  title: 'top_p',
  group: 'Settings',
  marks: ['0.625'],
  asks: helloAnd({
    'openai-chat': { top_p: 0.625 },
    'openai-responses': { top_p: 0.625 },
    'anthropic-messages': { top_p: 0.625 },
    'gemini-generate': { generationConfig: { topP: 0.625 } },
  }),
});
