import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'seed',
  title: 'seed',
  group: 'Settings',
  marks: ['424242'],
  asks: helloAnd({ 'openai-chat': { seed: 424242 }, 'gemini-generate': { generationConfig: { seed: 424242 } } }),
});
