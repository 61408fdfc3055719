import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'temperature',
  title: 'temperature',
  group: 'Settings',
  marks: ['0.125'],
  asks: helloAnd({
    'openai-chat': { temperature: 0.125 },
    'openai-responses': { temperature: 0.125 },
    'anthropic-messages': { temperature: 0.125 },
    'gemini-generate': { generationConfig: { temperature: 0.125 } },
  }),
});
