import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'temperature-high',
  title: 'temperature above 1',
  group: 'Settings',
  marks: ['1.75'],
  asks: helloAnd({
    'openai-chat': { temperature: 1.75 },
    'openai-responses': { temperature: 1.75 },
    'gemini-generate': { generationConfig: { temperature: 1.75 } },
  }),
});
