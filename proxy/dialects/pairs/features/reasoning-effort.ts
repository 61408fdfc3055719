import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'reasoning-effort',
  title: 'reasoning effort',
  group: 'Reasoning',
  marks: [],
  asks: helloAnd({
    'openai-chat': { reasoning_effort: 'high' },
    'openai-responses': { reasoning: { effort: 'high' } },
    'anthropic-messages': { thinking: { type: 'adaptive' }, output_config: { effort: 'high' } },
    'gemini-generate': { generationConfig: { thinkingConfig: { thinkingLevel: 'HIGH' } } },
  }),
});
