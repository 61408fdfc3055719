import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'tool-choice-custom',
  title: 'tool choice: a named custom tool',
  group: 'Tools',
  marks: ['poet'],
  asks: helloAnd({
    'openai-chat': { tools: [{ type: 'custom', custom: { name: 'poet' } }], tool_choice: { type: 'custom', custom: { name: 'poet' } } },
    'openai-responses': { tools: [{ type: 'custom', name: 'poet' }], tool_choice: { type: 'custom', name: 'poet' } },
  }),
});
