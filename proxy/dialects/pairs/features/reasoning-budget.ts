import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'reasoning-budget',
  title: 'reasoning budget',
  group: 'Reasoning',
  marks: ['2048'],
  asks: helloAnd({
    'anthropic-messages': { max_tokens: 4096, thinking: { type: 'enabled', budget_tokens: 2048 } },
    'gemini-generate': { generationConfig: { thinkingConfig: { thinkingBudget: 2048 } } },
  }),
});
