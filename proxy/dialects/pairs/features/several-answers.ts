import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'several-answers',
  title: 'several answers at once',
  group: 'Settings',
  marks: ['3'],
  asks: helloAnd({ 'openai-chat': { n: 3 }, 'gemini-generate': { generationConfig: { candidateCount: 3 } } }),
});
