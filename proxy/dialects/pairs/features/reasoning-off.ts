import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'reasoning-off',
  title: 'no reasoning',
  group: 'Reasoning',
  marks: [],
  asks: helloAnd({
    'openai-chat': { reasoning_effort: 'none' },
    'openai-responses': { reasoning: { effort: 'none' } },
    'anthropic-messages': { thinking: { type: 'disabled' } },
    'gemini-generate': { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
  }),
});
