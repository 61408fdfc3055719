import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'reasoning-summary',
  title: 'summary of the reasoning',
  group: 'Reasoning',
  marks: ['"summary":"detailed"'],
  asks: helloAnd({ 'openai-responses': { reasoning: { summary: 'detailed' } } }),
});
