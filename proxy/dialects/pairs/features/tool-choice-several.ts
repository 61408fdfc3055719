import { defineFeature, helloAnd, lookup } from './feature.ts';

export default defineFeature({
  id: 'tool-choice-several',
  title: 'tool choice: among several',
  group: 'Tools',
  marks: ['lookup', 'allowed'],
  asks: helloAnd({
    'openai-chat': {
      ...lookup['openai-chat'],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'lookup' } }] } },
    },
    'openai-responses': {
      ...lookup['openai-responses'],
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'lookup' }] },
    },
    'gemini-generate': {
      ...lookup['gemini-generate'],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['lookup', 'other'] } },
    },
  }),
});
