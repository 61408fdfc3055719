import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'penalties',
  title: 'frequency and presence penalty',
  group: 'Settings',
  marks: ['0.375', '-1.25'],
  asks: helloAnd({
    'openai-chat': { frequency_penalty: 0.375, presence_penalty: -1.25 },
    'gemini-generate': { generationConfig: { frequencyPenalty: 0.375, presencePenalty: -1.25 } },
  }),
});
