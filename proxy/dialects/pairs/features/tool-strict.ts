import { defineFeature, helloAnd } from './feature.ts';

export default defineFeature({
  id: 'tool-strict',
  title: 'strict schema of a tool',
  group: 'Tools',
  marks: ['lookup', '"strict":true'],
  asks: helloAnd({
    'openai-chat': {
      tools: [{ type: 'function', function: { name: 'lookup', parameters: { type: 'object', properties: {} }, strict: true } }],
    },
    'openai-responses': { tools: [{ type: 'function', name: 'lookup', parameters: { type: 'object', properties: {} }, strict: true }] },
    'anthropic-messages': { tools: [{ name: 'lookup', input_schema: { type: 'object', properties: {} }, strict: true }] },
  }),
});
