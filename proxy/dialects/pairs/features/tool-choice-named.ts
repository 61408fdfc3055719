import { defineFeature, helloAnd, lookup } from './feature.ts';

export default defineFeature({
  id: 'tool-choice-named',
  title: 'tool choice: named',
  group: 'Tools',
  marks: ['lookup'],
  asks: helloAnd({
    'openai-chat': { ...lookup['openai-chat'], tool_choice: { type: 'function', function: { name: 'lookup' } } },
    'openai-responses': { ...lookup['openai-responses'], tool_choice: { type: 'function', name: 'lookup' } },
    'anthropic-messages': { ...lookup['anthropic-messages'], tool_choice: { type: 'tool', name: 'lookup' } },
    'gemini-generate': {
      ...lookup['gemini-generate'],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['lookup'] } },
    },
  }),
});
