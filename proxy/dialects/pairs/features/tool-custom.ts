import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'tool-custom',
  title: 'custom tool (free text)',
  group: 'Tools',
  marks: ['poet'],
  asks: helloAnd({
    'openai-chat': { tools: [{ type: 'custom', custom: { name: 'poet' } }] },
    'openai-responses': { tools: [{ type: 'custom', name: 'poet' }] },
  }),
});
