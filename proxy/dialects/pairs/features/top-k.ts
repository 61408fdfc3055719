import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'top-k',
  title: 'top_k',
  group: 'Settings',
  marks: ['17'],
  asks: helloAnd({ 'anthropic-messages': { top_k: 17 }, 'gemini-generate': { generationConfig: { topK: 17 } } }),
});
